"""Settings of cost-monitoring in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """What this team asks of its cost monitoring."""

    tags: tuple[str, ...] = field(
        default=(),
        metadata={"help": "tags that every taggable resource must carry; empty takes any but Name"},
    )
    monthly_budget: int = field(
        default=0,
        metadata={
            "help": "what an environment may cost in a month; 0 takes a quarter above the estimate",
            "unit": "USD",
            "min": 0,
        },
    )
