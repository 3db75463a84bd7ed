"""PromQL as a tree, as far as rules are judged by it; what is not understood gives None.

A recursive-descent parser over real tokens: strings, ranges and label matchers are never mistaken
for metric names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.model.struct import struct
from seatrial.practices.monitoring_alerting.tokens import (
    BadQueryError,
    Token,
    number_of,
    seconds,
    tokens,
)

__all__ = ["Binary", "Call", "Number", "Selector", "Tree", "metrics", "parse", "seconds", "walk"]

_AGGREGATIONS: Final = frozenset(
    "sum min max avg group stddev stdvar count count_values bottomk topk quantile limitk"
    " limit_ratio".split()
)
_LEVELS: Final = (
    ("or",),
    ("and", "unless"),
    ("==", "!=", "<=", "<", ">=", ">"),
    ("+", "-"),
    ("*", "/", "%", "atan2"),
    ("^",),
)
COMPARISONS: Final = frozenset(_LEVELS[2])
MAX_TEXT: Final = 20_000
_MAX_DEPTH: Final = 100


@struct
class Number:
    """A literal number."""

    value: float


@struct
class Selector:
    """A metric, with matchers `(label, operator, value)` and its range as written."""

    name: str
    matchers: tuple[tuple[str, str, str], ...] = ()
    range: str = ""


@struct
class Call:
    """A function, an aggregation, or a subquery (named so)."""

    name: str
    arguments: tuple[Tree, ...]
    range: str = ""


@struct
class Binary:
    """Two sides and what stands between them."""

    operator: str
    left: Tree
    right: Tree


Tree = Number | Selector | Call | Binary


def parse(text: str) -> Tree | None:
    """The tree of an expression; None when it is not understood."""
    try:
        parser = _Parser(list(tokens(text[:MAX_TEXT])))
        tree = parser.binary(0, 0)
    except (BadQueryError, ValueError, IndexError):
        return None
    return tree if parser.done else None


def walk(tree: Tree) -> Iterator[Tree]:
    """Yield a tree and all below it."""
    yield tree
    if isinstance(tree, Binary):
        yield from walk(tree.left)
        yield from walk(tree.right)
    elif isinstance(tree, Call):
        for argument in tree.arguments:
            yield from walk(argument)


def metrics(tree: Tree) -> tuple[str, ...]:
    """Names of the metrics that it reads, each once."""
    found = (t.name for t in walk(tree) if isinstance(t, Selector) and t.name)
    return tuple(dict.fromkeys(found))


class _Parser:
    """Reads tokens from the left; raises on what it does not know."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def done(self) -> bool:
        return self._at >= len(self._tokens)

    def _peek(self) -> Token:
        return self._tokens[self._at] if not self.done else ("end", "")

    def _take(self, text: str = "") -> str:
        _, found = self._peek()
        if self.done or (text and found != text):
            raise BadQueryError(found)
        self._at += 1
        return found

    def _is(self, text: str) -> bool:
        kind, found = self._peek()
        return kind in {"sign", "name"} and found.lower() == text

    def binary(self, level: int, depth: int) -> Tree:
        if depth > _MAX_DEPTH:
            raise BadQueryError("too deep")
        if level == len(_LEVELS):
            return self._postfix(self._unary(depth + 1))
        left = self.binary(level + 1, depth + 1)
        while self._peek()[0] in {"sign", "name"} and self._peek()[1].lower() in _LEVELS[level]:
            operator = self._take().lower()
            self._modifiers()
            left = Binary(operator, left, self.binary(level + 1, depth + 1))
        return left

    def _modifiers(self) -> None:
        while any(self._is(w) for w in ("bool", "on", "ignoring", "group_left", "group_right")):
            word = self._take().lower()
            if word != "bool" and self._is("("):
                self._labels()

    def _labels(self) -> None:
        self._take("(")
        while not self._is(")"):
            self._take()
        self._take(")")

    def _unary(self, depth: int) -> Tree:
        if self._is("-") or self._is("+"):
            sign = self._take()
            inner = self._postfix(self._unary(depth + 1))
            if isinstance(inner, Number):
                return Number(-inner.value if sign == "-" else inner.value)
            return inner
        if self._is("("):
            self._take("(")
            inner = self.binary(0, depth + 1)
            self._take(")")
            return inner
        return self._atom(depth)

    def _atom(self, depth: int) -> Tree:
        kind, text = self._peek()
        if kind == "number":
            self._take()
            return Number(number_of(text))
        if kind == "string":
            self._take()
            return Call("string", ())
        if self._is("{"):
            return Selector("", self._matchers())
        if kind != "name":
            raise BadQueryError(text)
        self._take()
        low = text.lower()
        if low in {"inf", "nan"}:
            return Number(float(low))
        if low in _AGGREGATIONS and (self._is("(") or self._is("by") or self._is("without")):
            return self._call(low, depth)
        if self._is("("):
            return self._call(text, depth)
        return Selector(text, self._matchers() if self._is("{") else ())

    def _call(self, name: str, depth: int) -> Tree:
        self._grouping()
        self._take("(")
        arguments: list[Tree] = []
        while not self._is(")"):
            arguments.append(self.binary(0, depth + 1))
            if self._is(","):
                self._take(",")
        self._take(")")
        self._grouping()
        return Call(name, tuple(arguments))

    def _grouping(self) -> None:
        if self._is("by") or self._is("without"):
            self._take()
            self._labels()

    def _matchers(self) -> tuple[tuple[str, str, str], ...]:
        self._take("{")
        found: list[tuple[str, str, str]] = []
        while not self._is("}"):
            label = self._take()
            if self._peek()[1] in {"=", "!=", "=~", "!~"}:
                found.append((label, self._take(), self._take()))
            if self._is(","):
                self._take(",")
        self._take("}")
        return tuple(found)

    def _postfix(self, tree: Tree) -> Tree:
        while True:
            kind, text = self._peek()
            if kind == "range":
                self._take()
                if isinstance(tree, Selector):
                    tree = Selector(tree.name, tree.matchers, text)
                else:
                    tree = Call("subquery", (tree,), text)
            elif self._is("offset") or self._is("@"):
                self._take()
                if self._is("-"):
                    self._take()
                self._take()
                if self._is("("):
                    self._labels()
            else:
                return tree
