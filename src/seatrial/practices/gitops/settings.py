"""Settings of gitops in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """What this team asks of its delivery from git."""

    required_in: tuple[str, ...] = field(
        default=("dev", "staging", "production", "other"),
        metadata={"help": "tiers that a controller must deliver from git"},
    )
    direct_in: tuple[str, ...] = field(
        default=("dev",),
        metadata={"help": "tiers whose new versions a pipeline may commit without a pull request"},
    )
