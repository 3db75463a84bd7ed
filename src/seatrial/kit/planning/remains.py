"""What a plan leaves as it is: faults of the audit that none of its edits touches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from seatrial.kit.site import Site
from seatrial.model.change import Leave
from seatrial.model.finding import Outcome, Reach, Severity
from seatrial.model.practice import Check

S = TypeVar("S")


def remains(site: Site[S], *checks: Check[Site[S]]) -> Iterator[Leave]:
    """Yield one `Leave` for each fault of these checks, and for what lies elsewhere.

    Args:
        site: what people wrote, as the plan sees it.
        checks: rules whose faults no edit of the plan mends here.
    """
    for check in checks:
        for seen in check.look(site):
            severe = (seen.severity or check.severity) >= Severity.MEDIUM or check.requirement
            if seen.outcome is Outcome.FAULT and severe:
                yield Leave(f"{seen.message} ({check.rule})", seen.place)
            elif seen.outcome is Outcome.UNKNOWN and seen.reach is Reach.ELSEWHERE:
                yield Leave(seen.message, seen.place, seen.credential)
