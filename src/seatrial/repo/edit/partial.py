"""Parsing only what a change touched: one entry of nested block mappings; the rest is moved along.

An entry of a block mapping that begins at the start of a line means the same wherever the lines
around it go, as long as no anchor, alias or tag ties them together. Tests hold the tree against
that of a whole parse, and an edited file is parsed as a whole once more at its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from seatrial.model.struct import struct
from seatrial.repo.edit.error import Refusal
from seatrial.repo.edit.layout import line_start
from seatrial.repo.edit.marks import parse
from seatrial.repo.edit.nodes import Document, Node, Numbers
from seatrial.repo.edit.splice import Splice

SMALL: Final = 1000
"""Characters up to which a whole parse is as fast."""


@struct(eq=False)
class _Region:
    """The lines of one entry of a block mapping."""

    parent: Node
    position: int
    start: int
    end: int


@struct(eq=False)
class Patch:
    """What a change makes of the tree; nothing is moved before `carry_out`.

    Attributes:
        trail: the entries around the change, from the root on.
        pair: the entry as it is now.
        end: index behind the entry's lines now.
        grown: characters that came in, less those that went.
        meanings: numbers of what the mappings of the trail mean afterwards.
    """

    document: Document
    trail: list[_Region]
    pair: tuple[Node, Node]
    end: int
    grown: int
    meanings: list[int]

    def carry_out(self) -> None:
        """Put the new entry into the tree, and move what stands behind it."""
        inner = self.trail[-1]
        pairs = inner.parent.pairs
        last = inner.position + 1 == len(pairs)
        token = inner.parent.end if last else pairs[inner.position + 1][0].start
        _close(self.pair[1], self.end, token + self.grown)
        for region, meaning in zip(self.trail, self.meanings, strict=True):
            for key, value in region.parent.pairs[region.position + 1 :]:
                _move(key, self.grown)
                _move(value, self.grown)
            region.parent.end += self.grown
            region.parent.meaning = meaning
        self.document.end += self.grown
        pairs[inner.position] = self.pair


def patch(
    document: Document, before: str, after: str, splices: Sequence[Splice], numbers: Numbers
) -> Patch | None:
    """The change of the tree that splices make; None where only a whole parse can tell.

    Args:
        document: the only document of the text.
        before: the text that the document was parsed from.
        after: the text with the splices in it.
        splices: what was replaced.
        numbers: what the document's meanings were numbered with.
    """
    if document.linked or len(before) < SMALL:
        return None
    trail = _trail(document, before, splices)
    grown = len(after) - len(before)
    while trail:
        region = trail[-1]
        end = region.end + grown
        pair = _entry(region, after[region.start : end], numbers)
        if pair is not None:
            return Patch(document, trail, pair, end, grown, _meanings(trail, pair, numbers))
        trail.pop()
    return None


def _trail(document: Document, text: str, splices: Sequence[Splice]) -> list[_Region]:
    first, last = min(s[0] for s in splices), max(s[1] for s in splices)
    node, tail = document.root, document.end
    trail: list[_Region] = []
    while node is not None and node.kind == "map" and not node.flow:
        region = _around(node, text, tail, first, last)
        if region is None:
            return trail
        trail.append(region)
        node, tail = node.pairs[region.position][1], region.end
    return trail


def _around(node: Node, text: str, tail: int, first: int, last: int) -> _Region | None:
    """The entry whose lines hold everything from the first to the last character."""
    ends = [line_start(text, key.start) for key, _ in node.pairs[1:]] + [tail]
    for position, ((key, _), end) in enumerate(zip(node.pairs, ends, strict=True)):
        if last > end:
            continue
        start = line_start(text, key.start)
        alone = not text[start : key.start].strip(" ")
        return _Region(node, position, start, end) if start <= first and alone else None
    return None


def _entry(region: _Region, text: str, numbers: Numbers) -> tuple[Node, Node] | None:
    """The lines as one entry under the same key at the same column, or None."""
    try:
        documents = parse(text, numbers, region.start)
    except Refusal:
        return None
    root = documents[0].root if len(documents) == 1 and not documents[0].linked else None
    if root is None or root.kind != "map" or root.flow or len(root.pairs) != 1:
        return None
    key, old = root.pairs[0][0], region.parent.pairs[region.position][0]
    same = (key.start, key.end, key.value, key.kind) == (old.start, old.end, old.value, old.kind)
    return root.pairs[0] if same else None


def _meanings(trail: list[_Region], pair: tuple[Node, Node], numbers: Numbers) -> list[int]:
    meanings: list[int] = []
    meaning = pair[1].meaning
    for region in reversed(trail):
        pairs = region.parent.pairs
        entries = {numbers.of_node_key(key): value.meaning for key, value in pairs}
        key = numbers.of_node_key(pairs[region.position][0])
        twice = sum(1 for one, _ in pairs if numbers.of_node_key(one) == key) > 1
        if not twice or pairs[-1] is pairs[region.position]:
            entries[key] = meaning
        meaning = numbers.of_map(entries)
        meanings.append(meaning)
    meanings.reverse()
    return meanings


def _move(node: Node, by: int) -> None:
    """Move a node with all that is in it."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        one.start += by
        one.end += by
        one.inner += by
        for pair in one.pairs:
            waiting += pair
        waiting += one.items


def _close(node: Node, end: int, token: int) -> None:
    """Collections that were open at the end of the lines end where the next token stands."""
    while node.is_block:
        if node.end >= end:
            node.end = token
        children = [node.pairs[-1][1]] if node.pairs else node.items[-1:]
        if not children:
            return
        node = children[0]
