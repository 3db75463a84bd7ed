"""Settings of cost-monitoring in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """What this team asks of its cost monitoring."""

    tags: tuple[str, ...] = field(
        default=(),
        metadata={"help": "tags that every taggable resource must carry; empty takes any but Name"},
    )
