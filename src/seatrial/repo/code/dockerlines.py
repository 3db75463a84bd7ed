"""The lines of a Dockerfile as instructions: continuations, comments, heredocs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.model.struct import field, struct

_WITH_HEREDOC: Final = frozenset({"RUN", "COPY", "ADD"})
KNOWN: Final = frozenset(
    "FROM RUN CMD LABEL MAINTAINER EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD"
    " STOPSIGNAL HEALTHCHECK SHELL".split()
)


@struct
class Heredoc:
    """The body of a here-document.

    Attributes:
        line: line of the first line of the body.
    """

    name: str
    line: int
    text: str = field(repr=False)


@struct
class Instruction:
    """One instruction.

    Attributes:
        name: upper case.
        text: what follows the name; continued lines are kept as lines that end with a backslash,
            so that positions stay true.
        end_line: last line, heredocs included.
    """

    name: str
    line: int
    end_line: int
    text: str = field(repr=False)
    heredocs: tuple[Heredoc, ...] = ()


def instructions(text: str) -> Iterator[Instruction]:
    """Yield the instructions of a Dockerfile; lines that are none are left out."""
    lines = text.splitlines()
    escape = _escape(lines)
    index = 0
    while index < len(lines):
        stripped = lines[index].strip()
        if not stripped or stripped.startswith("#"):
            index += 1
            continue
        start = index
        kept, index = _logical(lines, index, escape)
        word, _, rest = kept.lstrip().partition(" ")
        name = word.upper().strip()
        found, index = _heredocs(name, rest, lines, index)
        if name in KNOWN:
            yield Instruction(name, start + 1, index, rest.lstrip(" "), found)


def _escape(lines: list[str]) -> str:
    for line in lines:
        if not line.startswith("#"):
            break
        key, equals, value = line[1:].partition("=")
        if equals and key.strip().lower() == "escape":
            return value.strip()[:1] or "\\"
    return "\\"


def _logical(lines: list[str], index: int, escape: str) -> tuple[str, int]:
    """One instruction's lines, joined; and the index behind them."""
    kept: list[str] = []
    while index < len(lines):
        line = lines[index].rstrip()
        inside = bool(kept)
        index += 1
        if inside and (not line or line.lstrip().startswith("#")):
            # Docker drops comments and empty lines here; a lone backslash keeps the count.
            kept.append("\\")
            continue
        more = line.endswith(escape)
        kept.append(line[: -len(escape)] + "\\" if more else line)
        if not more:
            break
    return "\n".join(kept).replace("\t", " "), index


def _heredocs(
    name: str, rest: str, lines: list[str], index: int
) -> tuple[tuple[Heredoc, ...], int]:
    if name not in _WITH_HEREDOC or "<<" not in rest:
        return (), index
    found: list[Heredoc] = []
    for dash, quoted, word in re.findall(r"(?<!<)<<(-?)([\"']?)([A-Za-z_]\w*)\2", rest):
        del quoted
        body: list[str] = []
        start = index
        while index < len(lines):
            line = lines[index].lstrip("\t") if dash else lines[index]
            index += 1
            if line.rstrip() == word:
                break
            body.append(line)
        found.append(Heredoc(word, start + 1, "\n".join(body)))
    return tuple(found), index
