"""What the files show of monitoring: scraped, alerted on, tested, and told to people."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from seatrial.kit.cluster import has_cluster
from seatrial.kit.joined import first_of_each, joined
from seatrial.kit.live import components, is_aside, live_manifests
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.monitoring_alerting import traps
from seatrial.practices.monitoring_alerting.feeding import unfed
from seatrial.practices.monitoring_alerting.promql import Tree, parse
from seatrial.practices.monitoring_alerting.receivers import configs, is_heartbeat
from seatrial.practices.monitoring_alerting.rules import (
    Alert,
    alerts,
    default_rules,
    groups,
    records,
)
from seatrial.practices.monitoring_alerting.settings import Settings
from seatrial.practices.monitoring_alerting.sources import objectives, sources, watches
from seatrial.practices.monitoring_alerting.tests_of_rules import tested

_NAMED = 3
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
    scrapers = [s for s in found if s.scrapes]
    if not found and not watches(site):
        yield fault(_where(site), "nothing measures the services: no metrics, no scraping")
    elif not scrapers and not watches(site):
        yield fault(found[0].place, f"{found[0].what}, and nothing scrapes them")
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
    place = sources(site)[0].place if sources(site) else _where(site)
    yield fault(place, "no alert rule looks at the metrics")


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
        yield fault(_alerting_place(site), "no objective (SLO) is stated for any service")


@check("monitoring-alerting/no-runbook", severity=Severity.LOW, requirement=True)
def no_runbook(site: Site[Settings]) -> Iterator[Observation]:
    """An alert does not say what to do.

    Why: whoever is woken by it at three in the morning starts from nothing.
    Fix: a `runbook_url` annotation that leads to a page of the repository.
    """
    bare = [a for a in alerts(site) if not _has_runbook(a)]
    if bare:
        total = len(alerts(site))
        text = f"{len(bare)} of {total} alerts name no runbook: {_list(bare)}"
        yield fault(bare[0].place, text)
    for alert in alerts(site):
        if _has_runbook(alert):
            text = f"alert {alert.name} names a runbook"
            yield met(alert.place, text, environments=alert.environments)
            break


def _has_runbook(alert: Alert) -> bool:
    known = is_heartbeat(alert.name, alert.expression)
    return known or any("runbook" in f"{k} {v}".lower() for k, v in alert.annotations.items())


@check("monitoring-alerting/untested-rule", severity=Severity.LOW, requirement=True)
def untested_rule(site: Site[Settings]) -> Iterator[Observation]:
    """An alert has no unit test that makes it fire.

    Why: syntax checks pass on rules that can never fire: a misspelt label, two label sets that do
    not match.
    Fix: `seatrial alerts test` writes and runs promtool tests, one that fires and one that does not.
    """
    own = [a for a in alerts(site) if a.is_prometheus]
    seen = tested(site)
    bare = [a for a in own if a.name not in seen.names]
    if bare:
        text = f"{len(bare)} of {len(own)} alerts have no unit test: {_list(bare)}"
        yield fault(bare[0].place, text)
    if own and seen.place and len(bare) < len(own):
        if seen.runs:
            yield met(seen.place, "a pipeline runs unit tests of the alert rules")
        else:
            yield fault(seen.place, "no pipeline runs the unit tests of the alert rules")


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
    place = beats[0].place if beats else _alerting_place(site)
    yield fault(place, f"there is no dead man's switch: {why}")


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
        "watches usage, which holds the cache, not the working set",
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
        text = f"no `for` damps {_list(hasty)}: one bad sample fires"
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


@check("monitoring-alerting/webhook-in-clear", severity=Severity.CRITICAL)
def webhook_in_clear(site: Site[Settings]) -> Iterator[Observation]:
    """A webhook or key of the alert channel stands in plain text.

    Why: whoever reads the repository can write into the channel, and no alert there can be trusted.
    Fix: `api_url_file` (or a Secret reference), and a new webhook: this one is known.
    """
    for config in configs(site):
        for receiver in config.receivers:
            if receiver.clear:
                yield fault(
                    receiver.clear,
                    f"the webhook or key of receiver {receiver.name} stands in plain text",
                    environments=config.environments,
                )


@check("monitoring-alerting/dead-receiver", severity=Severity.HIGH)
def dead_receiver(site: Site[Settings]) -> Iterator[Observation]:
    """A route ends in a receiver that leads nowhere.

    Why: Alertmanager takes it without a word: the alert is handled, and nobody hears of it.
    Fix: give the receiver an integration, or route to one that has it.
    """
    for config in configs(site):
        dead: dict[str, Observation] = {}
        for route in config.routes:
            receiver = config.receiver(route.receiver)
            meant = route.is_for_heartbeat or route.is_silent_by_design
            if receiver is None or receiver.integrations or (meant and config.reached):
                continue
            mild = route.is_root and bool(config.reached)
            dead.setdefault(
                receiver.name,
                fault(
                    receiver.place,
                    f"receiver {receiver.name} leads nowhere: it has no integration",
                    environments=config.environments,
                    severity=Severity.LOW if mild else None,
                    related=(route.place,),
                ),
            )
        yield from dead.values()


@check("monitoring-alerting/placeholder-receiver", severity=Severity.HIGH)
def placeholder_receiver(site: Site[Settings]) -> Iterator[Observation]:
    """A receiver's address was never filled in.

    Why: the configuration is valid and the message goes to nobody.
    Fix: the real address, from a Secret.
    """
    for config in configs(site):
        for receiver in config.receivers:
            if receiver.placeholder:
                yield fault(
                    receiver.placeholder,
                    f"receiver {receiver.name} goes to an address that is only a placeholder",
                    environments=config.environments,
                )


@check("monitoring-alerting/unreached-receiver", severity=Severity.LOW)
def unreached_receiver(site: Site[Settings]) -> Iterator[Observation]:
    """A receiver has no route, or a route has no receiver.

    Why: what was set up with care is never used, and a route to a missing receiver keeps
    Alertmanager from starting.
    Fix: name the receiver in a route, or remove it.
    """
    for config in configs(site):
        used = {r.receiver for r in config.routes}
        for receiver in config.receivers:
            if receiver.integrations and receiver.name not in used and config.routes:
                yield fault(
                    receiver.place,
                    f"no route leads to receiver {receiver.name}",
                    environments=config.environments,
                )
        for route in config.routes:
            if route.receiver and config.receivers and config.receiver(route.receiver) is None:
                yield fault(
                    route.place,
                    f"the route goes to {route.receiver}, a receiver that does not exist",
                    environments=config.environments,
                    severity=Severity.HIGH,
                )


@check("monitoring-alerting/unmatched-route", severity=Severity.MEDIUM)
def unmatched_route(site: Site[Settings]) -> Iterator[Observation]:
    """A route waits for a severity that no alert has.

    Why: usually one of the two is misspelt, and the pages go to the default receiver, or to nobody.
    Fix: the same word in the rule's labels and in the route's matcher.
    """
    if default_rules(site) or not alerts(site):
        return
    known = {a.labels.get("severity", "") for a in alerts(site)}
    for config in configs(site):
        for route in config.routes:
            wanted = dict(route.matchers).get("severity", "")
            choices = set(wanted.strip("()^$").split("|"))
            if wanted and not choices & known and ".*" not in wanted:
                yield fault(
                    route.place,
                    f"the route waits for severity {wanted}, which no alert has",
                    environments=config.environments,
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


def _alerting_place(site: Site[Settings]) -> Place:
    if alerts(site):
        return alerts(site)[0].place
    if default_rules(site):
        return default_rules(site)[0].place
    return watches(site)[0].place if watches(site) else _where(site)


def _where(site: Site[Settings]) -> Place:
    """Where a reader would begin: the cluster's add-ons, the workloads, the compose file."""
    for installed in site.repo.helm_releases:
        return installed.place
    for workload in components(site):
        return workload.place
    for compose in site.repo.compose:
        if not is_aside(compose.file.path) and "test" not in compose.file.name:
            return compose.file.place()
    for module in site.repo.terraform.roots:
        return module.place()
    for manifest in live_manifests(site):
        return manifest.place()
    for dockerfile in site.repo.dockerfiles:
        if not is_aside(dockerfile.file.path):
            return dockerfile.file.place()
    return Place(site.repo.roots[0].name, "README.md")


def _list(found: list[Alert]) -> str:
    names = list(dict.fromkeys(a.name for a in found))
    shown = ", ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown}, ..."
