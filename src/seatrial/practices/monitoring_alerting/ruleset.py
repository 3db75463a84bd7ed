"""All rules that a site gets, from its objectives and from what exposes metrics there."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.prometheus import prometheus
from seatrial.kit.planning.rules import Record, Rule, Series
from seatrial.kit.platform.cluster import has_cluster
from seatrial.kit.site import Site
from seatrial.model.struct import struct
from seatrial.practices.monitoring_alerting.burnrates import (
    Objective,
    alerts,
    healthy,
    ratios,
    records,
)
from seatrial.practices.monitoring_alerting.controllers import of_controllers
from seatrial.practices.monitoring_alerting.presence import gone, of_cluster, of_pods, watchdog
from seatrial.practices.monitoring_alerting.services import Dialect, dialect, measured
from seatrial.practices.monitoring_alerting.settings import Settings
from seatrial.practices.monitoring_alerting.standing import covered
from seatrial.practices.monitoring_alerting.uptimes import alerts as uptime_alerts
from seatrial.practices.monitoring_alerting.uptimes import deployments
from seatrial.practices.monitoring_alerting.uptimes import records as uptime_records

_DAY = 24
_Group = tuple[str, tuple[Rule | Record, ...]]


@struct
class RuleSet:
    """Rules of one file.

    Attributes:
        groups: name of the group and its rules, in order.
        quiet: series of a healthy day, for the test that nothing fires; empty for no such test.
    """

    name: str
    groups: tuple[tuple[str, tuple[Rule | Record, ...]], ...]
    quiet: tuple[Series, ...] = ()

    @property
    def alerts(self) -> tuple[Rule, ...]:
        """Its alerts."""
        return tuple(r for _, rules in self.groups for r in rules if isinstance(r, Rule))


def objectives(site: Site[Settings]) -> tuple[Objective, ...]:
    """What every service promises."""
    words, wanted = dialect(site), site.settings
    found = [Objective("availability", wanted.availability)]
    if words and words.seconds:
        found.append(Objective("latency", wanted.latency, f"{wanted.latency_seconds:g}"))
    return tuple(found)


def rule_sets(site: Site[Settings]) -> Iterator[RuleSet]:
    """Yield the rule files that are missing: objectives, then the platform."""
    slos = _objectives(site)
    if slos.groups:
        yield slos
    seen = covered(site)
    platform: list[_Group] = []
    if not seen.pods and has_cluster(site) and not _is_blind(site):
        platform += [("pods", tuple(of_pods())), ("cluster", tuple(of_cluster()))]
    controllers = tuple(of_controllers(site, seen))
    platform += [("controllers", controllers)] if controllers else []
    platform += [] if seen.watchdog else [("watchdog", (watchdog(),))]
    if platform:
        yield RuleSet("platform", tuple(platform))


def _objectives(site: Site[Settings]) -> RuleSet:
    if covered(site).slos:
        return RuleSet("slo", ())
    words = dialect(site)
    if words and measured(site):
        return _of_requests(site, words)
    names = deployments(site)
    if not names or _is_blind(site):
        return RuleSet("slo", ())
    objective = Objective("uptime", site.settings.availability)
    rules: tuple[Rule | Record, ...] = (*uptime_records(), *uptime_alerts(names, objective))
    return RuleSet("slo", (("slo-uptime", rules),))


def _of_requests(site: Site[Settings], words: Dialect) -> RuleSet:
    recorded: list[_Group] = []
    alerting: list[_Group] = []
    quiet: list[Series] = []
    for service in measured(site):
        rules: list[Rule] = []
        for objective in objectives(site):
            name = f"slo-records-{service.name}-{objective.slo}"
            recorded.append((name, tuple(records(service, objective, words))))
            rules += alerts(service, objective, words)
            quiet += healthy(service, objective, words, _DAY)
        up = f'up{{job="{service.name}",namespace="shop"}}'
        quiet.append(Series(up, f"1x{_DAY * 60 + 5}"))
        alerting.append((f"slo-{service.name}", (*rules, *gone(service))))
    groups = (*recorded, ("slo-ratios", tuple(ratios())), *alerting)
    return RuleSet("slo", groups, tuple(quiet))


def _is_blind(site: Site[Settings]) -> bool:
    """True where kube-state-metrics, which these rules read, is switched off."""
    install = prometheus(site).install
    return install is not None and install.is_off("kube-state-metrics", "enabled")
