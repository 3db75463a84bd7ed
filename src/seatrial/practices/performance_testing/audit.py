"""What the files show of load tests: who runs them, when, and what they are held against."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.delivered import front_place, is_run
from seatrial.kit.delivery.paths import routes
from seatrial.kit.delivery.pipelines import elsewhere
from seatrial.kit.delivery.ways import ways_to
from seatrial.kit.grouping import named
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.performance_testing.scenarios import (
    gate_of,
    is_closed,
    pipeline_runs,
    scenarios,
    top_of,
    uses,
)
from seatrial.practices.performance_testing.settings import Settings
from seatrial.repo.workflows import Job

_COMPARERS: Final = (
    "seatrial load compare",
    "bencher",
    "github-action-benchmark",
    "otava",
    "hunter analyze",
    "benchstat",
    "baseline",
    "load_compare",
)
_KEEPERS: Final = ("actions/upload-artifact", "benchmark-action/", "aws-actions/", "grafana/")
_KEEPING: Final = (
    "s3 cp",
    "gsutil cp",
    "gcloud storage cp",
    "--out ",
    "-o ",
    "remote-write",
    "az storage",
)


def not_applicable(site: Site[Settings]) -> str:
    """A library or a tool carries no load of users."""
    if is_run(site):
        return ""
    return "a library, module or tool: no system here carries the load of users"


@check("performance-testing/no-load-test", severity=Severity.MEDIUM, requirement=True)
def no_load_test(site: Site[Settings]) -> Iterator[Observation]:
    """Nobody knows how much load the system carries.

    Why: the limit is then found by the users, on the busiest day.
    Fix: `seatrial apply performance-testing` writes a scenario from the app's own routes.
    """
    found = uses(site)
    for use in found:
        yield met(use.place, use.what, environments=use.environments)
    if found:
        return
    written = scenarios(site)
    if written:
        hidden = list(elsewhere(site, "a load test"))
        yield from hidden
        if not hidden:
            name = written[0].files[0].path
            message = f"the load scenario {name} stands here and nothing runs it"
            yield fault(written[0].place, message)
    else:
        yield fault(front_place(site), "there is no load test of this system")


@check("performance-testing/not-scheduled", severity=Severity.LOW, requirement=True)
def not_scheduled(site: Site[Settings]) -> Iterator[Observation]:
    """Load tests do not run on a schedule.

    Why: a decline comes in small steps, each too small for anybody to start a test by hand.
    Fix: add `schedule:` to the workflow.
    """
    if not uses(site):
        return
    for job, run in pipeline_runs(site):
        if any(way.trigger.event == "schedule" for way in ways_to(site, job)):
            yield met(run.place, f"job {job.id} runs {run.what} on a schedule")
            return
    yield fault(_place(site), "no pipeline runs the load test on a schedule")


@check("performance-testing/not-before-release", severity=Severity.LOW, requirement=True)
def not_before_release(site: Site[Settings]) -> Iterator[Observation]:
    """Load tests do not run before a release.

    Why: a regression is cheap to mend while it is one commit, and dear once it is live.
    Fix: let the releasing job need the load test, or run it on pull requests.
    """
    if not uses(site):
        return
    before = {id(job) for route in routes(site) for job in route.before}
    for job, run in pipeline_runs(site):
        proposal = any(way.is_proposal for way in ways_to(site, job))
        if run.counts and (id(job) in before or proposal):
            yield met(run.place, f"{run.what} runs before a release")
            return
    judged = [use for use in uses(site) if use.per_release]
    if judged:
        yield met(judged[0].place, judged[0].what, environments=judged[0].environments)
        return
    yield fault(_place(site), "no release waits for a load test")


@check("performance-testing/no-threshold", severity=Severity.MEDIUM, requirement=True)
def no_threshold(site: Site[Settings]) -> Iterator[Observation]:
    """The load test cannot fail: it says nowhere what is too slow.

    Why: a graph that nobody looks at stops no regression.
    Fix: take thresholds for latency and errors from the service levels.
    """
    if not uses(site):
        return
    files = [f for suite in scenarios(site) for f in suite.files]
    gated = [(f, line) for f in files if (line := gate_of(f))]
    for file, line in gated[:3]:
        yield met(file.place(line), f"{file.name} says what is too slow")
    if files and not gated:
        places = [file.place(top_of(file)) for file in files]
        message = f"{named(f.name for f in files)} say{'s' * (len(files) == 1)} nowhere"
        yield fault(places[0], f"{message} what is too slow", related=tuple(places[1:]))
    elif not files and not any(use.per_release for use in uses(site)):
        yield fault(_place(site), "the load test says nowhere what is too slow")


@check("performance-testing/no-baseline", severity=Severity.LOW, requirement=True)
def no_baseline(site: Site[Settings]) -> Iterator[Observation]:
    """Nothing compares a run with a baseline.

    Why: below its threshold the system may get slower by a third and nobody sees it.
    Fix: `seatrial load compare` runs both versions in turn and tests the difference.
    """
    if not uses(site):
        return
    for job, run in pipeline_runs(site):
        words = _words(job)
        if any(word in words for word in _COMPARERS):
            yield met(run.place, f"job {job.id} compares the run with a baseline")
            return
    yield fault(_place(site), "no run of the load test is compared with a baseline")


@check("performance-testing/results-lost", severity=Severity.LOW, requirement=True)
def results_lost(site: Site[Settings]) -> Iterator[Observation]:
    """The results of load tests are not kept.

    Why: without a history nobody can say since when it is slow.
    Fix: write a summary and store it, with the machine it ran on.
    """
    if not uses(site):
        return
    for job, run in pipeline_runs(site):
        for step in job.all_steps:
            name = step.uses.name if step.uses else ""
            if name.startswith(_KEEPERS[:2]) or any(w in step.run for w in _KEEPING):
                yield met(step.place, f"job {job.id} keeps the results of {run.what}")
                return
    yield fault(_place(site), "the results of the load test are not kept")


@check("performance-testing/masked", severity=Severity.HIGH)
def masked(site: Site[Settings]) -> Iterator[Observation]:
    """A load test runs in a pipeline, but its failure fails nothing.

    Why: a threshold that cannot turn anything red is decoration.
    Fix: take away `|| true` or `continue-on-error`.
    """
    for job, run in pipeline_runs(site):
        if not run.counts:
            yield fault(run.place, f"{run.what} in job {job.id} cannot fail: {run.why_not}")


@check("performance-testing/closed-model", severity=Severity.LOW)
def closed_model(site: Site[Settings]) -> Iterator[Observation]:
    """A fixed number of virtual users waits for each answer before it asks again.

    Why: when the system slows down the load slows down with it, so the latency of the worst moments
    is never measured (coordinated omission).
    Fix: use a constant arrival rate.
    """
    for suite in scenarios(site):
        for file in suite.files:
            line = is_closed(file)
            if line:
                message = f"{file.name} fixes virtual users instead of an arrival rate"
                yield fault(file.place(line), message)


def _place(site: Site[Settings]) -> Place:
    runs = pipeline_runs(site)
    if runs:
        return runs[0][1].place
    written = scenarios(site)
    return written[0].place if written else uses(site)[0].place


def _words(job: Job) -> str:
    parts = [step.uses.name if step.uses else step.run for step in job.all_steps]
    return "\n".join(parts).lower()
