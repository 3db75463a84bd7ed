"""What verifies a deployment after it happened, and whether that can fail the pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from seatrial.kit.releases import Kind, Release, command_place, deployments
from seatrial.kit.site import Site, once
from seatrial.kit.testruns import TestKind, runs_of
from seatrial.kit.verifying import Means, action_means, means_of, urls_of, why_not
from seatrial.model.place import Place
from seatrial.repo.shell import Command
from seatrial.repo.workflows import Job, Step


@dataclass(frozen=True, eq=False)
class Verification:
    """One verification of a deployment.

    Attributes:
        counts: True when its failure fails the pipeline.
        why_not: for one that does not count, what masks it.
        urls: addresses of the application that it asks.
    """

    release: Release
    means: Means
    what: str
    place: Place
    job: Job
    step: Step
    counts: bool
    why_not: str = ""
    command: Command | None = None
    urls: tuple[str, ...] = ()


@once
def verifications(site: Site[object]) -> tuple[Verification, ...]:
    """All verifications behind all deployments of versions."""
    return tuple(v for release in versioned(site) for v in _of_release(site, release))


@once
def versioned(site: Site[object]) -> tuple[Release, ...]:
    """Releases that put a version of the application into a running system."""
    return tuple(r for r in deployments(site) if r.kinds & {Kind.DEPLOY, Kind.GITOPS})


def of_release(site: Site[object], release: Release) -> tuple[Verification, ...]:
    """Verifications behind one release."""
    return tuple(v for v in verifications(site) if v.release is release)


def later_jobs(site: Site[object], release: Release) -> tuple[Job, ...]:
    """Jobs that run after a release succeeded, up to the next release."""
    stop = {id(other.job) for other in versioned(site) if other is not release}
    found: dict[Job, None] = {}
    queue = [release.job]
    while queue:
        job = queue.pop(0)
        for other in _followers(site, job):
            if other not in found and id(other) not in stop and not other.is_off:
                found[other] = None
                queue.append(other)
    return tuple(found)


def _followers(site: Site[object], job: Job) -> Iterator[Job]:
    for other in job.workflow.jobs:
        if job.id in other.needs:
            yield other
            called = site.repo.called(other)
            yield from called.jobs if called else ()
    if not any(job.id in other.needs for other in job.workflow.jobs):
        for caller in site.repo.callers(job.workflow):
            yield from _followers(site, caller)
        for workflow in site.repo.workflows:
            trigger = workflow.trigger("workflow_run")
            if trigger and job.workflow.name in trigger.workflows and workflow is not job.workflow:
                yield from workflow.jobs


def _of_release(site: Site[object], release: Release) -> Iterator[Verification]:
    act = next(a for a in release.acts if a.kind in {Kind.DEPLOY, Kind.GITOPS})
    steps = release.job.all_steps
    start = steps.index(act.step) if act.step in steps else 0
    for step in steps[start:]:
        for seen in _in_step(site, release, release.job, step):
            same = seen.step is act.step and seen.command is not None
            if not same or seen.place >= act.place:
                yield seen
    for job in later_jobs(site, release):
        if not _only_after_failure(job.condition):
            for step in job.all_steps:
                yield from _in_step(site, release, job, step)


def _in_step(site: Site[object], release: Release, job: Job, step: Step) -> Iterator[Verification]:
    if _only_after_failure(step.condition):
        return
    ignored = "continue-on-error" if step.ignores_errors or job.ignores_errors else ""
    means = action_means(step)
    if means and step.uses:
        name, place = step.uses.name, step.uses.place
        yield Verification(release, means, name, place, job, step, not ignored, ignored)
    tests = {id(r.command): r for r in runs_of(site, job) if r.step is step and r.command}
    for command in site.repo.followed(step.commands, step.file) or step.commands:
        means = means_of(step, command)
        run = tests.get(id(command))
        if means is None and run and run.kind is not TestKind.VALIDATION:
            means = Means.TESTS
        if means:
            reason = ignored or why_not(step, command)
            yield Verification(
                release,
                means,
                command.text,
                command_place(step, command),
                job,
                step,
                not reason,
                reason,
                command,
                urls_of(command) if means is Means.REQUEST else (),
            )


def _only_after_failure(condition: str) -> bool:
    text = condition.replace(" ", "")
    return "failure()" in text.replace("!failure()", "") or "cancelled()" in text.replace(
        "!cancelled()", ""
    )
