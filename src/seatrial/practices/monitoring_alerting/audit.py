"""What the files show of monitoring: scraped, alerted on, tested, and told to people."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.platform.cluster import has_cluster
from seatrial.kit.platform.joined import first_of_each, joined
from seatrial.kit.platform.spots import clusters
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.practice import check
from seatrial.practices.monitoring_alerting.alarms import (
    absolute_rate,
    no_for,
    not_the_working_set,
    single_restart,
    unfed_alert,
    unguarded_limit,
)
from seatrial.practices.monitoring_alerting.grafana import (
    anonymous_admin,
    impossible_threshold,
    silent_on_error,
)
from seatrial.practices.monitoring_alerting.hosted import objectives, watches
from seatrial.practices.monitoring_alerting.quality import no_runbook, untested_rule
from seatrial.practices.monitoring_alerting.receivers import configs
from seatrial.practices.monitoring_alerting.routes import is_heartbeat
from seatrial.practices.monitoring_alerting.routing import (
    dead_receiver,
    placeholder_receiver,
    unmatched_route,
    unreached_receiver,
    webhook_in_clear,
)
from seatrial.practices.monitoring_alerting.rules import alerts, default_rules, groups, records
from seatrial.practices.monitoring_alerting.settings import Settings
from seatrial.practices.monitoring_alerting.silence import silent_delivery
from seatrial.practices.monitoring_alerting.sources import sources
from seatrial.practices.monitoring_alerting.spots import (
    alerting_place,
    elsewhere,
    lying_about,
    where,
)
from seatrial.practices.monitoring_alerting.topics import unread_topic

__all__ = [
    "absolute_rate", "anonymous_admin", "dead_receiver", "impossible_threshold",
    "no_dead_mans_switch", "no_for", "no_objective", "no_receiver", "no_rules", "no_runbook",
    "not_applicable", "not_scraped", "not_the_working_set", "placeholder_receiver",
    "silent_delivery", "silent_on_error", "single_restart", "unfed_alert", "unguarded_limit",
    "unmatched_route", "unreached_receiver", "unread_topic", "untested_rule", "webhook_in_clear",
]  # fmt: skip

_NAMED = 3
_RELATED = 4
_BUDGET = ("slo", "burn", "error_budget", "errorbudget", "sli")


def not_applicable(site: Site[Settings]) -> str:
    """A library or a tool serves nobody whom an alert could protect."""
    if has_cluster(site) or runs_for_somebody(site):
        return ""
    return "nothing here runs for somebody: a library or tool has nothing to watch"


@check("monitoring-alerting/not-scraped", severity=Severity.HIGH, requirement=True)
def not_scraped(site: Site[Settings]) -> Iterator[Observation]:
    """Nobody measures the services.

    Why: without metrics the first to notice a fault is a user, and the first question after it has
    no answer.
    Fix: `seatrial apply monitoring-alerting` adds Prometheus, a ServiceMonitor per service and the
    metrics that the objectives need.
    """
    found = sources(site)
    yield from first_of_each(
        met(s.place, s.what, environments=s.environments) for s in found[: 2 * _NAMED]
    )
    hidden = elsewhere(site)
    if hidden and not found and not watches(site):
        yield from hidden
        return
    scrapers = [s for s in found if s.scrapes]
    if not found and not watches(site):
        yield fault(where(site), "nothing measures the services: no metrics, no scraping")
    elif not scrapers and not watches(site):
        yield fault(found[0].place, f"{found[0].what}, and nothing scrapes them")
    elif all(s.of_tasks for s in scrapers) and not watches(site):
        offered = [s for s in found if not s.scrapes and not s.is_code]
        if offered:
            text = f"{offered[0].what}, and no Prometheus of this system scrapes pods"
            related = tuple(dict.fromkeys(s.place for s in offered[1:]))[: 2 * _RELATED]
            yield fault(offered[0].place, text, severity=Severity.MEDIUM, related=related)
    elif scrapers and all(s.environments for s in scrapers):
        covered = {e for s in scrapers for e in s.environments}
        lacking = tuple(e.name for e in site.environments if e.name not in covered)
        if lacking:
            text = f"{scrapers[0].what} in {', '.join(sorted(covered))} only"
            yield fault(scrapers[0].place, text, environments=lacking)


@check("monitoring-alerting/no-rules", severity=Severity.HIGH, requirement=True)
def no_rules(site: Site[Settings]) -> Iterator[Observation]:
    """There is no alert: metrics are collected and nobody looks.

    Why: a dashboard tells only whoever happens to look at it.
    Fix: `seatrial apply monitoring-alerting` writes rules from the objectives in `seatrial.yaml`.
    """
    found = [
        met(a.place, f"alert {a.name}", environments=a.environments) for a in alerts(site)[:_NAMED]
    ]
    found += [
        met(i.place, f"chart {i.chart} brings its own alert rules", environments=i.environments)
        for i in default_rules(site)
    ]
    found += [met(w.place, w.what, environments=w.environments) for w in watches(site)[:_NAMED]]
    yield from joined(found)
    if found:
        return
    empty = groups(site)
    if empty:
        yield fault(empty[0].place, "the list of rule groups is empty: nothing can ever fire")
        return
    if sources(site) or not elsewhere(site):
        yield _nobody_looks(site)


def _nobody_looks(site: Site[Settings]) -> Observation:
    """The fault of metrics without an alert, where somebody would add one."""
    seen = sources(site)
    found = [s.place for s in seen if not s.is_code and s.scrapes]
    found += [place for place, _ in clusters(site)]
    found += [s.place for s in seen] or [where(site)]
    places = tuple(dict.fromkeys(found))
    text = "no alert rule looks at the metrics"
    unused = lying_about(site)
    if unused:
        folder = unused[0].path.rpartition("/")[0]
        text += f"; what lies in {folder} is applied by nothing"
    return fault(places[0], text, related=(*unused[:_RELATED], *places[1 : _RELATED + 1]))


@check("monitoring-alerting/no-receiver", severity=Severity.HIGH, requirement=True)
def no_receiver(site: Site[Settings]) -> Iterator[Observation]:
    """No alert reaches a person.

    Why: an alert that ends in Alertmanager's list is known to nobody.
    Fix: a receiver with an integration, and a route to it; `seatrial alerts fire` proves it.
    """
    found = [
        met(r.place, f"receiver {r.name} leads to people", environments=c.environments)
        for c in configs(site)
        for r in c.reached
    ]
    found += [
        met(w.place, f"{w.what} tells people", environments=w.environments)
        for w in watches(site)
        if w.tells
    ]
    yield from joined(found)[:_NAMED]
    if found:
        return
    for config in configs(site):
        yield fault(
            config.place,
            "no receiver of this configuration leads to a person",
            environments=config.environments,
        )
    if not configs(site) and (alerts(site) or default_rules(site) or watches(site)):
        place = (
            alerts(site)[0].place
            if alerts(site)
            else (default_rules(site) or watches(site))[0].place
        )
        yield fault(place, "alerts are defined, and no receiver brings them to a person")


@check("monitoring-alerting/no-objective", severity=Severity.MEDIUM, requirement=True)
def no_objective(site: Site[Settings]) -> Iterator[Observation]:
    """No objective (SLO) says how good is good enough.

    Why: without one every threshold is a guess, and nobody can say whether a bad hour mattered.
    Fix: `slos` in `seatrial.yaml`; `apply` turns them into multi-window burn-rate rules.
    """
    found = [
        met(place, f"{what} states an objective", environments=e)
        for what, place, e in (objectives(site))
    ]
    for record in records(site):
        if any(w in record.name.lower() for w in _BUDGET):
            text = f"rule {record.name} records an objective"
            found.append(met(record.place, text, environments=record.environments))
            break
    found += [
        met(a.place, f"alert {a.name} watches an error budget", environments=a.environments)
        for a in alerts(site)
        if any(w in f"{a.name} {a.expression}".lower() for w in _BUDGET[1:4])
    ][:1]
    yield from joined(found)[:_NAMED]
    if not found and (alerts(site) or default_rules(site) or watches(site)):
        yield fault(alerting_place(site), "no objective (SLO) is stated for any service")


@check("monitoring-alerting/no-dead-mans-switch", severity=Severity.MEDIUM, requirement=True)
def no_dead_mans_switch(site: Site[Settings]) -> Iterator[Observation]:
    """Nobody notices when the monitoring itself is down.

    Why: a dead Prometheus sends no alerts, which looks exactly like health.
    Fix: an alert that always fires, routed to a service outside of the cluster that misses it.
    """
    own = [a for a in alerts(site) if a.is_prometheus]
    if not own and not default_rules(site):
        return
    routed = [
        (r, c)
        for c in configs(site)
        for r in c.routes
        if r.is_for_heartbeat and r.receiver in {x.name for x in c.reached}
    ]
    beats = [a for a in own if is_heartbeat(a.name, a.expression)]
    if (beats or default_rules(site)) and routed:
        route, config = routed[0]
        text = f"the alert that always fires goes to {route.receiver}"
        yield met(route.place, text, environments=config.environments)
        return
    why = "nothing waits for it" if beats or default_rules(site) else "no alert always fires"
    place = beats[0].place if beats else alerting_place(site)
    yield fault(place, f"there is no dead man's switch: {why}")
