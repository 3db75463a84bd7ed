"""Probe paths, routes and smoke addresses, checked against each other."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.shellvars import undefined
from seatrial.kit.delivery.targets import targets_of
from seatrial.kit.delivery.verification import verifications
from seatrial.kit.grouping import Seen, spread
from seatrial.kit.platform.endpoints import answers, is_own
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.health_checks.probes import probed
from seatrial.practices.health_checks.settings import Settings
from seatrial.repo.code.route import Serves

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
            host, path = split(url)
            known = host.startswith(("localhost", "127.0.0.1")) or is_own(site, host)
            if known and path and answers(site, path) is Serves.NO:
                message = f"`{one.what}` asks {path}, which the application does not serve"
                found.append((one.place, message, targets_of(site, one.release)))
    for place, message, environments in spread(found):
        yield fault(place, message, environments=environments)


def split(url: str) -> tuple[str, str]:
    """Host and path of an address."""
    rest = url.partition("://")[2] or url
    host, slash, path = rest.partition("/")
    return host, slash + path.partition("?")[0].partition("#")[0].rstrip("/'\"")
