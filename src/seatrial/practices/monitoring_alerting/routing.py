"""Traps of receivers and routes: where alerts get lost on their way to people."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.practices.monitoring_alerting.receivers import configs
from seatrial.practices.monitoring_alerting.rules import alerts, default_rules
from seatrial.practices.monitoring_alerting.settings import Settings


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
