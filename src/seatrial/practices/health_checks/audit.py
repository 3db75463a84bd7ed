"""What the files show of health checks: probes here, the gate and addresses beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seatrial.kit.delivery.delivered import is_delivery
from seatrial.kit.delivery.pipelines import hinted_systems, remote_jobs
from seatrial.kit.delivery.verification import versioned
from seatrial.kit.grouping import named, spread
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Reach, Severity, fault, met, unknown
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.health_checks.addresses import (
    probe_route_missing,
    smoke_route_missing,
    undefined_variable,
)
from seatrial.practices.health_checks.answering import (
    constant_endpoint,
    restart_storm,
    unasked_endpoint,
)
from seatrial.practices.health_checks.gate import (
    masked_verification,
    no_smoke_test,
    no_verification,
    unbounded_wait,
    version_unproved,
)
from seatrial.practices.health_checks.probes import Probed, other_checks, probed
from seatrial.practices.health_checks.settings import Settings
from seatrial.practices.health_checks.shallow import (
    port_only,
    probe_matches_itself,
    service_unchecked,
)
from seatrial.practices.health_checks.unwatched import (
    applied_is_enough,
    stage_unverified,
    worker_unwatched,
)

__all__ = [
    "applied_is_enough",
    "constant_endpoint",
    "masked_verification",
    "no_health_check",
    "no_liveness",
    "no_readiness",
    "no_smoke_test",
    "no_startup",
    "no_verification",
    "not_applicable",
    "port_only",
    "probe_matches_itself",
    "probe_route_missing",
    "restart_storm",
    "service_unchecked",
    "smoke_route_missing",
    "stage_unverified",
    "unasked_endpoint",
    "unbounded_wait",
    "undefined_variable",
    "version_unproved",
    "worker_unprobed",
    "worker_unwatched",
]
_MANY = 5


def not_applicable(site: Site[Settings]) -> str:
    """Nothing is deployed, so nothing can be unhealthy after it."""
    if versioned(site) or site.repo.ci_systems or list(remote_jobs(site)) or probed(site):
        return ""
    if any(is_delivery(m) for m in live_manifests(site)) or other_checks(site):
        return ""
    if hinted_systems(site):
        return ""
    services = any(s.build and s.ports for c in site.repo.compose for s in c.services)
    if runs_for_somebody(site) and (services or site.repo.terraform.roots):
        return ""
    return "nothing in these repositories deploys a running system"


@check("health-checks/no-readiness", severity=Severity.HIGH, requirement=True)
def no_readiness(site: Site[Settings]) -> Iterator[Observation]:
    """A container that serves has no readiness probe.

    Why: it gets traffic before it can answer, so every rollout loses requests, and a broken version
    counts as rolled out.
    Fix: `seatrial apply health-checks` adds the probe to the chart.
    """
    serving = [p for p in probed(site) if p.serves]
    if not probed(site):
        yield from _far_workloads(site)
    yield from _with("readinessProbe", "a readiness probe", serving)
    yield from _without("readinessProbe", "no readiness probe", serving)


def _far_workloads(site: Site[Settings]) -> Iterator[Observation]:
    for manifest in live_manifests(site):
        if is_delivery(manifest):
            name = f"{manifest.kind}/{manifest.name}"
            yield unknown(
                f"the workloads of {name} come from elsewhere: their probes cannot be seen",
                reach=Reach.ELSEWHERE,
                credential="the charts or repositories that it delivers",
                place=manifest.place("spec"),
                environments=manifest.environments,
            )
            return


@check("health-checks/no-liveness", severity=Severity.MEDIUM, requirement=True)
def no_liveness(site: Site[Settings]) -> Iterator[Observation]:
    """A container that serves has no liveness probe.

    Why: a process that hangs stays until a person restarts it.
    Fix: add a probe that asks the process alone, none of its dependencies.
    """
    serving = [p for p in probed(site) if p.serves]
    yield from _with("livenessProbe", "a liveness probe", serving)
    yield from _without("livenessProbe", "no liveness probe", serving)


@check("health-checks/no-startup", severity=Severity.LOW, requirement=True)
def no_startup(site: Site[Settings]) -> Iterator[Observation]:
    """No startup probe covers the time until a container answers.

    Why: the liveness probe then kills a slow start, or waits so long that it finds a hang late.
    Fix: add a startup probe, and shorten the delay of the liveness probe.
    """
    live = [p for p in probed(site) if p.serves and p.has("livenessProbe")]
    yield from _with("startupProbe", "a startup probe", live)
    missing = [p for p in live if not p.has("startupProbe")]
    if missing:
        first = missing[0]
        yield fault(
            first.place("livenessProbe"),
            _says(missing, "no startup probe"),
            environments=_all_environments(missing),
            related=tuple(dict.fromkeys(p.place("livenessProbe") for p in missing))[1:],
        )


@check("health-checks/worker-unprobed", severity=Severity.MEDIUM)
def worker_unprobed(site: Site[Settings]) -> Iterator[Observation]:
    """A worker has no probe, so nothing notices when it stops working.

    Why: a worker that hangs takes no more jobs, and from outside everything looks fine.
    Fix: add a liveness probe that asks the worker itself (`celery inspect ping`, a heartbeat file).
    """
    workers = [p for p in probed(site) if not p.serves]
    yield from _without("livenessProbe", "no probe that notices when it hangs", workers)


def _with(probe: str, what: str, containers: Iterable[Probed]) -> Iterator[Observation]:
    by_environment: dict[tuple[str, ...], list[Probed]] = {}
    for one in containers:
        if one.has(probe):
            by_environment.setdefault(one.workload.environments, []).append(one)
    items = [
        (group[0].place(probe), _says(group, what), environments)
        for environments, group in by_environment.items()
    ]
    for place, text, environments in spread(items):
        yield met(place, text, environments=environments)


def _says(group: list[Probed], what: str) -> str:
    names = [p.workload.name for p in group]
    return f"{named(names)} {'has' if len(set(names)) == 1 else 'have'} {what}"


def _without(probe: str, what: str, containers: Iterable[Probed]) -> Iterator[Observation]:
    items = [p for p in containers if not p.has(probe)]
    seen = list(
        spread((_beside(p), f"{p.name} has {what}", p.workload.environments) for p in items)
    )
    if len(seen) > _MANY:
        names = [p.workload.name for p in items]
        count = len(set(names))
        message = f"{named(names)} have {what} ({count} workloads)"
        others = tuple(place for place, _, _ in seen[1:])
        yield fault(seen[0][0], message, environments=_all_environments(items), related=others)
        return
    for place, message, environments in seen:
        yield fault(place, message, environments=environments)


def _beside(one: Probed) -> Place:
    """Where a reader would add a probe: at another one, else at the container."""
    present = next((p for p in ("readinessProbe", "livenessProbe") if one.has(p)), "")
    return one.place(present) if present else one.place()


def _all_environments(items: list[Probed]) -> tuple[str, ...]:
    if any(not p.workload.environments for p in items):
        return ()
    return tuple(dict.fromkeys(n for p in items for n in p.workload.environments))


@check("health-checks/no-health-check", severity=Severity.HIGH, requirement=True)
def no_health_check(site: Site[Settings]) -> Iterator[Observation]:
    """A system outside Kubernetes runs without any health check.

    Why: the platform keeps sending requests to a process that can no longer answer.
    Fix: add a health check to the image, the service or the load balancer.
    """
    if probed(site):
        return
    found = other_checks(site)
    for what, place, environments in found[:_MANY]:
        yield met(place, what, environments=environments)
    unchecked = _unchecked(site)
    if not found and unchecked:
        yield fault(unchecked, "nothing checks the health of what runs here")


def _unchecked(site: Site[Settings]) -> Place | None:
    services = [s for c in site.repo.compose for s in c.services if s.build and s.ports]
    if services:
        return services[0].place
    for dockerfile in site.repo.dockerfiles:
        if dockerfile.exposes or dockerfile.start_program:
            return dockerfile.file.place()
    return None
