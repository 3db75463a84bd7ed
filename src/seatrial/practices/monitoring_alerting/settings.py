"""Settings of monitoring-alerting in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """Where monitoring is asked for, and what is fed from outside of these repositories."""

    required_in: tuple[str, ...] = field(
        default=(), metadata={"help": "tiers that must be monitored; empty means all"}
    )
    foreign_metrics: tuple[str, ...] = field(
        default=(),
        metadata={"help": "beginnings of metric names that something outside exposes"},
    )
