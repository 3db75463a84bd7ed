"""Settings of health-checks in `seatrial.yaml`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What this team asks of its health checks: nothing to set yet."""
