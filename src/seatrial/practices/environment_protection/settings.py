"""Settings of environment-protection in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """What this team asks of its environments."""

    required_in: tuple[str, ...] = field(
        default=("staging", "production", "other"),
        metadata={"help": "tiers whose releases must be bound to a GitHub environment"},
    )
    reviewers: int = field(
        default=2,
        metadata={"min": 1, "max": 6, "help": "listed reviewers of production (GitHub takes six)"},
    )
    wait_minutes: int = field(
        default=5,
        metadata={"min": 0, "max": 43200, "unit": "minutes", "help": "wait timer of production"},
    )
