"""Rows of an HCL text: where something new goes, and what has to be aligned with it."""

from __future__ import annotations

import itertools
import re
from typing import Final

from seatrial.repo.edit.hcl_lines import aligned, lines_of
from seatrial.repo.edit.hcl_tree import Part
from seatrial.repo.edit.placing import in_tail

_COMMENT: Final = re.compile(r"[ \t]*(?:#|//)")


def begin(lines: list[str], row: int) -> int:
    """Row where the comments above a row begin."""
    while row and _COMMENT.match(lines[row - 1]):
        row -= 1
    return row


def row_for_attribute(lines: list[str], block: Part, name: str) -> int:
    """Row in front of which a new attribute goes: among those in front of the first block."""
    parts = block.parts or ()
    leading = leading_attributes(block)
    at = in_tail([p.name for p in leading], name)
    if at:
        return leading[at - 1].last + 1
    if block.first >= 0:
        return block.first + 1
    return begin(lines, parts[0].first) if parts else len(lines)


def leading_attributes(block: Part) -> list[Part]:
    """The attributes in front of the first block."""
    return list(itertools.takewhile(lambda p: p.parts is None, block.parts or ()))


def row_for_block(lines: list[str], block: Part, name: str) -> int:
    """Row in front of which a new block goes: at the end, or sorted into the sorted tail."""
    parts = block.parts or ()
    at = in_tail([None if p.parts is None else p.name for p in parts], name)
    if at:
        return parts[at - 1].last + 1
    if parts:
        return begin(lines, parts[0].first)
    return block.last if block.first >= 0 else len(lines)


def spaced(lines: list[str], row: int, new: list[str]) -> list[str]:
    """Lines of a new block with a blank line to its neighbours."""
    above = lines[row - 1].strip() if row else ""
    below = lines[row].strip() if row < len(lines) else ""
    before = [""] if above and not above.endswith("{") else []
    after = [""] if below and not below.startswith("}") else []
    return [*before, *new, *after]


def neighbours(lines: list[str], first: int, end: int) -> tuple[int, int] | None:
    """Rows of neighbours whose signs stand below those of these rows; None if they do not."""
    rows = lines_of("\n".join(lines) + "\n")
    inside = [i for i, r in enumerate(rows) if first <= r.first < end]
    low = (
        inside[0]
        if inside
        else next((i for i, r in enumerate(rows) if r.first >= first), len(rows))
    )
    high = inside[-1] + 1 if inside else low
    while low and (rows[low - 1].assign or rows[low - 1].comment):
        low -= 1
    while high < len(rows) and (rows[high].assign or rows[high].comment):
        high += 1
    if low == high:
        return first, end
    start, stop = rows[low].first, rows[high - 1].last + 1
    if aligned(rows[low:high]) != lines[start:stop]:
        return None
    return min(start, first), max(stop, end)


def is_comment(line: str) -> bool:
    """True for a line that is a comment and nothing else."""
    return _COMMENT.match(line) is not None
