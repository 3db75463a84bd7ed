"""Splices in block mappings and sequences."""

from __future__ import annotations

import re
from typing import Final

from seatrial.repo.edit.content import Lines
from seatrial.repo.edit.error import Refusal
from seatrial.repo.edit.layout import (
    Entry,
    are_spaced,
    begin,
    column,
    is_first_on_line,
    keeps_blank,
    last_index,
    line_start,
    next_line,
    stop,
)
from seatrial.repo.edit.nodes import skip_gap
from seatrial.repo.edit.splice import Splice

_REST: Final = re.compile(r"([ \t]*)(#[^\n]*)?(?=\n|\Z)")
_HEADER: Final = re.compile(r"[|>][-+0-9]*")


def inserted(
    text: str, all_: list[Entry], index: int, lines: list[str], *, root: bool
) -> list[Splice]:
    """Put a new entry at a position among the others.

    Args:
        text: the file.
        all_: the entries that stand, at least one.
        index: position of the new one.
        lines: its lines with their indentation, without line ends.
        root: True for the mapping or sequence that is the document.
    """
    gap = "\n" if are_spaced(text, all_) else ""
    block = "\n".join(lines) + "\n"
    if index:
        at = stop(text, all_[index - 1])
        if not keeps_blank(text, all_[index - 1]):
            return [(at, at, gap + block)]
        return [(at, at, block + gap if index < len(all_) else block)]
    first = all_[0]
    if is_first_on_line(text, first):
        at = line_start(text, first.head) if root else begin(text, first)
        return [(at, at, block + gap)]
    return [(first.head, first.head, block.lstrip(" ") + gap + " " * column(text, first.head))]


def dropped(
    text: str, all_: list[Entry], index: int, *, root: bool, instead: str = ""
) -> list[Splice]:
    """Take an entry away; `instead` takes the place of the last one."""
    entry = all_[index]
    end = stop(text, entry)
    if not is_first_on_line(text, entry):
        head = all_[index + 1].head
        if text[end : line_start(text, head)].strip():
            start = len(text[: entry.head].rstrip(" "))
            return [(start, end - 1, "")]
        return [(entry.head, head, "")]
    start = begin(text, entry, header=root)
    if instead:
        return [(start, end, instead)]
    if index and keeps_blank(text, all_[index - 1]):
        return [(start, _over_blank(text, end), "")]
    if index:
        floor = next_line(text, last_index(text, all_[index - 1]))
        return [(*_with_gap(text, start, end, floor, last=index == len(all_) - 1), "")]
    return [(start, _over_blank(text, end), "")]


def _with_gap(text: str, start: int, end: int, floor: int, *, last: bool) -> tuple[int, int]:
    """Take the gap above along where another one follows, or nothing."""
    if not last and text[end : next_line(text, end)].strip():
        return start, end
    while start > floor and not text[line_start(text, start - 1) : start].strip():
        start = line_start(text, start - 1)
    return start, end


def _over_blank(text: str, at: int) -> int:
    while at < len(text) and not text[at : next_line(text, at)].strip():
        at = next_line(text, at)
    return at


def put_value(text: str, entry: Entry, lines: Lines, comment: str = "") -> list[Splice]:
    """Put another value behind a key or a dash; anchor and comments of its line stay."""
    if entry.odd:
        raise Refusal("a key written with `?` is left alone", at=entry.head)
    value = entry.value
    anchor = f" &{value.anchor}" if value.anchor else ""
    new = f" {lines.inline}" if lines.inline else ""
    below = "".join(f"{line}\n" for line in lines.below)
    if value.is_block:
        first = skip_gap(text, value.inner)
        if line_start(text, first) == line_start(text, entry.head):
            end = next_line(text, last_index(text, entry))
            block = f"{anchor}{new}\n{below}"
            return [(entry.behind, end, block)]
        props = value.inner if value.anchor or value.tag else entry.behind
        props = len(text[:props].rstrip()) if props > entry.behind else props
        at = next_line(text, props)
        return [
            (entry.behind, props, anchor + new),
            *_comment(text, props, comment),
            (at, stop(text, entry), below),
        ]
    if value.style in {"|", ">"}:
        return _over_literal(text, entry, anchor + new, below, comment)
    end = max(entry.behind, value.end) if value.start < value.end else entry.behind
    after = next_line(text, end)
    return [
        (entry.behind, end, _lead(text, entry, anchor + new) + anchor + new),
        *_comment(text, end, comment),
        (after, after, below),
    ]


def _lead(text: str, entry: Entry, new: str) -> str:
    """Spaces, line ends and comments between key and value, beyond the one space."""
    between = text[entry.behind : entry.value.start]
    return between[:-1] if new and between.strip(" ") == "" and len(between) > 1 else ""


def _over_literal(text: str, entry: Entry, new: str, below: str, comment: str) -> list[Splice]:
    header = _HEADER.match(text, entry.value.inner)
    behind = header.end() if header else entry.value.inner
    at = next_line(text, behind)
    end = max(at, next_line(text, last_index(text, entry)))
    return [(entry.behind, behind, new), *_comment(text, behind, comment), (at, end, below)]


def _comment(text: str, at: int, comment: str) -> list[Splice]:
    rest = _REST.match(text, at)
    if not comment or rest is None:
        return []
    if rest.group(2) is None:
        return [(at, at, f" # {comment}")]
    return [] if rest.group(2)[1:].strip() == comment else [(*rest.span(2), f"# {comment}")]


def commented(text: str, entry: Entry, comment: str) -> list[Splice]:
    """Put a comment behind a value that stays."""
    value = entry.value
    if value.is_block:
        return []
    if value.style in {"|", ">"}:
        header = _HEADER.match(text, value.inner)
        return _comment(text, header.end() if header else value.inner, comment)
    return _comment(text, value.end if value.start < value.end else entry.behind, comment)
