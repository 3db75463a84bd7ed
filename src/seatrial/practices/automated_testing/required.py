"""Whether GitHub waits for the tests before a merge, read live."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.hosted import hosted
from seatrial.kit.delivery.needs import gating
from seatrial.kit.grouping import named
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.practice import check
from seatrial.practices.automated_testing.evidence import effective, on_proposals
from seatrial.practices.automated_testing.settings import Settings
from seatrial.repo.workflows import Job
from seatrial.systems.github.branch_facts import RequiredChecks
from seatrial.systems.github.facts import REQUIRED_CHECKS


@check("automated-testing/not-required", severity=Severity.MEDIUM, requirement=True)
def not_required(site: Site[Settings]) -> Iterator[Observation]:
    """A pull request with red tests can be merged.

    Why: a check that GitHub does not wait for only informs, and what is merged is released.
    Fix: name the check as `required_checks` of environment-protection in `seatrial.yaml` and run
    `seatrial apply environment-protection`.
    """
    proposed = [(job, run) for job, run in effective(site) if on_proposals(site, job, run)]
    for root, (slug, seen) in hosted(site, REQUIRED_CHECKS, RequiredChecks).items():
        jobs = [job for job, _ in proposed if job.workflow.file.root.name == root]
        if not jobs:
            continue
        names = {name for job in jobs for name in _shown(job)}
        waiting = [c for c in seen.checks if _base(c) in names]
        place = jobs[0].place
        if waiting:
            yield met(place, f"{slug}: {seen.branch} waits for {named(waiting)}")
        elif seen.checks:
            checks = named(seen.checks)
            message = f"{slug}: {seen.branch} waits for {checks}, not for job {jobs[0].id}"
            yield fault(place, message, related=tuple(job.place for job in jobs[1:]))
        else:
            yield fault(place, f"{slug}: {seen.branch} takes pull requests with red tests")


def _shown(job: Job) -> Iterator[str]:
    """Names under which a pull request shows a job, and those of the jobs that wait for it."""
    yield job.name
    for other in job.workflow.jobs:
        if any(one.id == job.id for one in gating(other)):
            yield other.name


def _base(check_name: str) -> str:
    # A matrix adds its values, a reusable workflow is shown behind its caller.
    return check_name.rpartition(" / ")[2].partition(" (")[0]
