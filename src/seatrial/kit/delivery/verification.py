"""What verifies a deployment after it happened, and whether that can fail the pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.paths import proposes
from seatrial.kit.delivery.releases import Act, Kind, Release, command_place, deployments
from seatrial.kit.delivery.testruns import TestKind, runs_of
from seatrial.kit.delivery.verifying import Means, action_means, means_of, urls_of, why_not
from seatrial.kit.folders import folder_of
from seatrial.kit.roles import role_of
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.commands.shell import Command
from seatrial.repo.workflows import Job, Step

_TAKING: Final = frozenset("delete uninstall destroy run scale expose rollback undo abort".split())


@struct(eq=False)
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
    """Releases that put a version of the application into a running system.

    In a pair those of the application's repository, where it has any: what the other one applies to
    a cluster are add-ons.
    """
    found = [
        r
        for r in deployments(site)
        if any(puts_version(a) and not (a.kind is Kind.GITOPS and proposes(r.job)) for a in r.acts)
    ]
    roots = {id(r.job.workflow.file.root): r.job.workflow.file.root for r in found}
    apps = {key for key, root in roots.items() if role_of(site.repo, root) != "infra"}
    own = [r for r in found if id(r.job.workflow.file.root) in apps]
    return tuple(own or found)


def puts_version(act: Act) -> bool:
    """True for an act after which another version runs; taking away or scaling is none."""
    if act.kind not in {Kind.DEPLOY, Kind.GITOPS}:
        return False
    words = act.command.words[:2] if act.command else ()
    return not _TAKING & set(words)


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
    act = next(a for a in release.acts if puts_version(a))
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
    for command in site.repo.followed(step.commands, step.file, folder_of(job, step)):
        means = means_of(step, command)
        run = tests.get(id(command))
        if means is None and run and run.kind is not TestKind.VALIDATION:
            means = Means.TESTS
        if means:
            reason = ignored or why_not(_text_around(site, step, command), command)
            urls = urls_of(command) if means is Means.REQUEST else ()
            yield Verification(
                release,
                means,
                _shown(command, urls),
                command_place(step, command),
                job,
                step,
                not reason,
                reason,
                command,
                urls,
            )


def _text_around(site: Site[object], step: Step, command: Command) -> str:
    """The script that holds a command: the step's own, or the files that the step starts."""
    if command in step.commands:
        return step.run
    scripts = site.repo.scripts(step.file.root)
    found = (scripts.called(own) for own in step.commands)
    return "\n".join((step.run, *(script.file.text for script in found if script)))


def _shown(command: Command, urls: tuple[str, ...]) -> str:
    # User information and the query may hold a secret; flags in between say little.
    if not urls:
        return command.text
    scheme, found, rest = urls[0].partition("://")
    address = f"{scheme}://{rest.partition('?')[0].rpartition('@')[2]}" if found else urls[0]
    return f"{command.program} {address}"


def _only_after_failure(condition: str) -> bool:
    text = condition.replace(" ", "")
    return "failure()" in text.replace("!failure()", "") or "cancelled()" in text.replace(
        "!cancelled()", ""
    )
