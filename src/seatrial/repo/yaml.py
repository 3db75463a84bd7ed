"""YAML with positions: every node knows its line; broken or hostile input becomes a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import yaml as _yaml

from seatrial.model.struct import struct
from seatrial.repo.yaml_node import MAX_DEPTH, MAX_PLAIN_NODES, NOTHING, Node, Plain, Value

if TYPE_CHECKING:
    from yaml.error import Mark

__all__ = [
    "MAX_PLAIN_NODES",
    "NOTHING",
    "Documents",
    "Node",
    "Plain",
    "Trouble",
    "Value",
    "parse",
]


@struct
class Trouble:
    """Why a file could not be read whole: one line for people, and where.

    Attributes:
        lost: True when part of the content is not understood, so that checks which need it cannot
            tell; False for a mere oddity.
    """

    line: int
    message: str
    hint: str = ""
    lost: bool = True


@struct
class Documents:
    """The documents of one file, and what was wrong with it.

    Attributes:
        trouble: the error that ended parsing; documents before it are kept.
        duplicates: (line, key) of keys that stand twice in one mapping; the last one wins.
    """

    documents: tuple[Node, ...]
    trouble: Trouble | None = None
    duplicates: tuple[tuple[int, str], ...] = ()

    @property
    def first(self) -> Node:
        """The first document, or `NOTHING`."""
        return self.documents[0] if self.documents else NOTHING


def parse(text: str) -> Documents:
    """Parse all documents of a text; never raises for bad content."""
    if "<<<<<<< " in text and "\n>>>>>>> " in text:
        line = text[: text.index("<<<<<<< ")].count("\n") + 1
        return Documents((), Trouble(line, "merge conflict markers", "finish the merge"))
    builder = _Builder()
    try:
        builder.run(text)
    except _yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = (error.problem or error.context or "not YAML").strip()
        hint = "YAML does not allow tabs for indentation" if "\\t" in problem else ""
        trouble = Trouble(line, f"not valid YAML: {problem}", hint)
        return Documents(tuple(builder.documents), trouble, tuple(builder.duplicates))
    except (_yaml.YAMLError, ValueError, RecursionError) as error:
        reason = str(error).partition("\n")[0]
        return Documents(
            tuple(builder.documents),
            Trouble(1, f"not valid YAML: {reason}"),
            tuple(builder.duplicates),
        )
    return Documents(tuple(builder.documents), None, tuple(builder.duplicates))


class _Event(Protocol):
    """The parts of libyaml's events that are read; each event has those that its kind needs."""

    start_mark: Mark
    end_mark: Mark
    anchor: str | None
    value: str
    tag: str | None
    style: str | None


class _Builder:
    """Turns libyaml's events into nodes."""

    def __init__(self) -> None:
        self.documents: list[Node] = []
        self.duplicates: list[tuple[int, str]] = []
        self._anchors: dict[str, Node] = {}

    def run(self, text: str) -> None:
        # libyaml where PyYAML was built with it, which every wheel is.
        loader: _yaml.Loader = getattr(_yaml, "CLoader", _yaml.Loader)(text)
        try:
            stack: list[tuple[Node, Node | None]] = []
            while True:
                event: _Event = loader.get_event()  # type: ignore[no-untyped-call] # untyped in the stubs
                kind = type(event).__name__
                if kind == "StreamEndEvent":
                    return
                if kind == "DocumentStartEvent":
                    self._anchors = {}
                elif kind == "ScalarEvent":
                    self._attach(stack, self._scalar(event))
                elif kind in {"MappingStartEvent", "SequenceStartEvent"}:
                    if len(stack) > MAX_DEPTH:
                        raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
                    stack.append((self._open(event, kind), None))
                elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
                    node, _ = stack.pop()
                    node.end_line = max(node.line, event.start_mark.line + (kind[0] == "S"))
                    self._attach(stack, node)
                elif kind == "AliasEvent":
                    self._attach(stack, self._alias(event))
        finally:
            loader.dispose()

    def _scalar(self, event: _Event) -> Node:
        mark = event.start_mark
        node = Node("scalar", mark.line + 1, mark.column + 1)
        node._raw = event.value
        node._tag = event.tag or ""
        node.plain_style = not event.style
        node.block = event.style in {"|", ">"}
        node.end_line = event.end_mark.line + 1
        self._remember(event.anchor, node)
        return node

    def _open(self, event: _Event, kind: str) -> Node:
        mark = event.start_mark
        node = Node("map" if kind[0] == "M" else "seq", mark.line + 1, mark.column + 1)
        self._remember(event.anchor, node)
        return node

    def _alias(self, event: _Event) -> Node:
        if event.anchor not in self._anchors:
            raise _yaml.composer.ComposerError(
                None, None, f"undefined alias {event.anchor}", event.start_mark
            )
        return self._anchors[event.anchor]

    def _remember(self, anchor: str | None, node: Node) -> None:
        if anchor:
            self._anchors[anchor] = node

    def _attach(self, stack: list[tuple[Node, Node | None]], node: Node) -> None:
        if not stack:
            self.documents.append(node)
            return
        parent, key = stack[-1]
        if parent.kind == "seq":
            parent._seq.append(node)
        elif key is None:
            stack[-1] = (parent, node)
        else:
            stack[-1] = (parent, None)
            self._put(parent, key, node)

    def _put(self, parent: Node, key: Node, node: Node) -> None:
        name = key._raw
        if name == "<<" and key.plain_style:
            for source in node.listed():
                for inherited, value in source.pairs():
                    parent._map.setdefault(inherited, value)
                    parent._keys.setdefault(inherited, source.key(inherited))
            return
        if name in parent._keys and parent._keys[name].line >= parent.line:
            self.duplicates.append((key.line, name))
        parent._map[name] = node
        parent._keys[name] = key
