"""Settings of infrastructure-as-code in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """What this team counts as a change by hand."""

    documents: bool = field(
        default=True,
        metadata={"help": "name commands in documents that change a system by hand"},
    )
