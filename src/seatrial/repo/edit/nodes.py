"""Nodes of a YAML text, with their characters and with numbers for what they mean."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Final

from seatrial.repo.edit.scalars import meaning_of_plain

_GAP: Final = re.compile(r"(?:[ \t\r\n]+|(?<=[\s\ufeff])#[^\n]*|^#[^\n]*)*", re.MULTILINE)


class Numbers:
    """Gives each meaning a number."""

    def __init__(self) -> None:
        """Start empty."""
        self._known: dict[Hashable, int] = {}
        self._scalars: dict[tuple[str, str, str], int] = {}

    def of(self, meaning: Hashable) -> int:
        """The number of a meaning."""
        return self._known.setdefault(meaning, len(self._known))

    def of_scalar(self, value: str, style: str, tag: str) -> int:
        """The number of a scalar as it is written."""
        found = self._scalars.get((value, style, tag))
        if found is None:
            if tag == "tag:yaml.org,2002:str" or (style and tag in {"", "!"}):
                meaning: tuple[object, ...] = ("str", value)
            else:
                meaning = ("tagged", tag, value) if tag else meaning_of_plain(value)
            found = self._scalars[value, style, tag] = self.of(meaning)
        return found

    def of_map(self, entries: dict[int, int], tag: str = "") -> int:
        """The number of a mapping, by the numbers of keys and values; order does not count."""
        return self.of(("map", tag, *sorted(entries.items())))

    def of_seq(self, items: list[int], tag: str = "") -> int:
        """The number of a sequence."""
        return self.of(("seq", tag, *items))

    def of_key(self, key: str) -> int:
        """The number of a scalar key; quotes and looks do not count."""
        return self.of(("key", key))

    def of_node_key(self, node: Node) -> int:
        """The number of any key."""
        return self.of_key(node.value) if node.kind == "scalar" else node.meaning


class Node:
    """One node.

    Attributes:
        kind: map, seq, scalar or alias.
        start, end: its characters, anchor and tag included; the end of a block collection is only
            where the next token stands.
        inner: where the value begins behind anchor and tag.
        value: text of a scalar, name of an alias.
        style: quote or block sign of a scalar.
        flow: True for `{}` and `[]`.
        pairs: of a mapping, as written: duplicates stay.
        items: of a sequence.
        target: what an alias stands for.
        meaning: number of its data.
    """

    __slots__ = (
        "anchor", "end", "flow", "inner", "items", "kind", "meaning", "pairs", "start", "style",
        "tag", "target", "value",
    )  # fmt: skip

    def __init__(self, kind: str, start: int, end: int) -> None:
        """Make an empty node."""
        self.kind = kind
        self.start = self.inner = start
        self.end = end
        self.value = self.style = self.anchor = self.tag = ""
        self.flow = False
        self.pairs: list[tuple[Node, Node]] = []
        self.items: list[Node] = []
        self.target: Node | None = None
        self.meaning = -1

    @property
    def real(self) -> Node:
        """The node itself, or what it is an alias of."""
        return self.target or self

    @property
    def is_null(self) -> bool:
        """True for nothing, `~` and `null`."""
        plain = self.kind == "scalar" and not self.style and not self.tag
        return plain and meaning_of_plain(self.value)[0] == "null"

    @property
    def is_block(self) -> bool:
        """True for a mapping or sequence that stands on lines of its own."""
        return self.kind in {"map", "seq"} and not self.flow

    def find(self, key: str) -> tuple[Node, Node] | None:
        """The last pair with this key."""
        for pair in reversed(self.pairs):
            if pair[0].value == key and pair[0].kind == "scalar":
                return pair
        return None

    def named(self, key: str) -> str | None:
        """Text of the scalar that a key has, aliases followed; None if there is none."""
        pair = self.find(key)
        return pair[1].real.value if pair and pair[1].real.kind == "scalar" else None

    def inherited(self, key: str, depth: int = 8) -> Node | None:
        """What merge keys (`<<`) bring for a key."""
        for name, source in self.pairs:
            if name.value != "<<" or name.style or not depth:
                continue
            for one in source.items or [source]:
                found = one.real.find(key)
                value = found[1] if found else one.real.inherited(key, depth - 1)
                if value is not None:
                    return value
        return None


class Document:
    """One document of a file.

    Attributes:
        start: where its content may begin, behind `---`.
        end: where `...`, the next `---` or the end of the file stands.
        root: None when it is empty.
        linked: True where an anchor, an alias or a tag stands in it.
    """

    __slots__ = ("end", "linked", "root", "start")

    def __init__(self, start: int) -> None:
        """Begin a document."""
        self.start = start
        self.end = start
        self.root: Node | None = None
        self.linked = False


def skip_gap(text: str, index: int) -> int:
    """Index of the next token: behind spaces, line ends and comments."""
    found = _GAP.match(text, index)
    return found.end() if found else index
