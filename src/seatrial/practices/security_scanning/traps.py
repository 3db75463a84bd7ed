"""Traps of pipelines and of what they ship: moved tags, open tokens, injected scripts."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.releases import kind_of
from seatrial.kit.delivery.scans import Scanned
from seatrial.kit.platform.joined import joined
from seatrial.kit.platform.workloads import workloads
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.security_scanning.evidence import Run, runs
from seatrial.practices.security_scanning.hazards import (
    Loose,
    called,
    injections,
    is_official,
    loose,
    retired,
    without_permissions,
    write_all,
)
from seatrial.practices.security_scanning.settings import Settings
from seatrial.repo.workflows import Job

_SHOWN = 3
_GROUPED = 8
_RELATED = 12
_SCANS = ("scan", "sast", "trivy", "snyk", "grype", "security", "vuln")


@check("security-scanning/unpinned-action", severity=Severity.MEDIUM)
def unpinned_action(site: Site[Settings]) -> Iterator[Observation]:
    """Actions are referenced by a tag or branch.

    Why: a tag can be moved to another commit, and tags of popular actions have been: whoever does
    it runs with the job's token and secrets.
    Fix: `seatrial apply security-scanning` re-pins every `uses:` to the commit, with the version in
    a comment that Dependabot keeps up to date.
    """
    for uses in called(site).values():
        seen = [found for one in uses if (found := loose(one)) and _asked(site, found)]
        if not seen:
            continue
        worst = max(seen, key=lambda one: one.severity)
        names = list(dict.fromkeys(f"{one.uses.name}@{one.uses.ref or '?'}" for one in seen))
        first = f"{worst.uses.name}@{worst.uses.ref or '?'}"
        rest = [name for name in names if name != first]
        shown = ", ".join([first, *rest[: _SHOWN - 1]])
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        yield fault(
            worst.uses.place,
            f"{shown}{more} {'is' if len(names) == 1 else 'are'} referenced by a"
            f" {' or '.join(dict.fromkeys(one.by for one in seen))}, which can be moved",
            severity=worst.severity,
            related=tuple(one.uses.place for one in seen if one is not worst)[:_RELATED],
        )


@check("security-scanning/retired-action", severity=Severity.HIGH)
def retired_action(site: Site[Settings]) -> Iterator[Observation]:
    """A workflow uses a version of an action that no longer runs.

    Why: GitHub has switched it off, so the job fails as soon as it reaches that step.
    Fix: raise it to the current major version, pinned by commit.
    """
    for uses in called(site).values():
        for one in uses:
            what = retired(one)
            if what:
                yield fault(one.place, f"{one.name}@{one.ref} {what}")


@check("security-scanning/open-permissions", severity=Severity.MEDIUM)
def open_permissions(site: Site[Settings]) -> Iterator[Observation]:
    """A workflow's token may do more than it needs.

    Why: every action and script of the job can use the token; with write permission one bad
    dependency rewrites the repository.
    Fix: `permissions: {}` at the top of the workflow, and what a job needs on that job.
    """
    for place, what in write_all(site):
        yield fault(
            place, f"{what} gives its token every permission (write-all)", severity=Severity.HIGH
        )
    bare = without_permissions(site)
    if len(bare) > _GROUPED:
        yield fault(
            bare[0].place,
            f"{len(bare)} workflows ({', '.join(j.workflow.file.name for j in bare[:_SHOWN])}, ...)"
            " set no permissions: their tokens get the default",
            related=tuple(job.place for job in bare[1:]),
        )
        return
    for job in bare:
        yield fault(
            job.place,
            f"workflow {job.workflow.name} sets no permissions: its token gets the repository's"
            " default",
        )


@check("security-scanning/script-injection", severity=Severity.HIGH)
def injection(site: Site[Settings]) -> Iterator[Observation]:
    """Text from outside becomes part of a script.

    Why: the expression is pasted before the shell parses the line, so a title or branch name with
    `$(...)` in it is run.
    Fix: pass it through `env:` and use the quoted shell variable.
    """
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            for place, context, weight in injections(job) if not job.is_off else ():
                yield fault(
                    place,
                    f"job {job.id} pastes {context} into a script, which runs what stands in it",
                    severity=weight,
                )


@check("security-scanning/scans-moving-tag", severity=Severity.MEDIUM)
def moving_tag(site: Site[Settings]) -> Iterator[Observation]:
    """The image that is scanned may not be the one that is shipped.

    Why: `:latest` is what was pushed last; a green result says nothing of the version that runs.
    Fix: scan the digest that the build step gives.
    """
    for run in runs(site):
        subject = run.scan.subject
        if run.scan.scanned is Scanned.IMAGE and _is_moving(subject) and not _builds(run):
            after = _after_release(run)
            yield fault(
                run.scan.place,
                f"{run.scan.tool} in job {run.job.id} scans a moving tag ({_tag(subject)})"
                + (", after the deployment" if after else ""),
                severity=Severity.HIGH if after else None,
            )
    pushed = any(run.scan.scanned is Scanned.IMAGE for run in runs(site))
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            place = _given_latest(job) if not job.is_off else None
            if place and job.uses:
                early = workflow.trigger("pull_request", "push")
                yield fault(
                    place,
                    f"job {job.id} lets {job.uses.name.rpartition('/')[2]} scan the `latest` image"
                    + ("" if early or pushed else ", after it was pushed; nothing scans it before"),
                    severity=None if early or pushed else Severity.HIGH,
                )


@check("security-scanning/privileged-container", severity=Severity.HIGH, fix="manual")
def privileged_container(site: Site[Settings]) -> Iterator[Observation]:
    """A workload runs privileged.

    Why: a privileged container is root on its node; one weakness in it is the whole cluster.
    Fix: drop `privileged`; grant the one capability that it needs.
    """
    yield from joined(_privileged_container(site))


def _privileged_container(site: Site[Settings]) -> Iterator[Observation]:
    for workload in workloads(site):
        if workload.manifest.kind == "DaemonSet":
            continue
        for index, container in enumerate(workload.containers):
            if container.at("securityContext", "privileged").value is True:
                above = workload.manifest.pod_path
                path: tuple[str | int, ...] = (*above, "containers", index, "securityContext")
                yield fault(
                    workload.manifest.place(*path, "privileged"),
                    f"{workload.name} runs container {container.at('name').text} privileged",
                    environments=workload.environments,
                )


def _asked(site: Site[Settings], found: Loose) -> bool:
    owner = found.uses.name.partition("/")[0]
    if owner in site.settings.trusted_owners:
        return False
    return site.settings.pin_official_actions or not is_official(found.uses.name)


def _given_latest(job: Job) -> Place | None:
    """The line at which a scanning workflow of somebody else is given an image by `latest`."""
    if job.uses is None or job.uses.is_local:
        return None
    words = f"{job.id} {job.uses.name}".lower()
    if not any(word in words for word in _SCANS):
        return None
    for name, node in job.node.at("with").pairs():
        text = node.text.rstrip("'\" })")
        if "image" in name.lower() and (text.endswith(":latest") or ":latest'" in node.text):
            return job.workflow.file.place(node.line)
    return None


def _is_moving(image: str) -> bool:
    name = image.strip("\"'")
    if (
        not name
        or name == "scratch"
        or "@" in name
        or "$" in name
        or name.endswith((".tar", ".oci"))
    ):
        return False
    tag = name.rpartition("/")[2].partition(":")[2]
    return tag == "latest" or (not tag and "/" in name)


def _tag(image: str) -> str:
    return image.strip("\"'")[:80]


def _builds(run: Run) -> bool:
    for step in run.job.all_steps:
        if step.uses and "build" in step.uses.name.lower():
            return True
        if any("build" in command.words[:2] for command in step.commands):
            return True
    return False


def _after_release(run: Run) -> bool:
    return any(
        kind_of(command) is not None
        for job in run.job.workflow.ancestors(run.job)
        for command in job.commands
    )
