"""Texts of chart templates: the lines of an object, the way to a line that stands there often."""

from __future__ import annotations

import re
from typing import Final

from seatrial.model.struct import struct
from seatrial.repo.files import File

_OPENS: Final = re.compile(r"\{\{-?\s*(?:if|with|range|define|block)\b")
_ENDS: Final = re.compile(r"\{\{-?\s*end\b")
_SAFE: Final = re.compile(
    r"(?:\{\{-?[^{}]*(?:\.Release|\.Chart|\.Values|include|printf)[^{}]*\}\}|[\w.-])+"
)


@struct
class Part:
    """The lines of one object in a template.

    Attributes:
        first, end: 0-based line of the first, and behind the last.
        whole_first, whole_end: the same with the separator and the condition around them.
    """

    first: int
    end: int
    whole_first: int
    whole_end: int


def part_at(file: File, line: int) -> Part | None:
    """The object around a 1-based line; None where conditions cut through it."""
    lines = file.lines
    marks = [i for i, text in enumerate(lines) if text.rstrip() == "---"]
    first = max((i + 1 for i in marks if i < line - 1), default=0)
    end = min((i for i in marks if i >= line - 1), default=len(lines))
    while end > first and not lines[end - 1].strip():
        end -= 1
    begin = first - 1 if first else 0
    depth = _depth(lines[first:end])
    if depth == 0:
        return Part(first, end, begin, end)
    opened = begin - 1
    if (
        depth == -1
        and opened >= 0
        and _OPENS.search(lines[opened])
        and _ENDS.search(lines[end - 1])
    ):
        return Part(first, end - 1, opened, end)
    return None


def _depth(lines: list[str]) -> int:
    return sum(len(_OPENS.findall(text)) - len(_ENDS.findall(text)) for text in lines)


def name_of(file: File, part: Part) -> str:
    """What stands behind `name:` in an object's metadata; empty where it cannot be repeated."""
    lines = file.lines[part.first : part.end]
    for number, text in enumerate(lines):
        if text.rstrip() == "metadata:":
            for below in lines[number + 1 :]:
                if not below.startswith("  "):
                    break
                found = re.match(r"  name:\s*(\S.*?)\s*$", below)
                if found:
                    name = found[1].strip("\"'") if "{{" not in found[1] else found[1]
                    return name if _SAFE.fullmatch(name) and "$" not in name else ""
    return ""


def above(file: File, line: int) -> str:
    """The nearest line above a 1-based one that stands in the file once; empty when none does."""
    lines = file.lines
    for number in range(line - 2, -1, -1):
        text = lines[number]
        if len(text.strip()) > 3 and lines.count(text) == 1:  # noqa: PLR2004 (no bare dashes)
            return f"{text}\n"
    return ""


def is_once(file: File, line: int) -> bool:
    """Whether a 1-based line stands in the file once."""
    return file.lines.count(file.lines[line - 1]) == 1
