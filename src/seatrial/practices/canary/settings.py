"""Settings of canary in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """What this team asks of its canaries."""

    required_in: tuple[str, ...] = field(
        default=("production",),
        metadata={"help": "tiers in which a new version meets a little traffic first"},
    )
    first_step: int = field(
        default=25,
        metadata={
            "min": 1,
            "max": 50,
            "unit": "percent",
            "help": "largest share of traffic that the first step may send to the new version",
        },
    )
