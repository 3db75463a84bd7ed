"""A YAML text with other indentation: what is put into a file goes in as far as the file does."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.repo.edit.layout import Entry, column, entries, is_first_on_line, line_start
from seatrial.repo.edit.nodes import Node

_Head = tuple[int, int, Node]
"""Index of an entry's first character, the column that it shall have, and its value."""


def restyled(text: str, root: Node, step: int, dash: int) -> str:
    """Indent the block collections of a text anew.

    Args:
        text: one document at no indentation.
        root: its node.
        step: columns by which a mapping goes in under its key.
        dash: columns by which the dashes of a list go in under their key.
    """
    bound: set[int] = set()
    heads = list(_heads(text, root, 0, step, dash))
    for index, _, value in heads:
        if value.kind == "scalar":
            bound.update(range(text.count("\n", 0, index) + 1, text.count("\n", 0, value.end) + 1))
    wanted = {
        text.count("\n", 0, index): (column(text, index), new)
        for index, new, _ in reversed(heads)
        if not text[line_start(text, index) : index].strip()
    }
    if all(old == new for old, new in wanted.values()):
        return text
    return _shifted(text.split("\n"), wanted, bound - wanted.keys())


def _heads(text: str, node: Node, at: int, step: int, dash: int) -> Iterator[_Head]:
    """Entries in order, each with its new column."""
    for entry in entries(text, node):
        yield entry.head, at, entry.value
        value = entry.value
        if not value.is_block:
            continue
        if entry.key is not None:
            far = step if value.kind == "map" else dash
        else:
            far = _behind_dash(text, entry)
        yield from _heads(text, value, at + far, step, dash)


def _behind_dash(text: str, entry: Entry) -> int:
    first = entries(text, entry.value)[0]
    return 2 if is_first_on_line(text, first) else first.head - entry.head


def _shifted(lines: list[str], wanted: dict[int, tuple[int, int]], bound: set[int]) -> str:
    """Move lines; those in `bound` belong to a scalar, whatever they look like."""
    found: list[str] = []
    shift = 0
    for row, line in enumerate(lines):
        if row in wanted:
            old, new = wanted[row]
            shift = new - old
        far = shift
        if row not in bound and line.lstrip().startswith("#"):
            far = _of_comment(line, row, wanted, shift)
        found.append(
            " " * (len(line) - len(line.lstrip(" ")) + far) + line.lstrip(" ") if line else ""
        )
    return "\n".join(found)


def _of_comment(line: str, row: int, wanted: dict[int, tuple[int, int]], shift: int) -> int:
    """A comment goes with the next entry when it stands at its column."""
    indent = len(line) - len(line.lstrip(" "))
    following = next((wanted[r] for r in sorted(wanted) if r > row), None)
    return following[1] - following[0] if following and following[0] == indent else shift
