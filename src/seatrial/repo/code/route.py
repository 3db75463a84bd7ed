"""One HTTP route, and what the readers of all languages share."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from functools import cache

from seatrial.model.finding import Confidence
from seatrial.model.place import Place
from seatrial.model.struct import field, struct
from seatrial.repo.files import File


class Serves(enum.StrEnum):
    """Whether an application answers at a path."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@struct
class Route:
    """A path that an application answers at.

    Attributes:
        method: upper case; `*` for any.
        path: starts with a slash; parameters are `{}`.
        confidence: low when a prefix above it could not be followed.
        subtree: True when something is mounted here that answers below it.
    """

    method: str
    path: str
    place: Place
    confidence: Confidence = Confidence.HIGH
    subtree: bool = False


@struct(frozen=False)
class Found:
    """What the readers found in one repository.

    Attributes:
        undecided: places at which a path or prefix is computed, with the reason.
    """

    routes: list[Route] = field(default_factory=list)
    undecided: list[tuple[Place, str]] = field(default_factory=list)

    def add(
        self,
        file: File,
        line: int,
        method: str,
        path: str,
        confidence: Confidence = Confidence.HIGH,
        *,
        subtree: bool = False,
    ) -> None:
        """Keep a route."""
        place = file.place(line)
        # `{rest:path}`, `*` and `/x/*any` take everything below.
        subtree = subtree or ":path" in path or path.endswith("*") or "/*" in path
        self.routes.append(Route(method.upper(), normal(path), place, confidence, subtree))

    def doubt(self, file: File, line: int, reason: str) -> None:
        """Remember that something here is computed."""
        self.undecided.append((file.place(line), reason))


def normal(path: str) -> str:
    """A path with a leading slash, no trailing one, no query, and parameters as `{}`."""
    flat = re.sub(r"\{[^{}]*\}|<[^<>]*>|\(\?P<\w+>[^)]*\)\)?", "{}", path.strip())
    flat = flat.partition("?")[0]
    parts = [
        "{}" if part.startswith((":", "*")) or part in {"[controller]", "\\d+"} else part
        for written in flat.split("/")
        if (part := written.removeprefix("^").removesuffix("$").removesuffix("\\Z"))
    ]
    return "/" + "/".join(parts)


def joined(*parts: str) -> str:
    """Prefixes and a path, one slash between them."""
    return "/" + "/".join(p.strip("/") for p in parts if p.strip("/"))


def matches(pattern: str, path: str) -> bool:
    """True when a path fits a route's path, segment by segment."""
    ours, theirs = pattern.split("/"), normal(path).split("/")
    if len(ours) != len(theirs):
        return False
    # A parameter takes any segment, and one inside a segment (`v{}`) the rest of it.
    pairs = zip(ours, theirs, strict=True)
    return all(a == b or ("{}" in a and b.startswith(a.partition("{}")[0])) for a, b in pairs)


def line_at(text: str, position: int) -> int:
    """Line of a position in a text."""
    return text.count("\n", 0, position) + 1


def uncommented(text: str, marks: str = "//") -> str:
    """A source text whose comments are blank; strings and lines stay where they are."""
    return _comments(marks).sub(_blank, text)


@cache
def _comments(marks: str) -> re.Pattern[str]:
    strings = r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"
    if marks == "#":
        return re.compile(strings + r"|(?P<c>#[^\n]*)")
    return re.compile(strings + r"|(?P<c>//[^\n]*|/\*.*?(?:\*/|\Z))", re.DOTALL)


def _blank(match: re.Match[str]) -> str:
    if match.lastgroup != "c":
        return match[0]
    return re.sub(r"[^\n]", " ", match[0])


def hits(pattern: str, text: str) -> Iterator[tuple[re.Match[str], int]]:
    """Yield the matches of a pattern, each with its line."""
    line, position = 1, 0
    for match in re.finditer(pattern, text, re.MULTILINE):
        line += text.count("\n", position, match.start())
        position = match.start()
        yield match, line
