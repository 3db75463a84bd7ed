"""Settings of database-backups in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """What this team asks of its backups."""

    required_in: tuple[str, ...] = field(
        default=("staging", "production", "other"),
        metadata={"help": "tiers whose databases must be backed up"},
    )
    retention_days: int = field(
        default=7,
        metadata={
            "min": 1,
            "max": 3650,
            "unit": "days",
            "help": "shortest retention of a managed backup",
        },
    )
    rpo_minutes: int = field(
        default=60,
        metadata={
            "min": 5,
            "max": 43200,
            "unit": "minutes",
            "help": "how much may be lost; dumps are taken twice as often",
        },
    )
    keep_days: int = field(
        default=30,
        metadata={
            "min": 7,
            "max": 3650,
            "unit": "days",
            "help": "how long a dump of each day is kept; one a month is kept for a year",
        },
    )
