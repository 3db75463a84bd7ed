"""Every way from an event to a production write, and the tests, scans and approvals on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from seatrial.kit.delivery.releases import Act, Kind, Release, releases
from seatrial.kit.delivery.scans import Scan, gating_scans
from seatrial.kit.delivery.testruns import TestRun, tests_of
from seatrial.kit.delivery.ways import Way, ways_to
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.expressions import fold

if TYPE_CHECKING:
    from seatrial.repo.workflows import Job, Step


class _Gate(Protocol):
    @property
    def step(self) -> Step | None: ...
    @property
    def place(self) -> Place: ...


T = TypeVar("T", bound=_Gate)
_PROPOSERS = ("peter-evans/create-pull-request", "googleapis/release-please-action")


@struct(eq=False)
class Route(Way):
    """A way whose job releases.

    Attributes:
        release: what the job does outside.
        acts: those of its acts that happen on this way.
    """

    release: Release
    acts: tuple[Act, ...]

    @property
    def environment(self) -> str:
        """GitHub environment of the release, as written; empty when the job is bound to none."""
        return self.release.job.environment

    @property
    def deploys(self) -> bool:
        """True when a running system or its infrastructure changes on this way."""
        return any(act.kind is not Kind.PUBLISH for act in self.acts)

    @property
    def decisive(self) -> Act:
        """The act that gates must stand before: the first that deploys, else the first."""
        return next((act for act in self.acts if act.kind is not Kind.PUBLISH), self.acts[0])


@struct
class Standing:
    """What stands between an event and a release.

    Attributes:
        approvals: environments, and pull requests that carry a GitOps write.
    """

    tests: tuple[TestRun, ...]
    scans: tuple[Scan, ...]
    approvals: tuple[Place, ...]


@once
def routes(site: Site[object]) -> tuple[Route, ...]:
    """All routes to all releases that can run; one on which nothing is released is none."""
    found: list[Route] = []
    for release in releases(site):
        for way in ways_to(site, release.job):
            acts = tuple(act for act in release.acts if happens(way, act))
            if acts:
                parts = (way.trigger, way.workflow, way.job, way.before, way.callers)
                found.append(Route(*parts, way.unchecked_chain, way.scopes, release, acts))
    return tuple(found)


def routes_to(site: Site[object], release: Release) -> tuple[Route, ...]:
    """Routes that end at one release."""
    return tuple(route for route in routes(site) if route.release is release)


def standing(site: Site[object], route: Route) -> Standing:
    """What stands on a route."""
    return Standing(
        gates(site, route, tests_of), gates(site, route, gating_scans), tuple(approvals(route))
    )


def gates(
    site: Site[object], route: Route, look: Callable[[Site[object], Job], tuple[T, ...]]
) -> tuple[T, ...]:
    """Collect what `look` sees in the jobs before a route's release, and in its earlier steps.

    A gate counts only when it runs on this route and its failure stops the release.
    """
    found = [
        seen
        for job in route.before
        for seen in look(site, job)
        if route.may_hold(job.condition) and _runs_on(route, seen)
    ]
    earlier = steps_before(route.release, route.decisive)
    for seen in look(site, route.release.job):
        in_same = seen.step is route.decisive.step and seen.place < route.decisive.place
        if _runs_on(route, seen) and (seen.step in earlier or in_same):
            found.append(seen)
    return tuple(found)


def steps_before(release: Release, act: Act | None = None) -> tuple[Step, ...]:
    """Steps of the release's job that run before an act (its first one by default)."""
    step = (act or release.acts[0]).step
    steps = release.job.all_steps
    return steps[: steps.index(step)] if step in steps else steps


def approvals(route: Route) -> list[Place]:
    """Places where somebody has to agree before the release: environments and pull requests."""
    jobs = (*route.callers, *route.before, route.release.job)
    found = [job.place_of("environment") for job in jobs if job.environment]
    if proposes(route.release.job):
        found.extend(act.place for act in route.acts if act.kind is Kind.GITOPS)
    return found


def proposes(job: Job) -> bool:
    """True when what a job writes goes through a pull request."""
    for step in job.all_steps:
        if step.uses and step.uses.name.lower() in _PROPOSERS:
            return True
        if "gh pr create" in step.run or "hub pull-request" in step.run:
            return True
    return False


def happens(way: Way, act: Act) -> bool:
    """False when an act cannot happen on a way: its step is off there, or told not to push."""
    step = act.step
    if step is None:
        return True
    if not way.may_hold(step.condition):
        return False
    pushed = step.inputs.at("push").text
    if act.command is None and pushed:
        return any(fold(pushed, scope) is not False for scope in way.scopes)
    return True


def _runs_on(route: Route, seen: _Gate) -> bool:
    return seen.step is None or route.may_hold(seen.step.condition)
