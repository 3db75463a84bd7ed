"""What a plain scalar means, and how a value is written as a scalar.

YAML 1.1 (PyYAML) and 1.2 (GitHub) read some words differently: `yes`, `on`, `0777`, `1:30`, dates.
Such a word equals only itself, and a text that looks like one is written in quotes, so that a file
means the same to whoever reads it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from seatrial.model.edit import Scalar

Meaning = tuple[str, object]
"""A kind (`str`, `int`, `word`) and a value of it."""

_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL: Final = {
    word: value
    for value, words in ((True, "true True TRUE"), (False, "false False FALSE"))
    for word in words.split()
}
_WORDS: Final = frozenset(
    "yes Yes YES no No NO on On ON off Off OFF y Y n N = <<".split(),
)
_INT: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT: Final = re.compile(r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?|\.[0-9]+")
_ODD: Final = re.compile(
    r"[-+]?[0-9][0-9_,]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|[-+]?\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?0[bxo][0-9a-fA-F_]+|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
    r"|[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:[Tt\s].*)?"
)
_SAFE: Final = re.compile(
    r"(?:[^\s\-?:,\[\]{}#&*!|>'\"%@`]|[-?:](?=[^\s\-]))(?:[^:#\n]|:(?=\S)|(?<=\S)#)*"
)
_FLOW: Final = re.compile(r"[,\[\]{}]|:(?:$|[,\[\]{}])")


def meaning_of_plain(raw: str) -> Meaning:
    """What a scalar without quotes means."""
    if raw in _NULL:
        return ("null", None)
    if raw in _BOOL:
        return ("bool", _BOOL[raw])
    if raw in _WORDS:
        return ("word", raw)
    if raw[0] not in "0123456789+-.":
        return ("str", raw)
    if _INT.fullmatch(raw):
        return ("int", int(raw)) if len(raw) < _LONG else ("word", raw)
    if _FLOAT.fullmatch(raw):
        return ("float", float(raw))
    return ("word" if _ODD.fullmatch(raw) else "str", raw)


_LONG: Final = 300


def meaning_of(value: Scalar) -> Meaning:
    """What a value means, comparable with `meaning_of_plain`."""
    if value is None:
        return ("null", None)
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, int):
        return ("int", value)
    if isinstance(value, float):
        return ("float", value)
    return ("str", value)


def is_plain(text: str, *, flow: bool) -> bool:
    """True if the text can stand without quotes and means itself to every reader."""
    return (
        bool(text)
        and text == text.strip()
        and _SAFE.fullmatch(text) is not None
        and not _has_control(text)
        and not text.startswith(("---", "..."))
        and not text.endswith(":")
        and not (flow and _FLOW.search(text))
        and meaning_of_plain(text)[0] == "str"
    )


def written(value: Scalar, *, quote: str = "", flow: bool = False) -> str:
    """Write a value on one line.

    Args:
        value: what to write.
        quote: quote that a text has had so far, kept where possible.
        flow: True inside `{}` or `[]`.
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if not isinstance(value, str):
        return re.sub(r"\A(-?[0-9]+)e", r"\1.0e", repr(value))
    if not quote and is_plain(value, flow=flow):
        return value
    odd = _has_control(value) or "\t" in value
    if not odd and (quote == "'" or (quote != '"' and '"' in value and "'" not in value)):
        return "'" + value.replace("'", "''") + "'"
    inside = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_control().sub(_escaped, inside) if odd else inside}"'


def _escaped(match: re.Match[str]) -> str:
    char = match.group()
    if char == "\n":
        return "\\n"
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004 - two hex digits


def written_key(key: str, *, flow: bool = False) -> str:
    """Write a key; `on` stays bare, since workflows have it so."""
    return key if key == "on" else written(key, flow=flow)


def literal(value: str, *, indent: int, folded: bool = False) -> tuple[str, list[str]] | None:
    """Write a text as a block scalar: header and lines without indentation of their parent.

    Args:
        value: the text.
        indent: spaces in front of each line.
        folded: True writes `>` where that is possible.

    Returns:
        None where only quotes can hold the text.
    """
    body = value.rstrip("\n")
    if not body or _has_control(body.replace("\n", "")) or "\t" in body:
        return None
    lines = body.split("\n")
    if any(line and not line.strip() for line in lines) or lines[0][:1] in {"", " "}:
        return None
    ends = len(value) - len(body)
    if ends > 1:
        return None
    chomp = "" if ends else "-"
    if folded and not any(line[:1] == " " for line in lines) and "" not in lines:
        lines = [part for line in lines for part in (line, "")][:-1]
        return f">{chomp}", _indented(lines, indent)
    return f"|{chomp}", _indented(lines, indent)


def _indented(lines: list[str], indent: int) -> list[str]:
    return [" " * indent + line if line else "" for line in lines]


def _has_control(text: str) -> bool:
    """Whether a character stands in it that YAML wants escaped."""
    if text.isascii() and text.replace("\t", "").isprintable():
        return False
    return _control().search(text) is not None


@cache
def _control() -> re.Pattern[str]:
    # Compiled when it is first asked for: that takes longer than to read a file.
    return re.compile(
        r"[^\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    )
