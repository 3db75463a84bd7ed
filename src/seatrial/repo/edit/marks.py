"""A YAML text as a tree of spans: where each node stands, character by character.

Built from libyaml's events. Each node also carries the number of what it means: two nodes with the
same number hold the same data, so that comparing two documents compares two numbers.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Final, Protocol

import yaml

from seatrial.repo.edit.error import Refusal
from seatrial.repo.edit.scalars import meaning_of_plain
from seatrial.repo.yaml_node import MAX_DEPTH

_PROPERTIES: Final = re.compile(r"(?:[&!][^\s,\[\]{}]*\s+)*(?:[&!][^\s,\[\]{}]*(?=[\s,\]}]|$))?")
_GAP: Final = re.compile(r"(?:[ \t\r\n]+|(?<=[\s\ufeff])#[^\n]*|^#[^\n]*)*", re.MULTILINE)
_LITERAL: Final = frozenset({"|", ">"})


class Numbers:
    """Gives each meaning a number."""

    def __init__(self) -> None:
        """Start empty."""
        self._known: dict[Hashable, int] = {}

    def of(self, meaning: Hashable) -> int:
        """The number of a meaning."""
        return self._known.setdefault(meaning, len(self._known))

    def of_map(self, entries: dict[int, int], tag: str = "") -> int:
        """The number of a mapping, by the numbers of keys and values; order does not count."""
        return self.of(("map", tag, *sorted(entries.items())))

    def of_seq(self, items: list[int], tag: str = "") -> int:
        """The number of a sequence."""
        return self.of(("seq", tag, *items))

    def of_key(self, key: str) -> int:
        """The number of a scalar key; quotes and looks do not count."""
        return self.of(("key", key))


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
        return (
            self.kind == "scalar"
            and not self.style
            and not meaning_of_plain(self.value)[1:][0]
            and meaning_of_plain(self.value)[0] == "null"
            and not self.tag
        )

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
    """

    __slots__ = ("end", "root", "start")

    def __init__(self, start: int) -> None:
        """Begin a document."""
        self.start = start
        self.end = start
        self.root: Node | None = None


class _Event(Protocol):
    start_mark: yaml.Mark
    end_mark: yaml.Mark
    anchor: str | None
    tag: str | None
    value: str
    style: str | None
    flow_style: bool
    explicit: bool


def parse(text: str, numbers: Numbers) -> list[Document]:
    """Parse a text.

    Raises:
        Refusal: it is not YAML.
    """
    if "<<<<<<< " in text and "\n>>>>>>> " in text:
        raise Refusal("merge conflict markers", at=text.index("<<<<<<< "), hint="finish the merge")
    try:
        return _Reader(text, numbers).read()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = (error.problem or error.context or "not YAML").strip()
        raise Refusal(f"not valid YAML: {problem}", at=mark.index if mark else -1) from None
    except (yaml.YAMLError, ValueError) as error:
        raise Refusal(f"not valid YAML: {str(error).partition(chr(10))[0]}") from None


class _Reader:
    """Turns events into nodes."""

    def __init__(self, text: str, numbers: Numbers) -> None:
        self._text = text
        self._numbers = numbers
        self._anchors: dict[str, tuple[int, Node]] = {}
        self._documents: list[Document] = []
        self._stack: list[tuple[Node, Node | None]] = []

    def read(self) -> list[Document]:
        loader: yaml.Loader = getattr(yaml, "CLoader", yaml.Loader)(self._text)
        handlers = {
            "ScalarEvent": self._scalar,
            "MappingStartEvent": self._open,
            "SequenceStartEvent": self._open,
            "MappingEndEvent": self._close,
            "SequenceEndEvent": self._close,
            "AliasEvent": self._alias,
            "DocumentStartEvent": self._begin,
            "DocumentEndEvent": self._finish,
        }
        try:
            while True:
                event: _Event = loader.get_event()  # type: ignore[no-untyped-call] # untyped in the stubs
                name = type(event).__name__
                if name == "StreamEndEvent":
                    return self._documents
                handler = handlers.get(name)
                if handler:
                    handler(event)
        finally:
            loader.dispose()

    def _begin(self, event: _Event) -> None:
        if self._documents:
            self._documents[-1].end = min(self._documents[-1].end, event.start_mark.index)
        self._documents.append(Document(event.end_mark.index if event.explicit else 0))
        self._anchors = {}

    def _finish(self, event: _Event) -> None:
        self._documents[-1].end = event.start_mark.index if event.explicit else len(self._text)

    def _scalar(self, event: _Event) -> None:
        node = Node("scalar", event.start_mark.index, event.end_mark.index)
        node.value, node.style = event.value, event.style or ""
        self._properties(node, event)
        tag = node.tag
        if tag == "tag:yaml.org,2002:str" or (not tag and node.style):
            meaning: tuple[object, ...] = ("str", node.value)
        elif tag and tag != "!":
            meaning = ("tagged", tag, node.value)
        else:
            meaning = meaning_of_plain(node.value)
        node.meaning = self._numbers.of(meaning)
        self._attach(node)

    def _open(self, event: _Event) -> None:
        node = Node(
            "map" if type(event).__name__[0] == "M" else "seq",
            event.start_mark.index,
            event.end_mark.index,
        )
        node.flow = bool(event.flow_style)
        self._properties(node, event)
        if len(self._stack) > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
        self._stack.append((node, None))

    def _properties(self, node: Node, event: _Event) -> None:
        if not event.anchor and not event.tag:
            return
        node.anchor, node.tag = event.anchor or "", event.tag or ""
        found = _PROPERTIES.match(self._text, node.start)
        node.inner = min(found.end(), node.end) if found else node.start
        if node.anchor:
            before = self._anchors.get(node.anchor, (0, node))[0]
            self._anchors[node.anchor] = (before + 1, node)

    def _close(self, event: _Event) -> None:
        node, _ = self._stack.pop()
        node.end = event.end_mark.index
        if node.kind == "seq":
            node.meaning = self._numbers.of_seq([i.meaning for i in node.items], node.tag)
        else:
            entries = {
                self._numbers.of_key(k.value) if k.kind == "scalar" else k.meaning: v.meaning
                for k, v in node.pairs
            }
            node.meaning = self._numbers.of_map(entries, node.tag)
        self._attach(node)

    def _alias(self, event: _Event) -> None:
        node = Node("alias", event.start_mark.index, event.end_mark.index)
        node.value = event.anchor or ""
        known = self._anchors.get(node.value)
        if known is None:
            raise Refusal(f"nothing has the anchor {node.value}", at=node.start)
        node.target = known[1]
        node.meaning = self._numbers.of(("alias", node.value, known[0]))
        self._attach(node)

    def _attach(self, node: Node) -> None:
        if not self._stack:
            self._documents[-1].root = node
            return
        parent, key = self._stack[-1]
        if parent.kind == "seq":
            parent.items.append(node)
        elif key is None:
            self._stack[-1] = (parent, node)
        else:
            parent.pairs.append((key, node))
            self._stack[-1] = (parent, None)


def skip_gap(text: str, index: int) -> int:
    """Index of the next token: behind spaces, line ends and comments."""
    found = _GAP.match(text, index)
    return found.end() if found else index
