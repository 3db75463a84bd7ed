"""Settings of secret-rotation in `seatrial.yaml`."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """How old credentials may become."""

    token_days: int = field(
        default=90, metadata={"min": 1, "max": 3650, "unit": "days", "help": "age of API tokens"}
    )
    database_days: int = field(
        default=180,
        metadata={"min": 1, "max": 3650, "unit": "days", "help": "age of database passwords"},
    )
    kubeconfig_days: int = field(
        default=90, metadata={"min": 1, "max": 3650, "unit": "days", "help": "age of kubeconfigs"}
    )
