"""Deployments that people start: a button where there is none, choices instead of free text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releases import Kind, Release, deployments
from seatrial.kit.planning.bindings import binding
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import AddItem, Block, FileEdit, SetKey
from seatrial.model.finding import Outcome
from seatrial.practices.developer_experience.selfservice import (
    buttons,
    is_called_with_environment,
    self_service,
)
from seatrial.practices.developer_experience.settings import Settings
from seatrial.repo.workflows import Workflow

_CHOSEN: Final = frozenset({"env", "environment", "stage", "target"})
_TYPED: Final = frozenset({"choice", "environment", "boolean"})


def self_started(site: Site[Settings]) -> Iterator[Wish]:
    """Yield what deployments by button lack."""
    pressed = list(buttons(site))
    workflows = dict.fromkeys(release.job.workflow for release, _ in pressed)
    for workflow in workflows:
        edits = tuple(_choices(site, workflow))
        if edits:
            why = "a typing error reaches no cluster: the environment is chosen from a list"
            yield Edit(workflow.file.root.name, workflow.file.path, edits, why)
    for release, _ in pressed:
        if not release.job.environment and not is_called_with_environment(site, release):
            yield from _bound(site, release)
    lacking = any(o.outcome is Outcome.FAULT for o in self_service.look(site))
    if lacking:
        yield from _started(site)


def _choices(site: Site[Settings], workflow: Workflow) -> Iterator[FileEdit]:
    names = [e.name for e in site.environments]
    inputs = workflow.node.at("on", "workflow_dispatch", "inputs")
    for name, body in inputs.pairs():
        if name.lower() not in _CHOSEN or body.at("type").text in _TYPED:
            continue
        at = ("on", "workflow_dispatch", "inputs", name)
        # Without names in the files GitHub itself lists the environments that it has.
        yield SetKey(at, "type", "choice" if names else "environment")
        if not names:
            continue
        listed = "".join(f"- {one}\n" for one in names)
        yield SetKey(at, "options", Block(listed), replace=False)


def _bound(site: Site[Settings], release: Release) -> Iterator[Wish]:
    """The same key with the same value as practice 1 sets: each may come first."""
    job = release.job
    name = binding(site, release)
    if not name or job.uses:
        yield Leave(
            f"bind job {job.id} to an environment: which one it reaches is not shown", job.place
        )
        return
    edit = SetKey(("jobs", job.id), "environment", name, replace=False)
    why = f"whoever starts job {job.id} by hand meets the protections of its environment"
    yield Edit(job.workflow.file.root.name, job.workflow.file.path, (edit,), why, Risk.MEDIUM)


def _started(site: Site[Settings]) -> Iterator[Wish]:
    """A button for the workflows that deploy; without one nothing can be started."""
    found = [r for r in deployments(site) if not r.kinds <= {Kind.PROVISION, Kind.PUBLISH}]
    workflows = dict.fromkeys(r.job.workflow for r in found if not r.job.workflow.is_reusable_only)
    for workflow in workflows:
        node = workflow.node.at("on")
        edit: FileEdit = (
            SetKey(("on",), "workflow_dispatch", None, replace=False)
            if node.kind == "map"
            else AddItem(("on",), "workflow_dispatch")
        )
        why = f"people can start {workflow.file.name} without asking anybody"
        yield Edit(workflow.file.root.name, workflow.file.path, (edit,), why)
    if not workflows:
        for seen in self_service.look(site):
            if seen.outcome is Outcome.FAULT:
                yield Leave(
                    f"{seen.message}: no pipeline here deploys, so none can be started", seen.place
                )
