"""All rules that a site gets, from its objectives and from what exposes metrics there."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.prometheus import prometheus
from seatrial.kit.planning.rules import Record, Rule, Series
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
from seatrial.practices.monitoring_alerting.services import dialect, measured
from seatrial.practices.monitoring_alerting.settings import Settings

_DAY = 24


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
    """Yield the rule files: objectives of the services, then the platform."""
    words = dialect(site)
    quiet: list[Series] = []
    groups: list[tuple[str, tuple[Rule | Record, ...]]] = []
    for service in measured(site) if words else ():
        rules: list[Rule | Record] = []
        for objective in objectives(site) if words else ():
            if words:
                groups.append(
                    (
                        f"slo-records-{service.name}-{objective.slo}",
                        tuple(records(service, objective, words)),
                    )
                )
                rules += alerts(service, objective, words)
                quiet += healthy(service, objective, words, _DAY)
        quiet.append(Series(f'up{{job="{service.name}",namespace="shop"}}', f"1x{_DAY * 60 + 5}"))
        groups.append((f"slo-{service.name}", (*rules, *gone(service))))
    if groups:
        groups.insert(
            len([g for g in groups if "records" in g[0]]), ("slo-ratios", tuple(ratios()))
        )
        groups.sort(key=lambda g: (g[0] == "slo-ratios") + 2 * (not g[0].startswith("slo-r")))
        yield RuleSet("slo", tuple(groups), tuple(quiet))
    platform: list[tuple[str, tuple[Rule | Record, ...]]] = []
    if not _brings_its_own(site):
        platform += [("pods", tuple(of_pods())), ("cluster", tuple(of_cluster()))]
    platform += [("controllers", tuple(of_controllers(site))), ("watchdog", (watchdog(),))]
    yield RuleSet("platform", tuple(platform))


def _brings_its_own(site: Site[Settings]) -> bool:
    """True where kube-state-metrics, which these rules read, is switched off."""
    install = prometheus(site).install
    return install is not None and install.is_off("kube-state-metrics", "enabled")
