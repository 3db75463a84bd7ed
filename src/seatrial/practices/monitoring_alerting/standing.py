"""What the team's own rules cover already, so that a plan adds only what is missing."""

from __future__ import annotations

from seatrial.kit.planning.rules import RUNBOOK
from seatrial.kit.site import Site, once
from seatrial.model.struct import struct
from seatrial.practices.monitoring_alerting.hosted import objectives
from seatrial.practices.monitoring_alerting.routes import is_heartbeat
from seatrial.practices.monitoring_alerting.rules import Alert, alerts, default_rules, records

_BUDGET = ("slo", "burn", "error_budget", "errorbudget")
_PODS = ("kube_pod_", "container_memory", "kube_deployment_")


@struct
class Covered:
    """Which kinds of rules people have written.

    Attributes:
        slos: objectives are stated.
        pods: crash loops, memory or replicas are watched.
        watchdog: an alert always fires.
        delivery: Argo CD's or Flagger's metrics are watched.
        certificates: their end is watched.
        itself: the monitoring watches itself.
    """

    slos: bool
    pods: bool
    watchdog: bool
    delivery: bool
    certificates: bool
    itself: bool


@once
def covered(site: Site[object]) -> Covered:
    """Look at the rules of the team; those of a plan carry the runbook that the plan writes."""
    own = [a for a in alerts(site) if not is_planned(a)]
    texts = [f"{a.name} {a.expression}".lower() for a in own]
    stack = bool(default_rules(site))
    recorded = [r.name.lower() for r in records(site) if not r.name.startswith("slo:")]
    return Covered(
        slos=any(True for _ in objectives(site))
        or any(word in text for text in (*texts, *recorded) for word in _BUDGET),
        pods=stack or any(word in text for text in texts for word in _PODS),
        watchdog=stack or any(is_heartbeat(a.name, a.expression) for a in own),
        delivery=any(word in text for text in texts for word in ("argocd_", "flagger_")),
        certificates=any("expir" in text or "certificate" in text for text in texts),
        itself=stack,
    )


def is_planned(alert: Alert) -> bool:
    """True for an alert that a plan wrote into a file of the team's."""
    return any(f"{RUNBOOK}#" in value for value in alert.annotations.values())
