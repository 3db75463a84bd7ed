"""Faults that a plan does not mend: rules and receivers that people wrote, hosted services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addons import way
from seatrial.kit.planning.composed import running
from seatrial.kit.planning.prometheus import prometheus
from seatrial.kit.site import Site
from seatrial.model.change import Leave
from seatrial.model.finding import Outcome
from seatrial.model.practice import Check
from seatrial.practices.monitoring_alerting import alarms, audit, grafana, quality, routing, topics
from seatrial.practices.monitoring_alerting.hosted import watches
from seatrial.practices.monitoring_alerting.settings import Settings
from seatrial.practices.monitoring_alerting.sources import sources

_Check = Check[Site[Settings]]
_WRITTEN: Final[tuple[_Check, ...]] = (
    alarms.absolute_rate,
    alarms.single_restart,
    alarms.unguarded_limit,
    alarms.not_the_working_set,
    alarms.no_for,
    alarms.unfed_alert,
    grafana.anonymous_admin,
    grafana.impossible_threshold,
    grafana.silent_on_error,
    routing.webhook_in_clear,
    routing.placeholder_receiver,
    routing.unreached_receiver,
    topics.unread_topic,
    quality.no_runbook,
    quality.untested_rule,
)
_WHOLE: Final[tuple[_Check, ...]] = (
    audit.not_scraped,
    audit.no_rules,
    audit.no_receiver,
    audit.no_objective,
    audit.no_dead_mans_switch,
    audit.silent_delivery,
    routing.dead_receiver,
)


def leftovers(site: Site[Settings]) -> Iterator[Leave]:
    """Yield what people have to change themselves."""
    ours = prometheus(site).install or ((way(site) or running(site)) and not watches(site))
    ours = ours and not (running(site) and any(s.scrapes for s in sources(site)))
    for check in (*_WRITTEN, *(() if ours else _WHOLE)):
        for seen in check.look(site):
            if seen.outcome is Outcome.FAULT:
                yield Leave(seen.message, seen.place)
