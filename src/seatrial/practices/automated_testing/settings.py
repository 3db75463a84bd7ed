"""Settings of automated-testing in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """What this team asks of its tests."""

    coverage_floor: bool = field(
        default=True,
        metadata={"help": "application code must have a coverage floor"},
    )
