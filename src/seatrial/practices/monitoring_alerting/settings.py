"""Settings of monitoring-alerting in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """Where monitoring is asked for, the objectives, and what is fed from outside."""

    required_in: tuple[str, ...] = field(
        default=(), metadata={"help": "tiers that must be monitored; empty means all"}
    )
    foreign_metrics: tuple[str, ...] = field(
        default=(),
        metadata={"help": "beginnings of metric names that something outside exposes"},
    )
    availability: float = field(
        default=99.5,
        metadata={"help": "share of requests in 30 days that must not fail, in percent"},
    )
    latency: float = field(
        default=95.0,
        metadata={"help": "share of requests in 30 days that must be fast enough, in percent"},
    )
    latency_seconds: float = field(
        default=0.5,
        metadata={"help": "what fast enough is, in seconds; must be a bound of the histogram"},
    )
