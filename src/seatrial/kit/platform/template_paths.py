"""Which values the templates of a chart name, read from their text without running them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from seatrial.model.struct import field, struct

Path = tuple[str, ...]

_ROOT: Final = "$"
"""First step of a context that is the top: `.Values` is found below it."""
_Context = Path | None
"""Path below the values, `(_ROOT,)` for the top, or None when it is not known."""
_MAX_TEXT: Final = 512 * 1024


@struct
class NamedPaths:
    """Values that templates name.

    Attributes:
        exact: paths that are looked at themselves (a test of a map reads none of its members).
        whole: paths that are read with everything below them.
        everything: True when all values are handed over at once.
    """

    exact: frozenset[Path]
    whole: frozenset[Path]
    everything: bool

    def names(self, path: Path) -> bool:
        """Whether a template names the leaf at this path, or part of it, or what it is part of."""
        if self.everything or path in self.exact:
            return True
        if any(path[:n] in self.whole for n in range(1, len(path) + 1)):
            return True
        return any(p[: len(path)] == path for p in (*self.exact, *self.whole))

    @property
    def all(self) -> frozenset[Path]:
        """All paths that are named."""
        return self.exact | self.whole


def named_paths(texts: Iterable[str]) -> NamedPaths:
    """Read the templates; what cannot be followed counts as read with everything below it."""
    reader = _Reader()
    for text in texts:
        reader.template(text[:_MAX_TEXT])
    return NamedPaths(frozenset(reader.exact), frozenset(reader.whole), () in reader.whole)


@cache
def _action() -> re.Pattern[str]:
    return re.compile(
        r"\{\{-?\s*(/\*.*?\*/\s*-?\}\}|(?:\"(?:[^\"\\]|\\.)*\"|`[^`]*`|[^}\"`]|\}(?!\}))*\}\})",
        re.DOTALL,
    )


@cache
def _token() -> re.Pattern[str]:
    return re.compile(
        r'"(?:[^"\\]|\\.)*"|`[^`]*`|\$?(?:\w*)(?:\.\w+)+|\$\w*|\.|:=|=|[()|,]|[^\s()|,"`]+'
    )


@struct(frozen=False)
class _Reader:
    exact: set[Path] = field(default_factory=set)
    whole: set[Path] = field(default_factory=set)
    variables: dict[str, _Context] = field(default_factory=dict)
    dots: list[_Context] = field(default_factory=list)

    def template(self, text: str) -> None:
        self.variables = {}
        self.dots = [(_ROOT,)]
        for found in _action().finditer(text):
            inner = found[1]
            if not inner.startswith("/*"):
                self._action(_token().findall(inner.removesuffix("}}").rstrip().removesuffix("-")))

    def _action(self, tokens: list[str]) -> None:
        if not tokens:
            return
        head, rest = tokens[0], tokens[1:]
        if head == "else":
            self._else(rest)
        elif head == "end":
            if len(self.dots) > 1:
                self.dots.pop()
        elif head == "define":
            self.dots.append((_ROOT,))
        elif head in {"with", "range", "if", "block"}:
            self.dots.append(self._opened(head, rest))
        else:
            self._pipeline(tokens)

    def _else(self, rest: list[str]) -> None:
        if len(self.dots) > 1:
            self.dots.pop()
        if rest and rest[0] in {"with", "if"}:
            self.dots.append(self._opened(rest[0], rest[1:]))
        else:
            self.dots.append(self.dots[-1])

    def _opened(self, head: str, tokens: list[str]) -> _Context:
        """Read a block's header; returns the dot inside the block."""
        names, tokens = _declared(tokens)
        simple = self._context(tokens[0]) if len(tokens) == 1 else None
        if head == "block":
            self._pipeline(tokens[1:])
            return (_ROOT,)
        if head == "range" or simple is None:
            self._pipeline(tokens, test=head == "if")
            self.variables.update(dict.fromkeys(names))
            return self.dots[-1] if head == "if" else None
        self._look(simple)
        self.variables.update(dict.fromkeys(names, simple))
        return self.dots[-1] if head == "if" else simple

    def _pipeline(self, tokens: list[str], *, test: bool = False) -> None:
        names, tokens = _declared(tokens)
        if names and len(tokens) == 1 and (context := self._context(tokens[0])) is not None:
            self.variables[names[0]] = context
            return
        self.variables.update(dict.fromkeys(names))
        index = 0
        while index < len(tokens):
            context = self._context(tokens[index])
            if tokens[index] in {"index", "hasKey", "get"} and index + 1 < len(tokens):
                index = self._indexed(tokens, index)
                continue
            if context is not None:
                self._read(context, test=test and _is_tested(tokens, index))
            index += 1

    def _indexed(self, tokens: list[str], index: int) -> int:
        """`index .Values "a" "b"`: the words after the map are steps, as far as written."""
        context = self._context(tokens[index + 1])
        at = index + 2
        steps: list[str] = []
        while at < len(tokens) and tokens[at][:1] in {'"', "`"}:
            steps.append(tokens[at][1:-1])
            at += 1
        if context is None:
            return index + 1
        base = (*context, *steps) if context[:1] != (_ROOT,) else context
        computed = at < len(tokens) and tokens[at] not in {")", "|"}
        if tokens[index] == "hasKey" and not computed:
            self._look(base)
        else:
            self._read(base, test=False)
        return at

    def _look(self, context: Path) -> None:
        if context[:1] != (_ROOT,) and context:
            self.exact.add(context)

    def _read(self, context: Path, *, test: bool) -> None:
        if context[:1] == (_ROOT,):
            # The top is handed on: named templates are read with it as their dot.
            return
        (self.exact if test else self.whole).add(context)

    def _context(self, token: str) -> _Context:
        """Path below the values of a token; None when it is none, or cannot be followed."""
        if token[:1] not in {".", "$"} and ".Values" not in token:
            return None
        head, *steps = token.split(".")
        if "Values" in steps:
            # `.Values`, `$.Values`, `.root.Values`: whoever holds `Values` is the top.
            return tuple(steps[steps.index("Values") + 1 :])
        steps = [s for s in steps if s]
        base: _Context = (_ROOT,) if head == "$" else self.dots[-1]
        if head.startswith("$") and head != "$":
            base = self.variables.get(head)
        if base is None:
            return None
        if base == (_ROOT,) and steps:
            return None  # .Release, .Chart and what named templates are given
        return (*base, *steps)


def _declared(tokens: list[str]) -> tuple[list[str], list[str]]:
    for sign in (":=", "="):
        if sign in tokens[:4]:
            at = tokens.index(sign)
            return [t for t in tokens[:at] if t.startswith("$")], tokens[at + 1 :]
    return [], tokens


def _is_tested(tokens: list[str], index: int) -> bool:
    """Whether a token is a bare operand of a test (`and .Values.a .Values.b`, `not .Values.a`)."""
    before = [t for t in tokens[:index] if t not in {"(", ")"}]
    words = [t for t in before if t[:1] not in {".", "$", '"', "`"}]
    return all(word in {"and", "or", "not"} for word in words)


def templates_in(values: object, depth: int = 0) -> Iterator[str]:
    """Template texts that stand in values, for `tpl`."""
    if isinstance(values, str):
        if "{{" in values:
            yield values
    elif depth < 40:  # noqa: PLR2004  # deeper values are no configuration
        members = values.values() if isinstance(values, dict) else values
        if isinstance(values, dict | list):
            for member in members:  # type: ignore[attr-defined]  # a dict's values or a list
                yield from templates_in(member, depth + 1)
