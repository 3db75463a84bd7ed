"""Health endpoints of the application: what they look at, and who asks them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databases import clients
from seatrial.kit.delivery.verification import verifications
from seatrial.kit.grouping import Seen, named, spread
from seatrial.kit.platform.endpoints import is_own
from seatrial.kit.platform.handlers import Handler, handlers, health_handlers
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.health_checks.addresses import split
from seatrial.practices.health_checks.probes import probed
from seatrial.practices.health_checks.settings import Settings

_PACKAGES: Final = frozenset(
    "spring-boot-starter-actuator quarkus-smallrye-health micronaut-management django-health-check"
    " django-watchman okcomputer health_check @godaddy/terminus @nestjs/terminus"
    " github.com/heptiolabs/healthcheck github.com/hellofresh/health-go"
    " github.com/alexliesenfeld/health aspnetcore.healthchecks.npgsql aspnetcore.healthchecks.redis"
    " aspnetcore.healthchecks.sqlserver fastapi-health".split()
)
"""Libraries whose endpoint asks the data sources of the application by itself."""
_MANY: Final = 5


@check("health-checks/constant-endpoint", severity=Severity.MEDIUM, requirement=True)
def constant_endpoint(site: Site[Settings]) -> Iterator[Observation]:
    """The health endpoint looks at nothing that the application depends on.

    Why: it says "ok" with the database down, so a broken version counts as healthy.
    Fix: `seatrial apply health-checks` proposes a readiness endpoint that asks each dependency.
    """
    yield from _asking(site)
    if not clients(site):
        return
    found: dict[str, dict[Place, None]] = {}
    for path in _asked(site):
        for handler in handlers(site, path):
            # Where a better endpoint stands beside it, the probe is what one would mend.
            if handler.is_constant and not handler.asks and not _better(site, handler):
                found.setdefault(path, {}).setdefault(handler.place)
    for path, places in found.items():
        first, *others = places
        if len(places) > _MANY:
            folders = named(p.path for p in places)
            message = f"{path} answers the same whatever its dependencies do in {folders}"
            yield fault(first, message, related=tuple(others))
            continue
        for place in places:
            yield fault(place, f"{path} answers the same whether the database works or not")


def _asking(site: Site[Settings]) -> Iterator[Observation]:
    seen: set[str] = set()
    for handler in health_handlers(site):
        if handler.asks and not is_aside(handler.file.path) and handler.route.path not in seen:
            seen.add(handler.route.path)
            what = f"{handler.route.path} asks {handler.asks} before it answers"
            yield met(handler.place, what)
    for dependency in site.repo.dependencies:
        name = dependency.name.lower()
        own = name in _PACKAGES or name.rpartition(":")[2] in _PACKAGES
        if own and not dependency.dev and not is_aside(dependency.place.path):
            short = name.rpartition(":")[2]
            yield met(dependency.place, f"{short} answers for the data sources of the application")
            return


@once
def _asked(site: Site[object]) -> tuple[str, ...]:
    """Paths that decide whether the application is well; the liveness path only as the last one."""
    ready = [p for one in probed(site) for p in (one.path("readinessProbe"),) if p]
    urls = [split(url)[1] for one in verifications(site) for url in one.urls]
    ready += [path for path in urls if "health" in path or "ready" in path]
    live = [p for one in probed(site) for p in (one.path("livenessProbe"),) if p]
    return tuple(dict.fromkeys(ready or live))


@check("health-checks/unasked-endpoint", severity=Severity.MEDIUM, requirement=True, fix="manual")
def unasked_endpoint(site: Site[Settings]) -> Iterator[Observation]:
    """An endpoint that looks at the dependencies stands here, and readiness asks another one.

    Why: the pod gets traffic with its database down, although the application could have told.
    Fix: let the readiness probe ask the endpoint that looks at the dependencies.
    """
    found: list[Seen] = []
    related: list[Place] = []
    for one in probed(site):
        path = one.path("readinessProbe")
        for handler in handlers(site, path) if path else ():
            better = _better(site, handler)
            if handler.is_constant and not handler.asks and better:
                place = one.place("readinessProbe", "httpGet", "path")
                message = (
                    f"readiness of {one.name} asks {path}, which looks at nothing, while"
                    f" {better.route.path} asks {better.asks}"
                )
                related.append(better.place)
                found.append((place, message, one.workload.environments))
    for place, message, environments in spread(found):
        yield fault(place, message, environments=environments, related=tuple(related[:1]))


def _better(site: Site[Settings], handler: Handler) -> Handler | None:
    """An endpoint of the same service that looks at what it depends on."""
    for other in health_handlers(site):
        same = other.file.root is handler.file.root and other.service == handler.service
        if other.asks and same and not is_aside(other.file.path):
            return other
    return None


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
        own = handlers(site, path) if path and is_own(site, one.node.at("image").text) else ()
        if own and all(handler.asks for handler in own):
            place = one.place("livenessProbe", "httpGet", "path")
            message = f"{one.name} is restarted when a dependency is down: liveness asks {path}"
            found.append((place, message, one.workload.environments))
    for place, message, environments in spread(found):
        yield fault(place, message, environments=environments)
