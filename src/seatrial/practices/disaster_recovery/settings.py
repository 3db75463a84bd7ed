"""Settings of disaster-recovery in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """What this team asks of its runbooks."""

    owner: str = field(
        default="",
        metadata={"help": "who answers for the runbooks; empty: as CODEOWNERS says"},
    )
    rto_minutes: int = field(
        default=60,
        metadata={"min": 1, "max": 43200, "unit": "minutes", "help": "how long it may take"},
    )
    rpo_minutes: int = field(
        default=60,
        metadata={"min": 0, "max": 43200, "unit": "minutes", "help": "how much may be lost"},
    )
    tested_days: int = field(
        default=90,
        metadata={
            "min": 1,
            "max": 3650,
            "unit": "days",
            "help": "age of a test after which a runbook counts as untested",
        },
    )
