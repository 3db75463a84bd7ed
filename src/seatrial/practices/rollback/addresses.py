"""Where an environment says which version it serves."""

from __future__ import annotations

from seatrial.kit.planning.fronts import front_of
from seatrial.kit.platform.endpoints import all_routes
from seatrial.kit.site import Site
from seatrial.repo.kubernetes.charts import Chart

_VERSION = ("/version", "/api/version", "/api/v1/version")


def check_url(site: Site[object], chart: Chart, environment: str) -> str:
    """Address that answers with the version served; empty when nothing shows one."""
    front = front_of(site, chart, environment)
    paths = {route.path for found in all_routes(site) for route in found.routes}
    path = next((p for p in _VERSION if p in paths), "")
    if front is None or front.ingress is None or not path:
        return ""
    rules = front.ingress.node.at("spec", "rules").items()
    host = next((r.at("host").text for r in rules if r.at("host").text), "")
    scheme = "https" if front.ingress.node.at("spec", "tls").items() else "http"
    return f"{scheme}://{host}{path}" if host and "*" not in host else ""
