"""What only Loki's API can show."""

from seatrial.model.fact import FactKey

STREAMS = FactKey(
    "loki.streams", "whether the logs of each workload arrive in the store", "LOKI_URL"
)
