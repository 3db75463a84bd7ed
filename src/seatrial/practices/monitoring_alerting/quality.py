"""What makes an alert useful at three in the morning: a runbook, and a test that it fires."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.practice import check
from seatrial.practices.monitoring_alerting.routes import is_heartbeat
from seatrial.practices.monitoring_alerting.rules import Alert, alerts, listed
from seatrial.practices.monitoring_alerting.settings import Settings
from seatrial.practices.monitoring_alerting.tests_of_rules import tested


@check("monitoring-alerting/no-runbook", severity=Severity.LOW, requirement=True)
def no_runbook(site: Site[Settings]) -> Iterator[Observation]:
    """An alert does not say what to do.

    Why: whoever is woken by it at three in the morning starts from nothing.
    Fix: a `runbook_url` annotation that leads to a page of the repository.
    """
    own = [a for a in alerts(site) if not is_heartbeat(a.name, a.expression)]
    bare = [a for a in own if not _has_runbook(a)]
    if bare:
        text = f"{len(bare)} of {len(own)} alerts name no runbook: {listed(bare)}"
        yield fault(bare[0].place, text)
    for alert in own:
        if _has_runbook(alert):
            text = f"alert {alert.name} names a runbook"
            yield met(alert.place, text, environments=alert.environments)
            break


def _has_runbook(alert: Alert) -> bool:
    return any("runbook" in f"{k} {v}".lower() for k, v in alert.annotations.items())


@check("monitoring-alerting/untested-rule", severity=Severity.LOW, requirement=True)
def untested_rule(site: Site[Settings]) -> Iterator[Observation]:
    """An alert has no unit test that makes it fire.

    Why: syntax checks pass on rules that can never fire: a misspelt label, two label sets that do
    not match.
    Fix: `seatrial alerts test` writes and runs promtool tests: one that fires, one that does not.
    """
    own = [a for a in alerts(site) if a.is_prometheus and not is_heartbeat(a.name, a.expression)]
    seen = tested(site)
    bare = [a for a in own if a.name not in seen.names]
    if bare:
        text = f"{len(bare)} of {len(own)} alerts have no unit test: {listed(bare)}"
        yield fault(bare[0].place, text)
    if own and seen.place and len(bare) < len(own):
        if seen.runs:
            yield met(seen.place, "a pipeline runs unit tests of the alert rules")
        else:
            yield fault(seen.place, "no pipeline runs the unit tests of the alert rules")
