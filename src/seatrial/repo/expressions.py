"""GitHub's `if` expressions, folded with three values: true, false, and cannot be known.

The grammar is GitHub's: literals, `!`, `&&`, `||`, comparisons, parentheses, functions, contexts.
https://docs.github.com/actions/reference/evaluate-expressions-in-workflows-and-actions
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

Known = str | int | float | bool | None


class Opaque:
    """A value that only the run knows."""

    def __repr__(self) -> str:
        """Name it for test output."""
        return "OPAQUE"


OPAQUE: Final = Opaque()
Value = Known | Opaque
_MAX_TOKENS: Final = 2000


def fold(text: str, contexts: Mapping[str, Known] | None = None) -> bool | None:
    """Truth of an `if`: True, False, or None when it depends on the run.

    Args:
        text: the expression, with or without `${{ }}`; empty means no condition (True).
        contexts: values that are assumed, for example `{"github.event_name": "push"}`.
    """
    inner = text.strip()
    if inner.startswith("${{") and inner.endswith("}}") and inner.count("${{") == 1:
        inner = inner[3:-2]
    elif "${{" in inner:
        return None
    if not inner.strip():
        return True
    value = evaluate(inner, contexts or {})
    return None if isinstance(value, Opaque) else _truthy(value)


def evaluate(text: str, contexts: Mapping[str, Known]) -> Value:
    """Value of an expression without its braces; OPAQUE when it cannot be known or parsed."""
    try:
        tokens = list(_tokens(text))
        parser = _Parser(tokens, contexts)
        value = parser.either()
    except (IndexError, ValueError, RecursionError):
        return OPAQUE
    return value if parser.done else OPAQUE


def references(text: str, prefix: str) -> Iterator[str]:
    """Yield the names that follow `prefix.` in a text (`references(run, "secrets")`)."""
    marker = prefix + "."
    position = text.find(marker)
    while position >= 0:
        before = text[position - 1] if position else " "
        end = position + len(marker)
        while end < len(text) and (text[end].isalnum() or text[end] in "_-"):
            end += 1
        name = text[position + len(marker) : end]
        if name and not (before.isalnum() or before in "_-."):
            yield name
        position = text.find(marker, end)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    position, count = 0, 0
    while position < len(text):
        count += 1
        if count > _MAX_TOKENS:
            raise ValueError
        char = text[position]
        if char.isspace():
            position += 1
        elif char == "'":
            literal, position = _quoted(text, position)
            yield "string", literal
        elif text[position : position + 2] in {"&&", "||", "==", "!=", "<=", ">="}:
            yield "op", text[position : position + 2]
            position += 2
        elif char in "!<>(),[]":
            yield "op", char
            position += 1
        else:
            start = position
            while position < len(text) and (text[position].isalnum() or text[position] in "_-.*+"):
                position += 1
            if position == start:
                raise ValueError
            yield "word", text[start:position]


def _quoted(text: str, position: int) -> tuple[str, int]:
    out: list[str] = []
    position += 1
    while True:
        if text[position] == "'":
            if text[position + 1 : position + 2] != "'":
                return "".join(out), position + 1
            position += 1
        out.append(text[position])
        position += 1


class _Parser:
    """Recursive descent over the tokens; evaluates as it reads."""

    def __init__(self, tokens: list[tuple[str, str]], contexts: Mapping[str, Known]) -> None:
        self.tokens = tokens
        self.contexts = contexts
        self.position = 0

    @property
    def done(self) -> bool:
        return self.position == len(self.tokens)

    def _next(self, *operators: str) -> str:
        if self.done or self.tokens[self.position] not in [("op", o) for o in operators]:
            return ""
        self.position += 1
        return self.tokens[self.position - 1][1]

    def either(self) -> Value:
        left = self.both()
        while self._next("||"):
            right = self.both()
            if isinstance(left, Opaque):
                left = right if right is not OPAQUE and _truthy(right) else OPAQUE
            elif not _truthy(left):
                left = right
        return left

    def both(self) -> Value:
        left = self.compared()
        while self._next("&&"):
            right = self.compared()
            if isinstance(left, Opaque):
                false = not isinstance(right, Opaque) and not _truthy(right)
                left = False if false else OPAQUE
            elif _truthy(left):
                left = right
        return left

    def compared(self) -> Value:
        left = self.negated()
        operator = self._next("==", "!=", "<", "<=", ">", ">=")
        if not operator:
            return left
        right = self.negated()
        if isinstance(left, Opaque) or isinstance(right, Opaque):
            return OPAQUE
        if operator in {"==", "!="}:
            return _same(left, right) == (operator == "==")
        return OPAQUE

    def negated(self) -> Value:
        if self._next("!"):
            value = self.negated()
            return OPAQUE if isinstance(value, Opaque) else not _truthy(value)
        return self.primary()

    def primary(self) -> Value:
        if self._next("("):
            value = self.either()
            self._close(")")
            return value
        kind, word = self.tokens[self.position]
        self.position += 1
        if kind == "string":
            return word
        if kind != "word":
            raise ValueError
        if self._next("("):
            return self._call(word)
        if self._next("["):
            self.either()
            self._close("]")
            while not self.done and self.tokens[self.position][1].startswith("."):
                self.position += 1
            return OPAQUE
        return self._word(word)

    def _call(self, name: str) -> Value:
        arguments: list[Value] = []
        if not self._next(")"):
            arguments.append(self.either())
            while self._next(","):
                arguments.append(self.either())
            self._close(")")
        return _function(name.lower(), arguments)

    def _word(self, word: str) -> Value:
        literals: dict[str, Known] = {"true": True, "false": False, "null": None}
        if word in literals:
            return literals[word]
        if word in self.contexts:
            return self.contexts[word]
        try:
            return float(word)
        except ValueError:
            return OPAQUE

    def _close(self, operator: str) -> None:
        if not self._next(operator):
            raise ValueError


def _function(name: str, arguments: list[Value]) -> Value:
    if name == "always":
        return True
    known = [str(a) for a in arguments if not isinstance(a, Opaque)]
    if len(known) != len(arguments) or len(known) != 2:  # noqa: PLR2004 - the three take two
        return OPAQUE
    left, right = known[0].lower(), known[1].lower()
    if name == "startswith":
        return left.startswith(right)
    if name == "endswith":
        return left.endswith(right)
    return right in left if name == "contains" else OPAQUE


def _truthy(value: Value) -> bool:
    return value not in (False, None, "", 0)


def _same(left: Known, right: Known) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    return _number(left) == _number(right)


def _number(value: Known) -> float:
    if value is None or value == "":
        return 0.0
    try:
        return float(value)
    except ValueError:
        return float("nan")
