"""Flux tells Alertmanager when a reconciliation fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addonobjects import beside
from seatrial.kit.planning.addons import way
from seatrial.kit.planning.prometheus import prometheus
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.platform.spots import deliveries
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate


def deliverers(site: Site[object]) -> Iterator[Generate | Edit]:
    """Yield a Provider and an Alert where Flux delivers and tells nobody."""
    told = [m for m in live_manifests(site) if "notification.toolkit.fluxcd.io" in m.api_version]
    found = way(site)
    if not deliveries(site) or told or found is None or found.model is None:
        return
    seen = prometheus(site)
    name = "alertmanager-operated" if seen.has_operator else f"{seen.release}-alertmanager"
    text = _TEXT.format(url=f"http://{name}.{seen.namespace}.svc:9093/api/v2/alerts/")
    yield from beside(
        found.model, "flux-alerts", text, "a reconciliation that fails reaches people"
    )


_TEXT: Final = """\
apiVersion: notification.toolkit.fluxcd.io/v1beta3
kind: Provider
metadata:
  name: alertmanager
  namespace: flux-system
spec:
  type: alertmanager
  address: {url}
---
apiVersion: notification.toolkit.fluxcd.io/v1beta3
kind: Alert
metadata:
  name: failures
  namespace: flux-system
spec:
  providerRef:
    name: alertmanager
  eventSeverity: error
  eventSources:
    - kind: Kustomization
      name: '*'
    - kind: HelmRelease
      name: '*'
"""
