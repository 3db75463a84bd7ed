"""Workflows that run the drill blocks of the runbooks on a schedule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.site import Site
from seatrial.model.place import Place
from seatrial.repo.workflows import Workflow

_YEAR: Final = 366


def drills(site: Site[object], days: int) -> Iterator[Place]:
    """Steps of scheduled jobs, at least every so many days, that run a folder of runbooks."""
    for workflow in site.repo.workflows:
        trigger = workflow.trigger("schedule")
        if trigger is None or _gap(workflow) > days:
            continue
        for job in workflow.jobs:
            if job.is_off or job.ignores_errors:
                continue
            for step in job.all_steps:
                words = [w for c in step.commands if not c.masked for w in c.argv]
                if not step.ignores_errors and any("runbooks" in word for word in words):
                    yield step.place


def _gap(workflow: Workflow) -> int:
    """Most days between two runs, as far as the crons' day, month and weekday tell."""
    trigger = workflow.trigger("schedule")
    gaps: list[int] = []
    for cron in trigger.crons if trigger else ():
        fields = cron.split()
        if len(fields) != 5:  # noqa: PLR2004 (minute, hour, day, month, weekday)
            continue
        _, _, day, month, weekday = fields
        if month != "*":
            gaps.append(_YEAR if not month.startswith("*/") else 31 * int(month[2:] or 1))
        elif weekday != "*":
            gaps.append(7)
        else:
            gaps.append(1 if day == "*" else 31)
    return min(gaps, default=_YEAR)
