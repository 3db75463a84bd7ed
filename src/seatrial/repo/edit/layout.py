"""Where the entries of a block mapping or sequence begin and end, in lines."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Final

from seatrial.model.struct import struct
from seatrial.repo.edit.error import Refusal
from seatrial.repo.edit.nodes import Document, Node, skip_gap

_BLANK_LINE: Final = re.compile(r"\n[ \t\r]*\n")
_KEEP: Final = re.compile(r"[|>][0-9]?\+")


@struct
class Entry:
    """One key with its value, or one item.

    Attributes:
        head: index of the key or of the dash.
        behind: index behind the colon or the dash.
        value: what it holds.
        key: the key, of a mapping's entry.
        odd: True for `? key`, which is left alone.
    """

    head: int
    behind: int
    value: Node
    key: Node | None = None
    odd: bool = False


def entries(text: str, node: Node) -> list[Entry]:
    """Entries of a block collection, in order."""
    return list(_pairs(text, node) if node.kind == "map" else _items(text, node))


def _pairs(text: str, node: Node) -> Iterator[Entry]:
    for key, value in node.pairs:
        before = text[line_start(text, key.start) : key.start].rstrip()
        odd = before.endswith("?") and (key.start < 2 or text[key.start - 2 : key.start] == "? ")  # noqa: PLR2004 - sign and space
        colon = skip_gap(text, key.end)
        behind = colon + 1 if text[colon : colon + 1] == ":" else key.end
        head = text.rfind("?", 0, key.start) if odd else key.start
        yield Entry(head, behind, value, key, odd)


def _items(text: str, node: Node) -> Iterator[Entry]:
    at = node.inner
    for item in node.items:
        dash = skip_gap(text, at)
        if text[dash : dash + 1] != "-":
            raise Refusal("a list that is written in a way not understood", at=dash)
        entry = Entry(dash, dash + 1, item)
        yield entry
        at = last_index(text, entry)


def last_index(text: str, entry: Entry) -> int:
    """Index behind the last character of an entry, comments and blank lines left out."""
    node, floor = entry.value, entry.behind
    while node.is_block and (node.pairs or node.items):
        if node.kind == "map":
            key, node = node.pairs[-1]
            colon = skip_gap(text, key.end)
            floor = colon + 1 if text[colon : colon + 1] == ":" else key.end
        else:
            node = node.items[-1]
            # Nothing behind a dash: libyaml's mark stands right behind the dash.
            floor = max(floor, node.start) if node.start == node.end else floor
    if node.kind == "scalar" and node.style in {"|", ">"}:
        if _KEEP.match(text, node.inner):
            return max(floor, node.end - 1 if text[node.end - 1] == "\n" else node.end)
        return max(floor, node.inner + len(text[node.inner : node.end].rstrip()))
    if node.start == node.end:
        return floor
    return max(floor, node.end)


def keeps_blank(text: str, entry: Entry) -> bool:
    """True if blank lines behind an entry are its own: it ends with a block scalar `|+`."""
    node = entry.value
    while node.is_block and (node.pairs or node.items):
        node = node.pairs[-1][1] if node.kind == "map" else node.items[-1]
    return node.style in {"|", ">"} and _KEEP.match(text, node.inner) is not None


def line_start(text: str, index: int) -> int:
    """Index of the first character of the line."""
    return text.rfind("\n", 0, index) + 1


def next_line(text: str, index: int) -> int:
    """Index of the line behind this one."""
    found = text.find("\n", index)
    return len(text) if found < 0 else found + 1


def column(text: str, index: int) -> int:
    """Characters in front of an index on its line."""
    return index - line_start(text, index)


def stop(text: str, entry: Entry) -> int:
    """Index of the line behind an entry: comments that are indented deeper are its own."""
    end = next_line(text, last_index(text, entry))
    indent = column(text, entry.head)
    at = end
    while at < len(text):
        after = next_line(text, at)
        line = text[at:after].strip()
        if line.startswith("#") and _indent(text, at) > indent:
            end = after
        elif line:
            break
        at = after
    return end


def _indent(text: str, start: int) -> int:
    at = start
    while text[at : at + 1] == " ":
        at += 1
    return at - start


def begin(text: str, entry: Entry, *, header: bool = False) -> int:
    """Index where an entry's lines begin, comments directly above included.

    Args:
        text: the file.
        entry: an entry that is first on its line.
        header: True if comments that begin the file belong to the file.
    """
    start = line_start(text, entry.head)
    indent = entry.head - start
    at = start
    while at > 0:
        above = line_start(text, at - 1)
        if not text[above:at].strip().startswith("#") or _indent(text, above) != indent:
            return at
        at = above
    return start if header else at


def is_first_on_line(text: str, entry: Entry) -> bool:
    """False for the first entry behind a dash (`- name: x`)."""
    return not text[line_start(text, entry.head) : entry.head].strip(" \ufeff")


def are_spaced(text: str, all_: list[Entry]) -> bool:
    """True if a blank line stands between all entries (and there are at least two)."""
    gaps = [
        _BLANK_LINE.search(text, stop(text, one) - 1, other.head) is not None
        for one, other in itertools.pairwise(all_)
        if not keeps_blank(text, one)
    ]
    return bool(gaps) and all(gaps)


def step_of(text: str, documents: list[Document]) -> int:
    """How far the file indents a mapping in a mapping."""
    return next(
        (
            far
            for key, value in _nested(documents)
            if value.kind == "map"
            for far in [column(text, value.pairs[0][0].start) - column(text, key.start)]
            if far > 0
        ),
        2,
    )


def dash_of(text: str, documents: list[Document]) -> int:
    """How far the file indents the dashes of a list under its key."""
    for key, value in _nested(documents):
        if value.kind == "seq":
            dash = skip_gap(text, value.inner)
            return max(0, column(text, dash) - column(text, key.start))
    return step_of(text, documents)


def _nested(documents: list[Document]) -> Iterator[tuple[Node, Node]]:
    """Block collections in mappings, in order, with their keys."""
    stack = [d.root for d in reversed(documents) if d.root]
    waiting: list[tuple[Node, Node] | Node] = list(stack)
    while waiting:
        one = waiting.pop()
        if isinstance(one, tuple):
            yield one
            one = one[1]
        if not one.is_block:
            continue
        below: list[tuple[Node, Node] | Node] = [
            (k, v) if v.is_block and (v.pairs or v.items) else v for k, v in one.pairs
        ]
        waiting.extend(reversed(below or list(one.items)))
