"""Wishes that turn `workflow_run` into a called workflow.

What `workflow_run` starts holds the repository's secrets whoever caused the run, even a pull
request from a fork; a workflow that another one calls runs with the rights of its caller.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releases import releases
from seatrial.kit.planning.doubles import is_second
from seatrial.kit.planning.stepways import job_at
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import Block, DropKey, SetKey, YamlEdit
from seatrial.model.struct import struct
from seatrial.practices.security_scanning.grants import Grants, granted, merged
from seatrial.repo.workflows import Trigger, Workflow

_REASON: Final = (
    "a workflow that another one calls has its caller's rights; `workflow_run` has the"
    " repository's secrets whoever caused the run"
)
_EVENT: Final = "github.event.workflow_run."
_ENDED_WELL: Final = "github.event.workflow_run.conclusion == 'success'"
_DANGEROUS: Final = ("pull_request_target",)


@struct(eq=False)
class Chain:
    """A workflow that starts when another one has ended."""

    started: Workflow
    trigger: Trigger
    upstream: Workflow


def chains(site: Site[object]) -> Iterator[Wish]:
    """Call what runs after another workflow, from that workflow."""
    for workflow in site.repo.workflows:
        trigger = workflow.trigger("workflow_run")
        if trigger is not None:
            yield from _of_chain(site, workflow, trigger)
        for event in _DANGEROUS:
            dangerous = workflow.trigger(event)
            if dangerous is not None:
                yield Leave(
                    f"start {workflow.name} on `pull_request`: `{event}` runs with the"
                    " repository's secrets for everybody's pull requests",
                    dangerous.place,
                )


def _of_chain(site: Site[object], workflow: Workflow, trigger: Trigger) -> Iterator[Wish]:
    upstream = [
        w
        for w in site.repo.workflows
        if w.name in trigger.workflows and w.file.root is workflow.file.root and w is not workflow
    ]
    problem = _problem(workflow, trigger, upstream)
    if problem:
        yield Leave(f"call {workflow.name} from the workflow that it follows: {problem}",
                    trigger.place)  # fmt: skip
        return
    chain = Chain(workflow, trigger, upstream[0])
    file, above = workflow.file, chain.upstream.file
    yield Edit(file.root.name, file.path, tuple(_in_started(site, chain)), _REASON, Risk.MEDIUM)
    calling = SetKey(("jobs",), _name(chain), Block(_caller(site, chain)), replace=False)
    yield Edit(above.root.name, above.path, (calling,), _REASON, Risk.MEDIUM)


def _problem(workflow: Workflow, trigger: Trigger, upstream: list[Workflow]) -> str:
    if len(upstream) != 1 or len(trigger.workflows) != 1:
        return "seatrial can only do it where it follows one workflow of this repository"
    if set(trigger.types) - {"completed"} or not trigger.types:
        return "it does not wait for the other one to end"
    rest = workflow.file.text.replace(_ENDED_WELL, "")
    if _EVENT in rest or "github.event.workflow_run" in rest.replace("workflow_run:", ""):
        return "it reads the other run from its event, which a called workflow does not have"
    return ""


def _name(chain: Chain) -> str:
    stem = chain.started.file.name.rpartition(".")[0]
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in stem)


def _in_started(site: Site[object], chain: Chain) -> Iterator[YamlEdit]:
    workflow = chain.started
    if workflow.node.at("on").kind == "map":
        secrets = [f"  {name}:\n    required: true" for name in _secrets(workflow)]
        body = "\n".join(["secrets:", *secrets]) if secrets else "{}"
        yield SetKey(("on",), "workflow_call", Block(body), replace=False)
        yield DropKey(("on",), "workflow_run")
    for job in workflow.jobs:
        condition = job.condition.removeprefix("${{").removesuffix("}}").strip()
        if condition == _ENDED_WELL and is_second(site, job):
            # In its place, where practice 11 puts what switches the job off.
            yield SetKey(job_at(job), "if", "success()", over=job.condition)
        elif condition == _ENDED_WELL:
            yield DropKey(job_at(job), "if")
        elif _ENDED_WELL in condition:
            yield SetKey(job_at(job), "if", condition.replace(_ENDED_WELL, "true"))


def _secrets(workflow: Workflow) -> list[str]:
    names = (name for job in workflow.jobs for name, _ in job.secrets)
    top = workflow.node.at("env").pairs()
    named = [w for _, n in top for w in n.text.split() if w.startswith("secrets.")]
    found = {*names, *(w.removeprefix("secrets.") for w in named), *_chosen(workflow)}
    return sorted(found - {"GITHUB_TOKEN"})


def _chosen(workflow: Workflow) -> Iterator[str]:
    for job in workflow.jobs:
        if "secrets[matrix." in job.text:
            axis = job.text.partition("secrets[matrix.")[2].partition("]")[0].strip()
            yield from job.matrix.get(axis, ())


def _caller(site: Site[object], chain: Chain) -> str:
    lines = [
        f"needs: [{', '.join(_awaited(site, chain))}]",
        _condition(chain),
        f"uses: $/{chain.started.file.path}",
        "permissions:",
        *(f"  {name}: {level}" for name, level in _grants(site, chain.started).items()),
    ]
    secrets = _secrets(chain.started)
    if secrets:
        lines += ["secrets:", *(f"  {n}: ${{{{ secrets.{n} }}}}" for n in secrets)]
    return "\n".join(lines)


def _awaited(site: Site[object], chain: Chain) -> list[str]:
    """Ids of the jobs that have to end before: those that release, or all where none does."""
    jobs = [job for job in chain.upstream.jobs if not job.is_off and job.id != _name(chain)]
    releasing = {id(release.job) for release in releases(site)}
    return [job.id for job in jobs if id(job) in releasing] or [job.id for job in jobs]


def _condition(chain: Chain) -> str:
    """The `if`: a job that was skipped shall not keep it from running, one that failed shall."""
    terms = ["github.event_name != 'pull_request'", "!cancelled()", "!failure()"]
    if chain.trigger.branches:
        refs = " || ".join(f"github.ref_name == '{b}'" for b in chain.trigger.branches)
        terms.insert(0, f"({refs})" if len(chain.trigger.branches) > 1 else refs)
    return f"if: ${{{{ {' && '.join(terms)} }}}}"


def _grants(site: Site[object], workflow: Workflow) -> Grants:
    found: Grants = {"contents": "read"}
    for job in workflow.jobs:
        own = job.node.at("permissions")
        written = {n: v.text for n, v in own.pairs() if v.text in {"read", "write"}}
        found = merged(found, written if own.kind == "map" else granted(site, job) or {})
    return found
