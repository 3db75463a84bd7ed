"""Settings of multi-region in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """Which environments must survive the loss of a region."""

    required_in: tuple[str, ...] = field(
        default=("production",),
        metadata={"help": "tiers that must run in two regions"},
    )
    max_ttl_seconds: int = field(
        default=300,
        metadata={"min": 10, "max": 3600, "unit": "seconds",
                  "help": "longest time to live of a DNS record that fails over"},
    )  # fmt: skip
