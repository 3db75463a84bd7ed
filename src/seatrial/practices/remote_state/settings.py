"""Settings of remote-state in `seatrial.yaml`."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """What this team asks of its state."""

    lock_file: bool = field(
        default=True,
        metadata={"help": "ask for a committed .terraform.lock.hcl beside every root module"},
    )
