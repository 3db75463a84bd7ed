"""Settings of rollback in `seatrial.yaml`."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """What this team asks of its way back."""

    required_in: tuple[str, ...] = field(
        default=("staging", "production"),
        metadata={"help": "tiers in which a failed release must come back by itself"},
    )
