"""Settings of remote-state in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """What this team asks of its state."""

    lock_file: bool = field(
        default=True,
        metadata={"help": "ask for a committed .terraform.lock.hcl beside every root module"},
    )
