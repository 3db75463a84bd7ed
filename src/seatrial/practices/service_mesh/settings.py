"""Settings of service-mesh in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """Where a mesh is asked for."""

    required_in: tuple[str, ...] = field(
        default=(), metadata={"help": "tiers that need a mesh; empty means all"}
    )
    components: int = field(
        default=2,
        metadata={"min": 2, "max": 100, "help": "workloads from which on a mesh is asked for"},
    )
