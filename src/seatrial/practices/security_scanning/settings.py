"""Settings of security-scanning in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """What this team asks of its scans."""

    pin_official_actions: bool = field(
        default=True,
        metadata={"help": "also name actions of GitHub itself that are referenced by a tag"},
    )
    trusted_owners: tuple[str, ...] = field(
        default=(),
        metadata={"help": "owners whose actions may be referenced by a tag (the team's own)"},
    )
