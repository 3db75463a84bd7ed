"""Settings of performance-testing in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """What this team asks of its load tests."""

    rate: int = field(
        default=20, metadata={"help": "requests that the load test starts each second"}
    )
    availability: float = field(
        default=99.5, metadata={"help": "share of its requests that must not fail, in percent"}
    )
    latency: float = field(
        default=95.0,
        metadata={"help": "share of its requests that must be fast enough, in percent"},
    )
    latency_seconds: float = field(
        default=0.5, metadata={"help": "what fast enough is, in seconds"}
    )
