"""What the files show of automated tests: that they run, where, and what they can stop."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.paths import Route, gates, proposes, routes
from seatrial.kit.delivery.pipelines import elsewhere
from seatrial.kit.delivery.releases import Kind
from seatrial.kit.delivery.targets import targets_of
from seatrial.kit.delivery.testruns import TestKind, TestRun, tests_of
from seatrial.kit.delivery.verification import puts_version
from seatrial.kit.grouping import named
from seatrial.kit.roles import role_of
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.automated_testing.evidence import (
    commented_run,
    effective,
    has_application,
    on_proposals,
    suites,
)
from seatrial.practices.automated_testing.floor import coverage_floor
from seatrial.practices.automated_testing.required import not_required
from seatrial.practices.automated_testing.services import (
    other_engine,
    real_services,
    stand_in,
)
from seatrial.practices.automated_testing.settings import Settings
from seatrial.practices.automated_testing.targets import empty_target, unknown_kinds_skipped
from seatrial.practices.automated_testing.traps import (
    empty_suite,
    forks_untested,
    masked_tests,
    silent_upload,
    sometimes_ignored,
    unpinned_tools,
)
from seatrial.practices.automated_testing.unrun import suite_nobody_runs
from seatrial.practices.automated_testing.untested import service_without_tests
from seatrial.repo.workflows import Job

__all__ = [
    "coverage_floor",
    "empty_suite",
    "empty_target",
    "forks_untested",
    "masked_tests",
    "not_applicable",
    "not_on_pull_requests",
    "not_required",
    "other_engine",
    "real_services",
    "service_without_tests",
    "silent_upload",
    "sometimes_ignored",
    "stand_in",
    "suite_nobody_runs",
    "tests_not_run",
    "ungated_release",
    "unknown_kinds_skipped",
    "unpinned_tools",
]


def not_applicable(site: Site[Settings]) -> str:
    """Without code, charts or infrastructure there is nothing to test."""
    if has_application(site) or site.repo.workflows or site.repo.ci_systems:
        return ""
    if site.repo.charts or site.repo.manifests or site.repo.terraform.modules or site.repo.suites:
        return ""
    return "no application or infrastructure code here that could be tested"


@check("automated-testing/tests-not-run", severity=Severity.CRITICAL, requirement=True)
def tests_not_run(site: Site[Settings]) -> Iterator[Observation]:
    """No pipeline runs tests.

    Why: whatever a change breaks reaches the users, since nothing is in its way.
    Fix: `seatrial apply automated-testing` adds a test workflow, and tests where there are none.
    """
    found = effective(site)
    seen: set[int] = set()
    for job, run in found:
        if id(job) not in seen:
            seen.add(id(job))
            what = "tests" if run.kind is TestKind.TESTS else "checks of infrastructure"
            yield met(run.place, f"job {job.id} runs {what} (`{run.what}`)")
    tests = any(run.kind is TestKind.TESTS for _, run in found)
    hidden = list(elsewhere(site, "tests"))
    yield from hidden
    if not hidden and ((suites(site) and not tests) or not found):
        yield from _unrun(site)


def _unrun(site: Site[Settings]) -> Iterator[Observation]:
    written = suites(site)
    commented = commented_run(site)
    place = commented or _workflow_place(site)
    if written:
        count = sum(s.count for s in written)
        folders = named(s.folder or "the root" for s in written)
        because = "; the job that would stands commented out" if commented else ""
        yield fault(
            place or written[0].place,
            f"no pipeline runs the {count} test{'s' * (count != 1)} in {folders}{because}",
            related=(written[0].place,),
        )
    else:
        message = "there are no tests, and no pipeline runs any"
        if not has_application(site):
            message = "no check runs on proposed changes of this infrastructure"
        yield fault(place or _any_place(site), message)


def _workflow_place(site: Site[Settings]) -> Place | None:
    for route in routes(site):
        return route.release.job.place
    return next((w.place for w in site.repo.workflows), None)


def _any_place(site: Site[Settings]) -> Place:
    if site.repo.dependencies:
        return site.repo.dependencies[0].place
    files = sorted(site.repo.files(), key=lambda f: f.path.lower() != "readme.md")
    return files[0].place() if files else Place("repository", "README.md")


@check("automated-testing/not-on-pull-requests", severity=Severity.HIGH, requirement=True)
def not_on_pull_requests(site: Site[Settings]) -> Iterator[Observation]:
    """Tests run only after a change was merged.

    Why: the main branch is broken before anybody knows, for everybody.
    Fix: add `pull_request:` to the triggers of the test workflow.
    """
    found = effective(site)
    proposed = [(j, r) for j, r in found if on_proposals(site, j, r)]
    if proposed:
        job, run = proposed[0]
        yield met(run.place, f"job {job.id} runs on proposed changes")
    elif found:
        job, run = found[0]
        yield fault(
            job.workflow.triggers[0].place if job.workflow.triggers else job.place,
            f"job {job.id} tests only what is merged already",
            related=(run.place,),
        )


@check("automated-testing/ungated-release", severity=Severity.HIGH, requirement=True)
def ungated_release(site: Site[Settings]) -> Iterator[Observation]:
    """A release goes out although tests fail, or before any ran.

    Why: what is tested beside the release instead of before it is found by the users.
    Fix: let the releasing job need the test job.
    """
    found = effective(site)
    seen: set[int] = set()
    for route in routes(site):
        release, start = route.release, _start(route)
        if id(start) in seen or not must_be_gated(route, site):
            continue
        environments = targets_of(site, release)
        gate = gates_of(site, route)
        if gate:
            yield met(
                gate[0].place,
                f"`{gate[0].what}` stands before job {release.job.id}",
                environments=environments,
            )
        elif found or suites(site):
            seen.add(id(start))
            yield _ungated(route, environments)


def _start(route: Route) -> Job:
    """The job at which a gate is missing: the first caller where the release is in a called one."""
    return route.callers[-1] if route.callers else route.release.job


def gates_of(site: Site[object], route: Route) -> tuple[TestRun, ...]:
    """Runs that stand before a release; for infrastructure its validation is one."""
    found = gates(site, route, tests_of)
    infrastructure = role_of(site.repo, route.release.job.workflow.file.root) == "infra"
    provisions = {a.kind for a in route.acts} == {Kind.PROVISION}
    if has_application(site) and not provisions and not infrastructure:
        return tuple(run for run in found if run.kind is TestKind.TESTS)
    return found


def must_be_gated(route: Route, site: Site[object]) -> bool:
    """True where something goes out that people will use."""
    proposed = proposes(route.release.job)
    acts = [a for a in route.acts if not (proposed and a.kind is Kind.GITOPS)]
    versions = [a for a in acts if puts_version(a)]
    if versions:
        return True
    if any(a.kind is Kind.PROVISION for a in acts):
        return not has_application(site)
    # What a pull request or a nightly run publishes is a scratch or base image, for nobody.
    published = any(a.kind is Kind.PUBLISH for a in acts)
    nightly = route.trigger.event == "schedule" or (
        not route.is_automatic and route.workflow.trigger("schedule") is not None
    )
    return published and not route.is_proposal and not nightly


def _ungated(route: Route, environments: tuple[str, ...]) -> Observation:
    release, event = route.release, route.trigger.event
    proposed = proposes(release.job)
    deploys = any(
        a.kind is not Kind.PUBLISH and not (proposed and a.kind is Kind.GITOPS) for a in route.acts
    )
    verb = "deploys" if deploys else "publishes"
    start = _start(route)
    called = release.job.workflow.file.name
    inside = f" through {called}" if start is not release.job else ""
    return fault(
        start.place_of("needs") if start.needs else start.place,
        f"job {start.id} {verb}{inside} on {event}, and no test stands before it",
        environments=environments,
        severity=Severity.HIGH,
        related=tuple(
            dict.fromkeys((route.decisive.place, release.job.place, route.trigger.place))
        ),
    )
