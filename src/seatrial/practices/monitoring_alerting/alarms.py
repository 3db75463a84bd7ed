"""Traps of alert rules: those that cry wolf, and those that can never fire."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from seatrial.kit.platform.joined import joined
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.practices.monitoring_alerting import traps
from seatrial.practices.monitoring_alerting.feeding import unfed
from seatrial.practices.monitoring_alerting.promql import Tree, parse
from seatrial.practices.monitoring_alerting.routes import is_heartbeat
from seatrial.practices.monitoring_alerting.rules import Alert, alerts, listed
from seatrial.practices.monitoring_alerting.settings import Settings


@check("monitoring-alerting/absolute-rate", severity=Severity.HIGH)
def absolute_rate(site: Site[Settings]) -> Iterator[Observation]:
    """An alert compares a bare error rate with a small number.

    Why: `rate(errors) > 0.05` means one error in twenty seconds, per series: a busy healthy service
    always fires, a small broken one never does.
    Fix: divide by the rate of all requests.
    """
    yield from _trapped(
        site,
        traps.absolute_rate,
        "fires on errors per second, not on their share of the requests",
    )


@check("monitoring-alerting/single-restart", severity=Severity.HIGH)
def single_restart(site: Site[Settings]) -> Iterator[Observation]:
    """An alert fires after one restart.

    Why: every rollout and every drained node restarts pods; people learn to look away.
    Fix: `increase(kube_pod_container_status_restarts_total[15m]) >= 3`.
    """
    yield from _trapped(site, traps.single_restart, "fires after a single restart")


@check("monitoring-alerting/unguarded-limit", severity=Severity.HIGH)
def unguarded_limit(site: Site[Settings]) -> Iterator[Observation]:
    """An alert divides by a memory limit that may be zero.

    Why: a container without a limit reports 0; anything divided by it is infinite and always above
    the threshold.
    Fix: `/ (container_spec_memory_limit_bytes > 0)`.
    """
    yield from _trapped(
        site, traps.unguarded_limit, "divides by a memory limit that is 0 where none is set"
    )


@check("monitoring-alerting/not-the-working-set", severity=Severity.LOW)
def not_the_working_set(site: Site[Settings]) -> Iterator[Observation]:
    """An alert watches memory usage with the page cache in it.

    Why: the kernel fills memory with cache that it gives back; what gets a container killed is the
    working set.
    Fix: `container_memory_working_set_bytes`.
    """
    yield from _trapped(
        site,
        traps.usage_for_working_set,
        "watches usage with the cache in it, not the working set",
    )


@check("monitoring-alerting/no-for", severity=Severity.MEDIUM)
def no_for(site: Site[Settings]) -> Iterator[Observation]:
    """An alert fires at the first bad sample.

    Why: one slow scrape is enough; it fires and resolves, fires and resolves.
    Fix: a `for`, or a second, longer window.
    """
    hasty = [
        a
        for a in alerts(site)
        if a.is_prometheus
        and a.waits in {"", "0s", "0m", "0"}
        and not is_heartbeat(a.name, a.expression)
        and _is(a, traps.flaps)
    ]
    if hasty:
        text = f"no `for` damps {listed(hasty)}: one bad sample fires"
        yield fault(hasty[0].place, text, environments=hasty[0].environments)


@check("monitoring-alerting/unfed-alert", severity=Severity.HIGH)
def unfed_alert(site: Site[Settings]) -> Iterator[Observation]:
    """An alert asks for a metric that nothing exposes.

    Why: it looks like cover and can never fire.
    Fix: expose the metric, install its exporter, or remove the rule; name what lies outside in
    `foreign_metrics`.
    """
    yield from joined(
        fault(
            alert.place,
            f"alert {alert.name} asks for {name}, and {reason}",
            environments=alert.environments,
            severity=Severity.MEDIUM if reason.startswith("no code") else None,
        )
        for alert, name, reason in unfed(site)
    )


def _trapped(
    site: Site[Settings], is_trap: Callable[[Tree], bool], what: str
) -> Iterator[Observation]:
    yield from joined(
        fault(a.place, f"alert {a.name} {what}", environments=a.environments)
        for a in alerts(site)
        if a.is_prometheus and _is(a, is_trap)
    )


def _is(alert: Alert, is_trap: Callable[[Tree], bool]) -> bool:
    tree = parse(alert.expression)
    return tree is not None and is_trap(tree)
