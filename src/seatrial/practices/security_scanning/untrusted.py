"""Code of strangers that runs with what it should not have: secrets, or the team's own machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.site import Site
from seatrial.model.finding import Confidence, Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.security_scanning.settings import Settings
from seatrial.repo.workflows import Job, Step, Workflow
from seatrial.repo.yaml import Node

_EVENTS: Final = frozenset({"pull_request_target", "workflow_run", "issue_comment"})
_HEADS: Final = (
    "github.event.pull_request.head",
    "github.head_ref",
    "github.event.workflow_run.head",
    "refs/pull/",
)
_TRUSTED: Final = ("head.repo", "head_repository", "author_association", "event == 'push'")
"""Conditions that let in nobody but people who may write to the repository."""
_BOTS: Final = ("[bot]", "user.login", "github.actor ==", "sender.login")
"""Conditions that let in somebody by name; what a bot raises may hold a stranger's code."""
_RUNNERS: Final = (
    "make npm yarn pnpm pip poetry uv go cargo mvn mvnw gradle gradlew bundle rake tox pytest node"
    " python python3 bash sh docker terraform composer dotnet".split()
)


@check("security-scanning/untrusted-checkout", severity=Severity.CRITICAL, fix="manual")
def untrusted_checkout(site: Site[Settings]) -> Iterator[Observation]:
    """A privileged workflow checks out the code of a pull request.

    Why: `pull_request_target`, `workflow_run` and `issue_comment` hold the repository's secrets
    and a token that may write; code of a stranger's fork runs with both.
    Fix: build pull requests with `pull_request`; hand results over as artifacts.
    """
    for workflow in site.repo.workflows:
        if not {t.event for t in workflow.triggers} & _EVENTS:
            continue
        for job in workflow.jobs:
            if not job.is_off:
                yield from _of_job(workflow, job)


def _of_job(workflow: Workflow, job: Job) -> Iterator[Observation]:
    condition = " ".join((job.condition, *(needed.condition for needed in workflow.ancestors(job))))
    if any(word in condition for word in _TRUSTED):
        return
    found = _checkout(workflow, job)
    if found is None:
        return
    step, place = found
    if not any(word in condition + step.condition for word in _BOTS):
        yield fault(
            place,
            f"job {job.id} checks out a pull request's code while it holds the repository's"
            " secrets",
        )
    elif runner := _runs_code(job, step):
        yield fault(
            runner,
            f"job {job.id} runs code of a pull request's branch while it holds the repository's"
            " secrets; that a bot raised it says nothing of what is in it",
            severity=Severity.HIGH,
            confidence=Confidence.MEDIUM,
            related=(place,),
        )


def _checkout(workflow: Workflow, job: Job) -> tuple[Step, Place] | None:
    """The step that gets a pull request's code, and its line."""
    comments = bool({t.event for t in workflow.triggers} & {"issue_comment"})
    for step in job.steps:
        uses = step.uses
        if uses and uses.name.lower() == "actions/checkout":
            ref = step.inputs.at("ref").text + step.inputs.at("repository").text
            if any(word in ref for word in _HEADS):
                return step, step.place
        for command in step.commands if comments else ():
            if command.starts("gh", "pr", "checkout"):
                return step, step.file.place(command.line)
    return None


def _runs_code(job: Job, checkout: Step) -> Place | None:
    """The first step after the checkout that runs what it brought."""
    steps = job.steps
    for step in steps[steps.index(checkout) + 1 :]:
        if any(c.program in _RUNNERS or c.argv[:1] == (f"./{c.program}",) for c in step.commands):
            return step.place
        if step.uses and step.uses.is_local:
            return step.place
    return None


@check("security-scanning/self-hosted-runner", severity=Severity.HIGH, fix="manual")
def self_hosted(site: Site[Settings]) -> Iterator[Observation]:
    """Pull requests of a public repository run on a machine of the team.

    Why: anybody may open a pull request that changes what the job runs; it then stands in the
    team's network, and what it leaves behind meets the next job.
    Fix: GitHub's own runners for pull requests; runners of one job (ephemeral) for the rest.
    """
    for workflow in site.repo.workflows:
        if not workflow.trigger("pull_request") or not _is_public(workflow):
            continue
        for job in workflow.jobs:
            guarded = any(w in job.condition for w in (*_TRUSTED, "event_name", "repository"))
            place = None if job.is_off or guarded else _own_machine(job)
            if place:
                yield fault(
                    place,
                    f"job {job.id} runs code of pull requests on a self-hosted runner",
                    confidence=Confidence.MEDIUM,
                )


def _is_public(workflow: Workflow) -> bool:
    # A licence is given to strangers; an internal repository rarely has one.
    names = {path.lower().partition(".")[0] for path in workflow.file.root.files if "/" not in path}
    return bool(names & {"license", "licence", "copying"})


def _own_machine(job: Job) -> Place | None:
    """The line that puts a job on a machine of the team, in `runs-on` or in its matrix."""
    written = job.node.at("runs-on")
    labels = written.listed() or written.at("labels").listed()
    matrix = job.node.at("strategy", "matrix")
    nodes = list(labels)
    for label in labels:
        for axis in job.matrix:
            if f"matrix.{axis}" in label.text:
                nodes += [*matrix.at(axis).items(), *(i.at(axis) for i in _included(matrix))]
    own = next((node for node in nodes if node.text == "self-hosted"), None)
    return job.workflow.file.place(own.line) if own else None


def _included(matrix: Node) -> list[Node]:
    return list(matrix.at("include").items())
