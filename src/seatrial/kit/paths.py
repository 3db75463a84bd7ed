"""Every way from an event to a release, and what stands on it: tests, scans, an approval.

A pure walk over the workflow graph: `needs`, local reusable workflows, `workflow_run` chains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from seatrial.kit.releases import Release, releases
from seatrial.kit.site import Site, once
from seatrial.repo.expressions import fold
from seatrial.repo.workflows import Job, Step, Trigger, Workflow

T = TypeVar("T")
_DEPTH = 6


@dataclass(frozen=True, eq=False)
class Route:
    """One way from an event to a release.

    Attributes:
        trigger: the event at the beginning.
        workflow: the workflow that the event starts.
        release: the job at the end.
        before: jobs that must succeed before the release starts, those of earlier workflows of a
            `workflow_run` chain included.
        callers: jobs that call the reusable workflow in which the release stands.
        unchecked_chain: a `workflow_run` link whose conclusion nobody checks: the release runs
            although the earlier workflow failed.
    """

    trigger: Trigger
    workflow: Workflow
    release: Release
    before: tuple[Job, ...]
    callers: tuple[Job, ...] = ()
    unchecked_chain: bool = False

    @property
    def environment(self) -> str:
        """GitHub environment of the release, as written; empty when the job is bound to none."""
        return self.release.job.environment

    @property
    def is_automatic(self) -> bool:
        """True unless a person has to press a button for it."""
        return self.trigger.event not in {"workflow_dispatch", "repository_dispatch"}


@once
def routes(site: Site[object]) -> tuple[Route, ...]:
    """All routes to all releases that can run."""
    found: list[Route] = []
    for release in releases(site):
        before, callers = _ordered_before(release.job)
        found.extend(_back(site, release.job.workflow, release, before, callers, 0))
    return tuple(found)


def routes_to(site: Site[object], release: Release) -> tuple[Route, ...]:
    """Routes that end at one release."""
    return tuple(route for route in routes(site) if route.release is release)


def gates(
    site: Site[object], route: Route, look: Callable[[Site[object], Job], tuple[T, ...]]
) -> tuple[T, ...]:
    """Collect what `look` sees in the jobs before a route's release, and in its earlier steps.

    A job counts only when its failure stops the release: neither the release nor a job between may
    run after a failure without asking for the result.
    """
    if route.release.job.runs_after_failure and "success" not in route.release.job.condition:
        jobs: tuple[Job, ...] = ()
    else:
        jobs = tuple(j for j in route.before if not j.ignores_errors)
    return tuple(seen for job in (*jobs, route.release.job) for seen in look(site, job))


def steps_before(release: Release) -> tuple[Step, ...]:
    """Steps of the release's job that run before its first act."""
    first = release.acts[0].step
    steps = release.job.all_steps
    return steps[: steps.index(first)] if first in steps else steps


def called_jobs(site: Site[object], job: Job) -> tuple[Job, ...]:
    """Jobs of the local reusable workflow that a job calls."""
    called = site.repo.called(job)
    return called.jobs if called else ()


def _ordered_before(job: Job) -> tuple[tuple[Job, ...], tuple[Job, ...]]:
    return job.workflow.ancestors(job), ()


def _back(
    site: Site[object],
    workflow: Workflow,
    release: Release,
    before: tuple[Job, ...],
    callers: tuple[Job, ...],
    depth: int,
    *,
    unchecked: bool = False,
) -> Iterator[Route]:
    if depth > _DEPTH:
        return
    expanded = tuple(dict.fromkeys(j for job in before for j in (job, *called_jobs(site, job))))
    for trigger in workflow.triggers:
        if not _reachable(release.job if not callers else callers[-1], trigger):
            continue
        if trigger.event == "workflow_call":
            for caller in site.repo.callers(workflow):
                if not caller.is_off:
                    more = (*expanded, *caller.workflow.ancestors(caller))
                    yield from _back(
                        site,
                        caller.workflow,
                        release,
                        more,
                        (*callers, caller),
                        depth + 1,
                        unchecked=unchecked,
                    )
        elif trigger.event == "workflow_run":
            yield from _earlier(site, trigger, workflow, release, expanded, callers, depth)
        else:
            yield Route(trigger, workflow, release, expanded, callers, unchecked)


def _earlier(
    site: Site[object],
    trigger: Trigger,
    workflow: Workflow,
    release: Release,
    before: tuple[Job, ...],
    callers: tuple[Job, ...],
    depth: int,
) -> Iterator[Route]:
    first = before[-1] if before else release.job
    checked = any(
        "workflow_run.conclusion" in job.condition for job in (release.job, first, *before)
    )
    earlier = [w for w in site.repo.workflows if w is not workflow and w.name in trigger.workflows]
    for upstream in earlier:
        jobs = tuple(j for j in upstream.jobs if not j.is_off) if checked else ()
        yield from _back(
            site, upstream, release, (*before, *jobs), callers, depth + 1, unchecked=not checked
        )
    if not earlier:
        yield Route(trigger, workflow, release, before, callers, unchecked_chain=not checked)


def _reachable(job: Job, trigger: Trigger) -> bool:
    contexts = {"github.event_name": trigger.event}
    if trigger.event == "push" and trigger.branches and not any("*" in b for b in trigger.branches):
        verdicts = [
            fold(job.condition, contexts | {"github.ref": f"refs/heads/{b}", "github.ref_name": b})
            for b in trigger.branches
        ]
        return any(v is not False for v in verdicts)
    return fold(job.condition, contexts) is not False
