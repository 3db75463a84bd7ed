"""A YAML node that knows its place; what `seatrial.repo.yaml` parses into.

Scalars follow the YAML 1.2 core schema, so that `on:` is a string and `yes` is no boolean (what
GitHub, Helm and Kubernetes users mean). Aliases share their node, so a "billion laughs" document
costs nothing until somebody walks it; walking is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

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

    __slots__ = (
        "_keys",
        "_map",
        "_raw",
        "_seq",
        "_tag",
        "block",
        "column",
        "end_line",
        "kind",
        "line",
        "plain_style",
    )

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
