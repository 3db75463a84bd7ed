"""Tokens of PromQL: strings and ranges are one each, so that no name inside them is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_OPERATORS: Final = ("==", "!=", "<=", ">=", "=~", "!~", *"+-*/%^<>=(){}[],@")


class BadQueryError(ValueError):
    """The text is no PromQL that this parser knows."""


Token = tuple[str, str]


def tokens(text: str) -> Iterator[Token]:
    """Yield kind and text of each token; raises on a character that PromQL does not know."""
    index, size = 0, len(text)
    while index < size:
        char = text[index]
        if char.isspace():
            index += 1
        elif char == "#":
            end = text.find("\n", index)
            index = size if end < 0 else end
        else:
            kind, found, index = _token(text, index)
            yield kind, found


def _token(text: str, index: int) -> tuple[str, str, int]:
    """Kind and text of the token that starts here, and where it ends."""
    char = text[index]
    if char in "\"'`":
        end = _string_end(text, index)
        return "string", text[index + 1 : end], end + 1
    if char == "[":
        end = text.index("]", index)
        return "range", text[index + 1 : end], end + 1
    if char.isdigit() or (char == "." and text[index + 1 : index + 2].isdigit()):
        end = _number_end(text, index)
        return "number", text[index:end], end
    if char.isalpha() or char in "_:$":
        end = index
        while end < len(text) and (text[end].isalnum() or text[end] in "_:$"):
            end += 1
        return "name", text[index:end], end
    found = next((o for o in _OPERATORS if text.startswith(o, index)), "")
    if not found:
        raise BadQueryError(char)
    return "sign", found, index + len(found)


def _number_end(text: str, end: int) -> int:
    while end < len(text) and (text[end].isalnum() or text[end] in "._"):
        end += 1
        if text[end - 1] in "eE" and text[end : end + 1] in {"+", "-"}:
            end += 1
    return end


def _string_end(text: str, start: int) -> int:
    quote, index = text[start], start + 1
    while text[index] != quote:
        index += 2 if text[index] == "\\" and quote != "`" else 1
    return index


def seconds(duration: str) -> float:
    """Length of a duration as PromQL writes it (`1h30m`); 0 when it is none."""
    units = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}
    total, number, rest = 0.0, "", duration.partition(":")[0].strip()
    while rest:
        if rest[0].isdigit():
            number, rest = number + rest[0], rest[1:]
            continue
        unit = "ms" if rest.startswith("ms") else rest[0]
        if unit not in units or not number:
            return 0
        total, number, rest = total + int(number) * units[unit], "", rest[len(unit) :]
    return total


def number_of(text: str) -> float:
    """Value of a number token, which may be a duration or hexadecimal."""
    try:
        return float(text.replace("_", ""))
    except ValueError:
        return float(int(text, 16)) if text.lower().startswith("0x") else seconds(text)
