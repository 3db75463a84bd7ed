"""Probe paths, routes and smoke addresses, checked against each other."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.databases import clients
from seatrial.kit.endpoints import answers, checks_dependencies, checks_nothing, handler, is_own
from seatrial.kit.grouping import Seen, spread
from seatrial.kit.shellvars import undefined
from seatrial.kit.site import Site
from seatrial.kit.targets import targets_of
from seatrial.kit.verification import verifications
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.health_checks.probes import probed
from seatrial.practices.health_checks.settings import Settings
from seatrial.repo.route import Serves

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


@check("health-checks/undefined-variable", severity=Severity.HIGH)
def undefined_variable(site: Site[Settings]) -> Iterator[Observation]:
    """A verification uses a variable that nothing sets.

    Why: the shell puts nothing in its place, so another host is asked, or none.
    Fix: set it in `env:` of the step or job.
    """
    seen: set[tuple[Place, str]] = set()
    for one in verifications(site):
        if one.command is None or one.command not in one.step.commands:
            continue
        for name, _ in undefined(one.job, one.step, (one.command,)):
            if (one.place, name) not in seen:
                seen.add((one.place, name))
                yield fault(
                    one.place,
                    f"`{one.what}` reads ${{{name}}}, which no step, job or workflow sets",
                    environments=targets_of(site, one.release),
                )


@check("health-checks/probe-route-missing", severity=Severity.HIGH, fix="manual")
def probe_route_missing(site: Site[Settings]) -> Iterator[Observation]:
    """A probe asks a path that the application does not serve.

    Why: the pod never gets ready, or is restarted for ever.
    Fix: correct the path, or add the route.
    """
    found: list[Seen] = []
    for one in probed(site):
        if not is_own(site, one.node.at("image").text):
            continue
        for probe in _PROBES:
            path = one.path(probe)
            if path and path != "/" and answers(site, path) is Serves.NO:
                place = one.place(probe, "httpGet", "path")
                message = f"{probe} of {one.name} asks {path}, which the application does not serve"
                found.append((place, message, one.workload.environments))
    for place, message, environments in spread(found):
        yield fault(place, message, environments=environments)


@check("health-checks/smoke-route-missing", severity=Severity.HIGH, fix="manual")
def smoke_route_missing(site: Site[Settings]) -> Iterator[Observation]:
    """A verification asks a path that the application does not serve.

    Why: it fails every release, so somebody takes its teeth out.
    Fix: correct the path, or add the route.
    """
    found: list[Seen] = []
    for one in verifications(site):
        for url in one.urls:
            host, path = _split(url)
            known = host.startswith(("localhost", "127.0.0.1")) or is_own(site, host)
            if known and path and answers(site, path) is Serves.NO:
                message = f"`{one.what}` asks {path}, which the application does not serve"
                found.append((one.place, message, targets_of(site, one.release)))
    for place, message, environments in spread(found):
        yield fault(place, message, environments=environments)


def _split(url: str) -> tuple[str, str]:
    rest = url.partition("://")[2] or url
    host, slash, path = rest.partition("/")
    return host, slash + path.partition("?")[0].partition("#")[0].rstrip("/'\"")


@check("health-checks/constant-endpoint", severity=Severity.MEDIUM, requirement=True)
def constant_endpoint(site: Site[Settings]) -> Iterator[Observation]:
    """The health endpoint looks at nothing that the application depends on.

    Why: it says "ok" with the database down, so a broken version counts as healthy.
    Fix: `seatrial apply health-checks` proposes a readiness endpoint that asks each dependency.
    """
    if not clients(site):
        return
    for path in _asked(site):
        found = handler(site, path)
        if found and checks_nothing(found[1]):
            message = f"{path} answers the same whether the database works or not"
            yield fault(found[0].place, message)


def _asked(site: Site[Settings]) -> list[str]:
    """Paths that decide whether the application is well; the liveness path only as the last one."""
    ready = [p for one in probed(site) for p in (one.path("readinessProbe"),) if p]
    urls = [_split(url)[1] for one in verifications(site) for url in one.urls]
    ready += [path for path in urls if "health" in path or "ready" in path]
    live = [p for one in probed(site) for p in (one.path("livenessProbe"),) if p]
    return list(dict.fromkeys(ready or live))


@check("health-checks/restart-storm", severity=Severity.MEDIUM, fix="manual")
def restart_storm(site: Site[Settings]) -> Iterator[Observation]:
    """The liveness probe asks an endpoint that looks at dependencies.

    Why: when the database is down every pod is restarted, again and again, and the outage outlives
    its cause.
    Fix: let the liveness probe ask the process alone, and the readiness probe the dependencies.
    """
    found: list[Seen] = []
    for one in probed(site):
        path = one.path("livenessProbe")
        route = handler(site, path) if path and is_own(site, one.node.at("image").text) else None
        if route and checks_dependencies(route[1]):
            place = one.place("livenessProbe", "httpGet", "path")
            message = f"{one.name} is restarted when a dependency is down: liveness asks {path}"
            found.append((place, message, one.workload.environments))
    for place, message, environments in spread(found):
        yield fault(place, message, environments=environments)
