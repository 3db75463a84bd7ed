"""What a practice folder offers: its page, its checks; values without side effects."""

import enum
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from seatrial.model.fact import FactKey
from seatrial.model.finding import Confidence, Observation, Severity
from seatrial.model.struct import struct

S = TypeVar("S")


class Level(enum.StrEnum):
    """Words of the seed's matrix for priority, effort and impact."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very high"
    CRITICAL = "critical"


@struct
class Practice:
    """One of the practices, as its folder's `PRACTICE` declares it.

    Attributes:
        id: kebab-case; the folder is the same with underscores.
        needs: live facts that would confirm what files cannot show.
        reads: kinds of files that its checks stand on (`workflows`, `kubernetes`, `terraform`,
            `code`, `docs`); one that cannot be parsed leaves an unknown finding.
        drill: what `prove` would exercise, in a few words.
        live_substance: True when the practice's substance lies in an API, so that met file
            requirements alone give `unknown`, never `present` (practice 1).
    """

    number: int
    id: str
    title: str
    priority: Level
    effort: Level
    impact: Level
    needs: tuple[FactKey, ...] = ()
    reads: tuple[str, ...] = ("workflows", "kubernetes", "terraform")
    drill: str = ""
    live_substance: bool = False


@struct
class Check(Generic[S]):
    """A rule: a stable id, what it weighs, and the function that looks.

    Attributes:
        look: pure generator from a site to observations.
        requirement: see `Finding.requirement`.
    """

    rule: str
    severity: Severity
    confidence: Confidence
    requirement: bool
    fix: str
    since: str
    look: Callable[[S], Iterator[Observation]]

    @property
    def doc(self) -> str:
        """The text of `seatrial explain`: title, why, fix."""
        import inspect

        return inspect.cleandoc(self.look.__doc__ or "")

    @property
    def title(self) -> str:
        """First line of the text, without its full stop."""
        return self.doc.partition("\n")[0].rstrip(".")


def check(
    rule: str,
    *,
    severity: Severity,
    requirement: bool = False,
    fix: str = "apply",
    confidence: Confidence = Confidence.HIGH,
    since: str = "0.1",
) -> Callable[[Callable[[S], Iterator[Observation]]], Check[S]]:
    """Make a check of a generator function; its docstring is what `seatrial explain` prints."""

    def wrap(look: Callable[[S], Iterator[Observation]]) -> Check[S]:
        return Check(rule, severity, confidence, requirement, fix, since, look)

    return wrap
