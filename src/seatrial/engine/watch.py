"""What the engine tells while it works; the caller decides what to show."""

from __future__ import annotations

from typing import Protocol

from seatrial.model.errors import SeatrialError


class Watcher(Protocol):
    """Somebody who watches a verb at work."""

    def step(self, done: int, total: int, what: str) -> None:
        """Hear that `done` of `total` parts are finished and what comes next."""

    def complain(self, error: SeatrialError) -> None:
        """Hear of a part that was left out; the rest goes on."""


class Silent:
    """Watches and says nothing; keeps the complaints.

    Attributes:
        errors: parts that were left out.
    """

    def __init__(self) -> None:
        """Start with no complaint."""
        self.errors: list[SeatrialError] = []

    def step(self, done: int, total: int, what: str) -> None:
        """Say nothing."""

    def complain(self, error: SeatrialError) -> None:
        """Keep the complaint."""
        self.errors.append(error)
