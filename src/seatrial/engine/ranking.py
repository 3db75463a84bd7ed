"""What would hurt first, and the score."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from seatrial.model.environment import Environment
from seatrial.model.finding import Finding
from seatrial.model.practice import Level, Practice
from seatrial.model.record import Gap, Verdict
from seatrial.model.verdict import Status

GAPS: Final = 3

WEIGHTS: Final = {
    Level.CRITICAL: 8,
    Level.VERY_HIGH: 6,
    Level.HIGH: 5,
    Level.MEDIUM: 3,
    Level.LOW: 1,
}
"""How much a practice of this priority weighs in the score."""

WORTH: Final = {
    Status.PROVEN: 100,
    Status.PRESENT: 90,
    Status.PARTIAL: 40,
    Status.UNKNOWN: 0,
    Status.ABSENT: 0,
}
"""Points for a status. Unknown earns nothing: what could not be looked at is not counted as good.
The last ten points are for a proof."""

_LEVELS: Final = list(Level)


def score(verdicts: Iterable[Verdict]) -> int:
    """0 to 100: the mean of WORTH, weighted by WEIGHTS, over the practices that apply.

    It is 0 when none applies, since then there is nothing to praise.
    """
    rated = [v for v in verdicts if v.status is not Status.NOT_APPLICABLE]
    total = sum(WEIGHTS[v.practice.priority] for v in rated)
    earned = sum(WEIGHTS[v.practice.priority] * WORTH[v.status] for v in rated)
    return earned // total if total else 0


def worst(verdicts: Iterable[Verdict], environments: Iterable[Environment]) -> tuple[Gap, ...]:
    """At most three gaps, one per practice: by severity, then by the practice, production first."""
    production = {e.name for e in environments if e.tier == "production"}
    ranked: list[tuple[tuple[int, ...], Practice, Finding]] = []
    for verdict in verdicts:
        practice = verdict.practice
        faults = [f for f in verdict.faults() if f.practice == practice.id]
        weighed = [(_weight(practice, f, production), f) for f in faults]
        if weighed:
            weight, finding = max(weighed, key=lambda pair: pair[0])
            ranked.append((weight, practice, finding))
    ranked.sort(key=lambda entry: (entry[0], -entry[1].number), reverse=True)
    return tuple(_gap(practice, finding) for _, practice, finding in ranked[:GAPS])


def _weight(practice: Practice, finding: Finding, production: set[str]) -> tuple[int, ...]:
    reaches_production = not finding.environments or not production.isdisjoint(finding.environments)
    return (
        int(finding.severity),
        _LEVELS.index(practice.priority),
        _LEVELS.index(practice.impact),
        int(reaches_production),
        int(finding.requirement),
        int(finding.confidence),
    )


def _gap(practice: Practice, finding: Finding) -> Gap:
    if finding.fix == "apply":
        fix = f"seatrial apply {practice.id}"
    elif finding.fix == "manual":
        fix = f"seatrial explain {finding.rule}"
    else:
        fix = f"seatrial {finding.fix}"
    drill = f"seatrial prove {practice.id}" if practice.drill else ""
    return Gap(practice, finding, fix, drill)
