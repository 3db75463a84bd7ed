"""Every way from an event to a job: `needs`, local reusable workflows, `workflow_run` chains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from seatrial.kit.delivery.events import base_scopes, call_scope, chained_scopes, runs_in
from seatrial.kit.delivery.needs import gating
from seatrial.kit.site import Site
from seatrial.model.struct import replace, struct
from seatrial.repo.expressions import Known, fold

if TYPE_CHECKING:
    from seatrial.repo.workflows import Job, Trigger, Workflow

_DEPTH = 6
PULL_REQUEST_EVENTS = frozenset(
    {"pull_request", "pull_request_target", "pull_request_review", "merge_group"}
)


@struct(eq=False)
class Way:
    """One way from an event to a job.

    Attributes:
        trigger: the event at the beginning.
        workflow: the workflow that the event starts.
        job: the job at the end.
        before: jobs whose failure keeps the job from running, those of earlier workflows of a
            `workflow_run` chain and of called reusable workflows included.
        callers: jobs that call the reusable workflow in which the job stands, near ones first.
        unchecked_chain: a `workflow_run` link whose conclusion nobody checks: the job runs although
            the earlier workflow failed.
        scopes: values of GitHub's contexts under which it runs; one for each branch that is named.
    """

    trigger: Trigger
    workflow: Workflow
    job: Job
    before: tuple[Job, ...]
    callers: tuple[Job, ...]
    unchecked_chain: bool
    scopes: tuple[Mapping[str, Known], ...]

    def may_hold(self, condition: str) -> bool:
        """False when an `if` is false on this way, whatever the branch."""
        return any(fold(condition, scope) is not False for scope in self.scopes)

    @property
    def is_automatic(self) -> bool:
        """True unless a person has to press a button for it."""
        return self.trigger.event not in {"workflow_dispatch", "repository_dispatch"}

    @property
    def is_proposal(self) -> bool:
        """True when it runs on changes that are not merged yet."""
        if self.trigger.event in PULL_REQUEST_EVENTS:
            return True
        if self.trigger.event != "push" or self.trigger.tags_only:
            return False
        patterns = [p for p in self.trigger.branches if not p.startswith("!")]
        return not patterns or any(p in {"*", "**", "**/*"} for p in patterns)


@struct
class _Tail:
    job: Job
    before: tuple[Job, ...]
    callers: tuple[Job, ...] = ()

    @property
    def checks_conclusion(self) -> bool:
        jobs = (self.job, *self.before, *self.callers)
        return any(_asks_conclusion(job) for job in jobs)


def ways_to(site: Site[object], job: Job) -> tuple[Way, ...]:
    """All ways to a job, those left out on which it cannot run; computed once."""
    key = (ways_to, job)
    found = site.memory.get(key)
    if not isinstance(found, tuple):
        tail = _Tail(job, expanded(site, gating(job)))
        found = site.memory[key] = tuple(_back(site, job.workflow, tail, 0))
    return found


def expanded(site: Site[object], jobs: tuple[Job, ...]) -> tuple[Job, ...]:
    """Jobs with those of the local reusable workflows that they call."""
    found: dict[Job, None] = {}
    for job in jobs:
        found[job] = None
        called = site.repo.called(job)
        if called:
            found.update(dict.fromkeys(called.jobs))
    return tuple(found)


def _back(site: Site[object], workflow: Workflow, tail: _Tail, depth: int) -> Iterator[Way]:
    if depth > _DEPTH:
        return
    for trigger in workflow.triggers:
        if trigger.event == "workflow_call":
            for caller in site.repo.callers(workflow):
                if not caller.is_off and caller not in tail.callers:
                    before = (*tail.before, *expanded(site, gating(caller)))
                    longer = replace(tail, before=before, callers=(*tail.callers, caller))
                    yield from _back(site, caller.workflow, longer, depth + 1)
        elif trigger.event == "workflow_run":
            yield from _after_another(site, trigger, workflow, tail)
        else:
            yield from _way(trigger, workflow, tail, base_scopes(workflow, trigger))


def _after_another(
    site: Site[object], trigger: Trigger, workflow: Workflow, tail: _Tail
) -> Iterator[Way]:
    checked = tail.checks_conclusion
    origins = list(_origins(site, trigger, workflow, checked=checked, depth=0))
    if not origins:
        yield from _way(trigger, workflow, tail, chained_scopes(trigger, trigger), not checked)
    for first, started, jobs, unchecked in origins:
        longer = replace(tail, before=(*tail.before, *jobs))
        yield from _way(first, started, longer, chained_scopes(trigger, first), unchecked)


def _origins(
    site: Site[object], trigger: Trigger, workflow: Workflow, *, checked: bool, depth: int
) -> Iterator[tuple[Trigger, Workflow, tuple[Job, ...], bool]]:
    """Events at the beginning of a `workflow_run` chain, with the jobs that gate it."""
    for upstream in site.repo.workflows:
        if upstream is workflow or upstream.name not in trigger.workflows or depth > _DEPTH:
            continue
        active = tuple(j for j in upstream.jobs if not j.is_off)
        jobs = expanded(site, active) if checked else ()
        for first in upstream.triggers:
            if first.event == "workflow_run":
                asks = any(_asks_conclusion(j) for j in active)
                for origin in _origins(site, first, upstream, checked=asks, depth=depth + 1):
                    start, began, earlier, unchecked = origin
                    yield start, began, (*jobs, *earlier), unchecked or not checked
            elif first.event != "workflow_call":
                yield first, upstream, jobs, not checked


def _way(
    trigger: Trigger,
    workflow: Workflow,
    tail: _Tail,
    scopes: tuple[Mapping[str, Known], ...],
    unchecked: bool = False,  # noqa: FBT001, FBT002 - private, named at the only places that set it
) -> Iterator[Way]:
    kept: list[Mapping[str, Known]] = []
    for scope in scopes:
        inner = _scope_inside(tail, scope)
        if inner is not None and runs_in(tail.job, inner):
            kept.append(inner)
    if kept:
        before = tuple(dict.fromkeys(j for j in tail.before if not j.is_off))
        yield Way(trigger, workflow, tail.job, before, tail.callers, unchecked, tuple(kept))


def _scope_inside(tail: _Tail, scope: Mapping[str, Known]) -> Mapping[str, Known] | None:
    """Contexts inside the innermost called workflow; None when a caller cannot run."""
    chain = (tail.job, *tail.callers)
    for position in range(len(tail.callers) - 1, -1, -1):
        caller, called = tail.callers[position], chain[position].workflow
        if not runs_in(caller, scope):
            return None
        scope = call_scope(called, caller, scope)
    return scope


def _asks_conclusion(job: Job) -> bool:
    asked = "workflow_run.conclusion"
    return asked in job.condition or any(asked in step.condition for step in job.steps)
