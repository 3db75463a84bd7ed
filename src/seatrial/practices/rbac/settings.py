"""Settings of rbac in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """Where and how strictly rights are looked at."""

    required_in: tuple[str, ...] = field(
        default=(), metadata={"help": "tiers that need least privilege; empty means all"}
    )
    delivery_identities: tuple[str, ...] = field(
        default=(),
        metadata={"help": "names of ServiceAccounts, users or groups that install the charts"},
    )
