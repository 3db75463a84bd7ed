"""Settings of centralized-logging in `seatrial.yaml`."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """Where logs must be collected."""

    required_in: tuple[str, ...] = field(
        default=(), metadata={"help": "tiers whose logs must be collected; empty means all"}
    )
