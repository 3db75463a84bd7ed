"""An objective for workloads whose requests nobody counts: the time in which a pod is ready."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.rules import Record, Rule, Series
from seatrial.kit.platform.live import components
from seatrial.kit.site import Site, once
from seatrial.practices.monitoring_alerting.burnrates import Objective, limits

_AFTER = 80


@once
def deployments(site: Site[object]) -> tuple[str, ...]:
    """Names of the Deployments of the team's own, stores left out."""
    found = [w for w in components(site) if not w.is_store and w.manifest.kind == "Deployment"]
    return tuple(sorted({w.manifest.name for w in found if "$" not in w.manifest.name}))


def records() -> list[Record]:
    """1 while a Deployment has a ready pod, else 0."""
    there = "kube_deployment_status_replicas_available > bool 0"
    return [Record("slo:uptime:ready", f"max by (namespace, deployment) ({there})")]


def alerts(names: tuple[str, ...], objective: Objective) -> Iterator[Rule]:
    """The tiers of the burn rate, for all Deployments at once."""
    which = f'{{deployment=~"{"|".join(names)}"}}'
    series = (
        f'kube_deployment_status_replicas_available{{namespace="shop",deployment="{names[0]}"}}'
    )
    for tier in limits(objective):
        expression = (
            f"1 - avg_over_time(slo:uptime:ready{which}[{tier.long}]) > {tier.limit:g}\nand\n"
            f"1 - avg_over_time(slo:uptime:ready{which}[{tier.short}]) > {tier.limit:g}"
        )
        yield Rule(
            f"UptimeBudget{tier.name}",
            expression,
            tier.severity,
            f"$namespace/$deployment has no ready pod: {tier.pace} "
            f"({tier.long} and {tier.short} windows)",
            "`kubectl describe` its newest pod and `kubectl logs --previous`; after a release "
            "return to the version before it.",
            (Series(series, f"0x{_AFTER + 5}"),),
            (Series(series, f"1x{_AFTER + 5}"),),
            _AFTER,
            labels=(("burn", tier.name.lower()), ("slo", "uptime")),
            carries=(("deployment", names[0]), ("namespace", "shop")),
        )
