"""A YAML text as a tree of spans: where each node stands, character by character.

Built from libyaml's events. Each node also carries the number of what it means: two nodes with the
same number hold the same data, so that comparing two documents compares two numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Protocol

import yaml

from seatrial.repo.edit.error import Refusal
from seatrial.repo.edit.nodes import Document, Node, Numbers
from seatrial.repo.yaml_node import MAX_DEPTH

_PROPERTIES: Final = re.compile(r"(?:[&!][^\s,\[\]{}]*\s+)*(?:[&!][^\s,\[\]{}]*(?=[\s,\]}]|$))?")


class _Event(Protocol):
    start_mark: yaml.Mark
    end_mark: yaml.Mark
    anchor: str | None
    tag: str | None
    value: str
    style: str | None
    flow_style: bool
    explicit: bool


def parse(text: str, numbers: Numbers, offset: int = 0) -> list[Document]:
    """Parse a text.

    Args:
        text: the whole file, or lines of it.
        numbers: gives equal data equal numbers.
        offset: where the text begins in the file.

    Raises:
        Refusal: it is not YAML.
    """
    if "<<<<<<< " in text and "\n>>>>>>> " in text:
        raise Refusal("merge conflict markers", at=text.index("<<<<<<< "), hint="finish the merge")
    try:
        return _Reader(text, numbers, offset).read()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = (error.problem or error.context or "not YAML").strip()
        raise Refusal(f"not valid YAML: {problem}", at=mark.index if mark else -1) from None
    except (yaml.YAMLError, ValueError) as error:
        raise Refusal(f"not valid YAML: {str(error).partition(chr(10))[0]}") from None


class _Reader:
    """Turns events into nodes."""

    def __init__(self, text: str, numbers: Numbers, offset: int) -> None:
        self._text = text
        self._offset = offset
        self._numbers = numbers
        self._anchors: dict[str, tuple[int, Node]] = {}
        self._documents: list[Document] = []
        self._stack: list[tuple[Node, Node | None]] = []

    def read(self) -> list[Document]:
        loader: yaml.Loader = getattr(yaml, "CLoader", yaml.Loader)(self._text)
        handlers: dict[type, Callable[[_Event], None] | None] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open,
            yaml.SequenceStartEvent: self._open,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._begin,
            yaml.DocumentEndEvent: self._finish,
        }
        get_event: Callable[[], _Event] = loader.get_event
        try:
            while True:
                event = get_event()
                handler = handlers.get(type(event))
                if handler is not None:
                    handler(event)
                elif type(event).__name__ == "StreamEndEvent":
                    return self._documents
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
        offset = self._offset
        node = Node("scalar", event.start_mark.index + offset, event.end_mark.index + offset)
        node.value, node.style = event.value, event.style or ""
        if event.anchor or event.tag:
            self._properties(node, event)
        node.meaning = self._numbers.of_scalar(node.value, node.style, node.tag)
        self._attach(node)

    def _open(self, event: _Event) -> None:
        node = Node(
            "map" if type(event).__name__[0] == "M" else "seq",
            event.start_mark.index + self._offset,
            event.end_mark.index + self._offset,
        )
        node.flow = bool(event.flow_style)
        if event.anchor or event.tag:
            self._properties(node, event)
        if len(self._stack) > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
        self._stack.append((node, None))

    def _properties(self, node: Node, event: _Event) -> None:
        self._documents[-1].linked = True
        node.anchor, node.tag = event.anchor or "", event.tag or ""
        found = _PROPERTIES.match(self._text, node.start - self._offset)
        node.inner = min(found.end() + self._offset, node.end) if found else node.start
        if node.anchor:
            before = self._anchors.get(node.anchor, (0, node))[0]
            self._anchors[node.anchor] = (before + 1, node)

    def _close(self, event: _Event) -> None:
        node, _ = self._stack.pop()
        node.end = event.end_mark.index + self._offset
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
        self._documents[-1].linked = True
        offset = self._offset
        node = Node("alias", event.start_mark.index + offset, event.end_mark.index + offset)
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
