"""Wishes about a workflow's token: the least it needs, and not left behind by the checkout."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.stepways import job_at, steps_of
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import Block, SetKey, YamlEdit
from seatrial.practices.security_scanning.grants import Grants, granted, merged, pushes
from seatrial.repo.workflows import Job, Workflow

_LEAST = "contents: read"
_ORDER = (
    "actions attestations checks contents deployments id-token issues packages pages pull-requests"
    " security-events statuses".split()
)


def tokens(site: Site[object]) -> Iterator[Wish]:
    """Restrict the tokens of all workflows to what their jobs do."""
    for workflow in site.repo.workflows:
        edits: list[YamlEdit] = []
        yield from _permissions(site, workflow, edits)
        if edits:
            yield _edit(
                workflow, edits, "the token of a job may do what its steps do, and nothing else"
            )
        kept = [edit for job in workflow.jobs for edit in _credentials(site, job)]
        if kept:
            reason = "the token does not stay in .git/config, where every later step could read it"
            yield _edit(workflow, kept, reason)


def _edit(workflow: Workflow, edits: list[YamlEdit], reason: str) -> Edit:
    file = workflow.file
    return Edit(file.root.name, file.path, tuple(edits), reason, Risk.MEDIUM)


def _permissions(site: Site[object], workflow: Workflow, edits: list[YamlEdit]) -> Iterator[Wish]:
    own = workflow.node.at("permissions")
    wide = own.text == "write-all" or any(n.text == "write" for _, n in own.pairs())
    if own and not wide:
        yield from _everything(site, workflow, edits)
        return
    bare = [job for job in workflow.jobs if not job.node.has("permissions")]
    if not own and not bare:
        return
    needed = {job.id: granted(site, job) for job in bare}
    unread = next((job for job in bare if needed[job.id] is None), None)
    if unread is not None:
        message = f"set the permissions of {workflow.name}: job {unread.id} calls a workflow that"
        yield Leave(f"{message} cannot be read from here, and what that asks is not known",
                    unread.place)  # fmt: skip
        return
    edits.append(SetKey((), "permissions", Block(_LEAST)))
    for job in bare:
        grants = _asked(workflow, job, needed[job.id] or {})
        if any(grants.get(name) != "read" or name != "contents" for name in grants):
            edits.extend(_of_job(job, merged({"contents": "read"}, grants)))
    yield from _everything(site, workflow, edits)


def _asked(workflow: Workflow, job: Job, grants: Grants) -> Grants:
    """Grants of a job, with those that its workflow had and that may be meant for its actions."""
    had = {n: v.text for n, v in workflow.node.at("permissions").pairs() if v.text == "write"}
    uses_token = "GITHUB_TOKEN" in job.text or "github.token" in job.text
    lost = {name: level for name, level in had.items() if name not in grants}
    if lost and uses_token and "contents" not in lost:
        return merged(grants, lost)
    return grants


def _everything(site: Site[object], workflow: Workflow, edits: list[YamlEdit]) -> Iterator[Wish]:
    """Replace `write-all` on jobs."""
    for job in workflow.jobs:
        if job.node.at("permissions").text != "write-all":
            continue
        grants = granted(site, job)
        if grants is None:
            yield Leave(f"set the permissions of job {job.id}: what it calls cannot be read here",
                        job.place)  # fmt: skip
        else:
            text = _lines(merged({"contents": "read"}, grants))
            edits.append(SetKey(job_at(job), "permissions", Block(text)))


def _of_job(job: Job, grants: Grants) -> Iterator[YamlEdit]:
    yield SetKey(job_at(job), "permissions", Block(_lines(grants)), replace=False)


def _lines(grants: Grants) -> str:
    return "\n".join(f"{name}: {grants[name]}" for name in _ORDER if name in grants)


def _credentials(site: Site[object], job: Job) -> Iterator[YamlEdit]:
    keeps = pushes(site, job)
    for standing in steps_of(job):
        uses = standing.step.uses
        if uses is None or uses.name.lower() != "actions/checkout":
            continue
        if not standing.step.inputs.has("persist-credentials"):
            at = (*standing.at, "with")
            comment = "a later step pushes with it" if keeps else ""
            yield SetKey(at, "persist-credentials", keeps, comment, replace=False)
