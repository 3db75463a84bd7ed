"""Settings of developer-experience in `seatrial.yaml`."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """What this team asks of its tools."""

    previews: bool = field(
        default=True,
        metadata={"help": "whether every pull request should get a preview"},
    )
