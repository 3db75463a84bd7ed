"""Settings of rollback in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """What this team asks of its way back."""

    required_in: tuple[str, ...] = field(
        default=("staging", "production"),
        metadata={"help": "tiers in which a failed release must come back by itself"},
    )
