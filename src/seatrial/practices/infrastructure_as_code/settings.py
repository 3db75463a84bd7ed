"""Settings of infrastructure-as-code in `seatrial.yaml`."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """What this team counts as a change by hand."""

    documents: bool = field(
        default=True,
        metadata={"help": "name commands in documents that change a system by hand"},
    )
