"""Jobs that did nothing but change the cluster by hand: off, since code declares it now."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.byhand.imperative import changes
from seatrial.kit.planning.rollouts import rollouts
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import SetKey
from seatrial.practices.infrastructure_as_code.hands import only_by_hand


def retired_jobs(site: Site[object]) -> Iterator[Wish]:
    """Yield the switch for each such job, and what is left of jobs that also do other things."""
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            if only_by_hand(site, job):
                edit = SetKey(("jobs", job.id), "if", value=False, comment="its steps are code now")
                yield Edit(
                    workflow.file.root.name,
                    workflow.file.path,
                    (edit,),
                    f"job {job.id} changes the cluster by hand; what it did is declared instead",
                    Risk.HIGH,
                )
                continue
            if job.is_off or any(r.job is job for r in rollouts(site)):
                continue
            for change in changes(job.commands):
                yield Leave(f"job {job.id} runs {change.what}; instead: {change.twin}", job.place)
