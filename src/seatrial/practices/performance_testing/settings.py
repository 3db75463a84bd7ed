"""Settings of performance-testing in `seatrial.yaml`."""

from seatrial.model.struct import struct


@struct
class Settings:
    """What this team asks of its load tests: nothing to set yet."""
