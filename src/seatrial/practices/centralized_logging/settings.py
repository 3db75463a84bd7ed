"""Settings of centralized-logging in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """Where logs must be collected."""

    required_in: tuple[str, ...] = field(
        default=(), metadata={"help": "tiers whose logs must be collected; empty means all"}
    )
