"""Controllers that deliver and tell nobody when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.installs import Install, installs
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.platform.spots import deliveries
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.monitoring_alerting.rules import alerts
from seatrial.practices.monitoring_alerting.settings import Settings

_RELATED: Final = 6


@check("monitoring-alerting/silent-delivery", severity=Severity.MEDIUM)
def silent_delivery(site: Site[Settings]) -> Iterator[Observation]:
    """A controller delivers, and nobody hears when it fails.

    Why: a reconciliation that has failed for a week looks like one that has nothing to do; a canary
    that was withdrawn looks like one that was never started.
    Fix: a `Provider` and an `Alert` of Flux, an `AlertProvider` of Flagger, subscriptions of Argo
    CD's notifications; or alert rules on the controllers' metrics.
    """
    yield from _flagger(site)
    yield from _flux(site)
    yield from _argo(site)


def _kinds(site: Site[object]) -> set[str]:
    return {m.kind for m in live_manifests(site)}


def _watched(site: Site[object], prefix: str) -> bool:
    return any(prefix in alert.expression for alert in alerts(site))


def _flagger(site: Site[object]) -> Iterator[Observation]:
    if "AlertProvider" in _kinds(site) or _watched(site, "flagger_"):
        return
    for install in installs(site):
        told = any(install.get(*p) for p in (("slack", "url"), ("msteams", "url"), ("webhook",)))
        if install.chart == "flagger" and not told:
            text = "Flagger has no alert provider: a canary that fails is withdrawn in silence"
            place = _values(install)
            yield fault(place, text, environments=install.environments)


def _values(install: Install) -> Place:
    """Where its values begin, or the install itself."""
    return install.layers[-1].place() if install.layers else install.place


def _flux(site: Site[object]) -> Iterator[Observation]:
    applied = deliveries(site)
    told = {
        m.kind for m in live_manifests(site) if "notification.toolkit.fluxcd.io" in m.api_version
    }
    if applied and "Alert" not in told and not _watched(site, "gotk_"):
        text = "no notification Provider and Alert: a reconciliation that fails tells nobody"
        yield fault(applied[0], text, related=applied[1:_RELATED])


def _argo(site: Site[object]) -> Iterator[Observation]:
    argo = next((i for i in installs(site) if i.chart == "argo-cd"), None)
    if argo is None or _watched(site, "argocd_"):
        return
    subscribed = any(
        key.startswith("notifications.argoproj.io/subscribe")
        for m in live_manifests(site)
        for key in m.annotations
    )
    central = argo.get("notifications", "subscriptions") or any(
        m.name == "argocd-notifications-cm" for m in live_manifests(site)
    )
    if not subscribed and not central:
        text = "Argo CD notifies nobody: a sync that fails stays unseen"
        yield fault(argo.place, text, environments=argo.environments)
