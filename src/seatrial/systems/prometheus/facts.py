"""What only Prometheus' API can show."""

from seatrial.model.fact import FactKey

TARGETS = FactKey(
    "prometheus.targets",
    "which targets are up and whether alerts reach a receiver",
    "PROMETHEUS_URL and ALERTMANAGER_URL",
)
