"""Settings of developer-experience in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """What this team asks of its tools."""

    previews: bool = field(
        default=True,
        metadata={"help": "whether every pull request should get a preview"},
    )
