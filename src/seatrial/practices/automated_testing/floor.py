"""Is there a floor below which the share of tested code cannot fall?"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.pipelines import elsewhere
from seatrial.kit.delivery.testruns import TestKind, TestRun
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.practice import check
from seatrial.practices.automated_testing.coverage import measured, set_up
from seatrial.practices.automated_testing.evidence import floors, has_application, runs, suites
from seatrial.practices.automated_testing.settings import Settings
from seatrial.repo.workflows import Job


@check("automated-testing/no-coverage-floor", severity=Severity.LOW, requirement=True)
def coverage_floor(site: Site[Settings]) -> Iterator[Observation]:
    """Nothing keeps the share of tested code from falling.

    Why: new code without tests passes every check, until nobody trusts the suite.
    Fix: set a floor at today's coverage, and let it only rise.
    """
    tests = [(j, r) for j, r in runs(site) if r.kind is TestKind.TESTS]
    if not suites(site) or not has_application(site) or not site.settings.coverage_floor:
        return
    found, places = floors(site), measured(site)
    if found:
        if tests:
            yield met(found[0], "a coverage floor is set")
    elif not tests and not list(elsewhere(site, "tests")):
        # Where no pipeline runs tests at all, that is said once, by tests-not-run.
        return
    elif places:
        start = min(tests, key=lambda seen: _is_end_to_end(*seen), default=None)
        related = (*places[1:], *((start[1].place,) if start else ()))
        yield fault(places[0], "coverage is measured, but has no floor", related=related)
    elif tests:
        job, run = min(tests, key=lambda seen: _is_end_to_end(*seen))
        message = f"job {job.id} runs tests without a coverage report or floor"
        yield fault(run.place, message, related=set_up(site)[:1])
    elif set_up(site):
        yield fault(set_up(site)[0], "no file here asks for a coverage report or sets a floor")


def _is_end_to_end(job: Job, run: TestRun) -> bool:
    words = f"{job.id} {run.what}".lower()
    return any(word in words for word in ("e2e", "playwright", "cypress", "smoke", "kind"))
