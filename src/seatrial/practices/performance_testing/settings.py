"""Settings of performance-testing in `seatrial.yaml`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What this team asks of its load tests: nothing to set yet."""
