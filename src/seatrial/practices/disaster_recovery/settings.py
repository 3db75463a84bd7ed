"""Settings of disaster-recovery in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """What this team asks of its runbooks."""

    tested_days: int = field(
        default=90,
        metadata={
            "min": 1,
            "max": 3650,
            "unit": "days",
            "help": "age of a test after which a runbook counts as untested",
        },
    )
