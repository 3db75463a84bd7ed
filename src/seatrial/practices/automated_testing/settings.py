"""Settings of automated-testing in `seatrial.yaml`."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """What this team asks of its tests."""

    coverage_floor: bool = field(
        default=True,
        metadata={"help": "application code must have a coverage floor"},
    )
