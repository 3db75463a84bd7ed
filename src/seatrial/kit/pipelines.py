"""Pipelines that are there but cannot be read from here: other CI systems, remote workflows."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Reach, unknown
from seatrial.repo.workflows import Job


def elsewhere(site: Site[object], what: str) -> Iterator[Observation]:
    """Yield an unknown for every other CI system, and for remote workflows that may hold `what`.

    Args:
        site: the site.
        what: the end of the sentence "whether it holds ..." (`a test gate`).
    """
    for system in site.repo.ci_systems:
        yield unknown(
            f"{system.name} is used here and is not read: it cannot be seen whether it holds {what}",
            reach=Reach.ELSEWHERE,
            credential=f"a look into {system.place.path}",
            place=system.place,
        )
    for job in remote_jobs(site):
        uses = job.uses
        if uses:
            yield unknown(
                f"job {job.id} runs {uses.name}, which lies in another repository:"
                f" it cannot be seen whether it holds {what}",
                reach=Reach.ELSEWHERE,
                credential=f"a checkout of {'/'.join(uses.name.split('/')[:2])}",
                place=uses.place,
            )


def remote_jobs(site: Site[object]) -> Iterator[Job]:
    """Jobs that call a reusable workflow of another repository."""
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            uses = job.uses
            if uses and not uses.is_local and not job.is_off:
                yield job
