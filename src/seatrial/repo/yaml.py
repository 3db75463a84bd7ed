"""YAML with positions: every node knows its line; broken or hostile input becomes a value.

Built on libyaml's events. Scalars follow the YAML 1.2 core schema, so that `on:` is a string and
`yes` is no boolean (what GitHub, Helm and Kubernetes users mean). Aliases share their node, so a
"billion laughs" document costs nothing until somebody walks it; walking is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import yaml as _yaml

Plain = str | int | float | bool | None
Value = Plain | list["Value"] | dict[str, "Value"]

MAX_PLAIN_NODES: Final = 200_000
"""Bound on the nodes that `plain` and `walk` visit: an alias bomb ends there."""
MAX_DEPTH: Final = 200

_INT = re.compile(r"[-+]?[0-9]+\Z|0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: Final[dict[str, Plain]] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


class Node:
    """One YAML node. A missing node is `NOTHING`, which is falsy and yields nothing.

    Attributes:
        kind: `map`, `seq`, `scalar` or `nothing`.
        line, column: 1-based start.
        end_line: 1-based last line.
        plain_style: True for a scalar without quotes and not a block.
        block: True for a block scalar (`|` or `>`), whose text starts on the next line.
    """

    __slots__ = ("_keys", "_map", "_raw", "_seq", "_tag", "block", "column", "end_line",
                 "kind", "line", "plain_style")

    def __init__(self, kind: str, line: int, column: int) -> None:
        """Make an empty node at a position."""
        self.kind = kind
        self.line = line
        self.column = column
        self.end_line = line
        self.plain_style = True
        self.block = False
        self._raw = ""
        self._tag = ""
        self._map: dict[str, Node] = {}
        self._keys: dict[str, Node] = {}
        self._seq: list[Node] = []

    def __bool__(self) -> bool:
        """False only for a node that is not there."""
        return self.kind != "nothing"

    def __repr__(self) -> str:
        """Kind and place, never the content (it may be a secret)."""
        return f"<Node {self.kind} line {self.line}>"

    def at(self, *path: str | int) -> Node:
        """Return the node below, following keys (str) and indexes (int); `NOTHING` if absent."""
        node = self
        for step in path:
            if isinstance(step, int):
                found = node._seq[step] if -len(node._seq) <= step < len(node._seq) else NOTHING
            else:
                found = node._map.get(step, NOTHING)
            node = found
        return node

    def key(self, name: str) -> Node:
        """Return the node of the key itself (for its line), or `NOTHING`."""
        return self._keys.get(name, NOTHING)

    def line_of(self, name: str) -> int:
        """Line on which the key stands; this node's line when there is no such key."""
        return self._keys[name].line if name in self._keys else self.line

    def pairs(self) -> Iterator[tuple[str, Node]]:
        """Yield key and value of a mapping, in order; nothing for other kinds."""
        return iter(self._map.items())

    def items(self) -> list[Node]:
        """Members of a sequence; empty for other kinds."""
        return self._seq

    def listed(self) -> list[Node]:
        """Members of a sequence, or the node itself as the only member (`needs: a` or `[a]`)."""
        if self.kind == "seq":
            return self._seq
        return [self] if self.kind in {"scalar", "map"} and not self.is_null else []

    def has(self, name: str) -> bool:
        """True when a mapping has the key."""
        return name in self._map

    def names(self) -> list[str]:
        """Keys of a mapping, in order."""
        return list(self._map)

    @property
    def is_null(self) -> bool:
        """True for an explicit or empty null."""
        return self.kind == "scalar" and self.value is None

    @property
    def text(self) -> str:
        """A scalar's text as written (without quotes); empty for other kinds and for null."""
        if self.kind != "scalar" or (self.plain_style and _WORDS.get(self._raw, "") is None):
            return ""
        return self._raw

    @property
    def content_line(self) -> int:
        """Line on which a scalar's text starts: the next one for a block scalar."""
        return self.line + 1 if self.block else self.line

    @property
    def value(self) -> Plain:
        """A scalar's value under the YAML 1.2 core schema; None for other kinds."""
        if self.kind != "scalar":
            return None
        if not self.plain_style or self._tag.endswith(":str"):
            return self._raw
        return _resolve(self._raw)

    def plain(self) -> Value:
        """Return plain Python data; what lies past the bounds is cut (see MAX_PLAIN_NODES)."""
        return _plain(self, [MAX_PLAIN_NODES], 0)

    def walk(self) -> Iterator[tuple[tuple[str | int, ...], Node]]:
        """Yield (path, node) for every node below and including this one, depth first, bounded."""
        budget = MAX_PLAIN_NODES
        stack: list[tuple[tuple[str | int, ...], Node]] = [((), self)]
        while stack and budget:
            budget -= 1
            path, node = stack.pop()
            yield path, node
            if len(path) >= MAX_DEPTH:
                continue
            stack.extend(((*path, i), child) for i, child in reversed(list(enumerate(node._seq))))
            stack.extend(((*path, k), child) for k, child in reversed(list(node._map.items())))


NOTHING: Final = Node("nothing", 0, 0)


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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


class _Builder:
    """Turns libyaml's events into nodes."""

    def __init__(self) -> None:
        self.documents: list[Node] = []
        self.duplicates: list[tuple[int, str]] = []
        self._anchors: dict[str, Node] = {}

    def run(self, text: str) -> None:
        loader = getattr(_yaml, "CLoader", _yaml.Loader)(text)
        try:
            stack: list[tuple[Node, Node | None]] = []
            while True:
                event = loader.get_event()
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

    def _scalar(self, event: _yaml.ScalarEvent) -> Node:
        mark = event.start_mark
        node = Node("scalar", mark.line + 1, mark.column + 1)
        node._raw = event.value
        node._tag = event.tag or ""
        node.plain_style = not event.style
        node.block = event.style in {"|", ">"}
        node.end_line = event.end_mark.line + 1
        self._remember(event.anchor, node)
        return node

    def _open(self, event: _yaml.CollectionStartEvent, kind: str) -> Node:
        mark = event.start_mark
        node = Node("map" if kind[0] == "M" else "seq", mark.line + 1, mark.column + 1)
        self._remember(event.anchor, node)
        return node

    def _alias(self, event: _yaml.AliasEvent) -> Node:
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


def _resolve(raw: str) -> Plain:
    if raw in _WORDS:
        return _WORDS[raw]
    if _INT.match(raw):
        try:
            return int(raw, 0) if raw[:2] in {"0o", "0x"} else int(raw)
        except ValueError:
            return raw
    if _FLOAT.match(raw):
        return float(raw)
    return raw


def _plain(node: Node, budget: list[int], depth: int) -> Value:
    if budget[0] <= 0 or depth > MAX_DEPTH:
        return None
    budget[0] -= 1
    if node.kind == "map":
        return {key: _plain(child, budget, depth + 1) for key, child in node.pairs()}
    if node.kind == "seq":
        return [_plain(child, budget, depth + 1) for child in node.items()]
    return node.value
