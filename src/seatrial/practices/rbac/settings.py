"""Settings of rbac in `seatrial.yaml`."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """Where and how strictly rights are looked at."""

    required_in: tuple[str, ...] = field(
        default=(), metadata={"help": "tiers that need least privilege; empty means all"}
    )
    delivery_identities: tuple[str, ...] = field(
        default=(),
        metadata={"help": "names of ServiceAccounts, users or groups that install the charts"},
    )
