"""What `apply` writes for performance testing.

`load/routes.js` is a k6 scenario with a fixed arrival rate for the application's own routes, its
thresholds are the service levels of the settings. `.github/workflows/load.yaml` runs it on pull
requests and once a week against the system started in the job (`load/start.sh`: from the compose
file, or from the Dockerfile with the services that the system uses), compares with the version
before by exact tests on pairs of runs (`load/compare.py`), and keeps the results. A load test of
yours stays as it is; masks such as `|| true` go.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.pipelines import elsewhere
from seatrial.kit.planning.homes import workflow_path
from seatrial.kit.planning.remains import remains
from seatrial.kit.planning.render import render
from seatrial.kit.planning.testservices import test_services, test_variables
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Wish
from seatrial.practices.performance_testing import audit
from seatrial.practices.performance_testing.mending import mended
from seatrial.practices.performance_testing.scenarios import pipeline_runs, scenarios, uses
from seatrial.practices.performance_testing.settings import Settings
from seatrial.practices.performance_testing.startable import Startable, startable
from seatrial.repo.files import Root

_NAME = "performance_testing"


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """A load test where none is run, or where the one that runs lacks what ours has."""
    hidden = [] if uses(site) else list(elsewhere(site, "a load test"))
    if hidden:
        where = "; ".join(seen.credential for seen in hidden)
        yield Leave(f"look whether a load test runs there: {where}; nothing is added beside it")
        return
    yield from mended(site)
    if _is_enough(site):
        yield from remains(site, audit.no_threshold, audit.closed_model)
        return
    found = startable(site)
    if found is None:
        why = "no compose file and no Dockerfile of a server with known routes"
        message = "write a load test against a running environment: nothing here can be started"
        yield Leave(f"{message} in a job ({why})")
        yield from remains(site, audit.no_threshold, audit.closed_model)
        return
    yield from _written(site, found)
    yield from remains(site, audit.closed_model)


def _is_enough(site: Site[Settings]) -> bool:
    """True when what is there runs on a schedule and before a release, compared and kept."""
    checks = (audit.no_load_test, audit.not_scheduled, audit.not_before_release,
              audit.no_baseline, audit.results_lost)  # fmt: skip
    faults = [seen for one in checks for seen in one.look(site) if seen.outcome.value == "fault"]
    return not faults and bool(uses(site)) and bool(pipeline_runs(site) or scenarios(site))


def _written(site: Site[Settings], found: Startable) -> Iterator[Wish]:
    settings, root = site.settings, found.root
    scenario = render(
        _NAME,
        "load/routes.js.j2",
        paths=found.paths,
        rate=settings.rate,
        failing=_number(1 - settings.availability / 100),
        percent=_number(settings.latency),
        milliseconds=round(settings.latency_seconds * 1000),
    )
    yield Generate(root.name, "load/routes.js", scenario, "asks the application's own routes")
    start = _start(site, found)
    reason = "starts one version of the system in a job"
    yield Generate(root.name, "load/start.sh", start, reason, executable=True)
    compare = render(_NAME, "load/compare.py.j2")
    reason = "tells a slower build from a noisy machine"
    yield Generate(root.name, "load/compare.py", compare, reason, executable=True)
    services = () if found.compose else test_services(site)
    text = render(_NAME, ".github/workflows/load.yaml.j2", cron=_cron(root.name), services=services)
    reason = "the service levels hold under load, on every pull request and once a week"
    yield Generate(root.name, _path(root), text, reason)


def _start(site: Site[Settings], found: Startable) -> str:
    env = [
        (name, value.replace("localhost", "host.docker.internal"))
        for name, value in test_variables(site, found.root)
    ]
    return render(
        _NAME,
        "load/start.sh.j2",
        compose=found.compose,
        home=found.compose.rpartition("/")[0] or ".",
        service=found.service,
        published=found.published,
        port=found.port,
        dockerfile=found.dockerfile,
        context=found.context,
        env=env,
        migrate=found.migrate,
        path=found.paths[0],
    )


def _path(root: Root) -> str:
    for name in ("load", "load-test"):
        path = workflow_path(root, name)
        if path not in root.files:
            return path
    return workflow_path(root, "seatrial-load")


def _cron(name: str) -> str:
    # Not at the full hour, when everybody's schedules wait for each other.
    return f"{sum(name.encode()) % 60} 3 * * 1"


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
