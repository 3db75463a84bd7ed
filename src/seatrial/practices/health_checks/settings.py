"""Settings of health-checks in `seatrial.yaml`."""

from seatrial.model.struct import struct


@struct
class Settings:
    """What this team asks of its health checks: nothing to set yet."""
