"""Faults of seatrial itself: kept from spoiling an audit, and never hidden."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TypeVar

from seatrial.model.finding import Observation, Reach, unknown

T = TypeVar("T")
REPORT = "please report it with the output of --debug"


@dataclass
class Mishaps:
    """Collects what went wrong inside.

    Attributes:
        debug: raise instead of going on.
        notices: one line for each, for the report.
    """

    debug: bool = False
    notices: list[str] = field(default_factory=list)

    def unknown(self, what: str, error: Exception) -> Observation:
        """Turn an exception into an unknown; its text stays out, it may quote a secret.

        Raises:
            Exception: the given error, with `debug`.
        """
        if self.debug:
            raise error
        message = f"internal error in {what} ({type(error).__name__} at {_where(error)})"
        self.notices.append(f"{message}; {REPORT}")
        return unknown(message, reach=Reach.BROKEN, credential="a seatrial without this fault")

    def shielded(self, what: str, look: Callable[[], T], otherwise: T) -> T:
        """Call a function; when it fails, note that and go on with another value."""
        try:
            return look()
        except Exception as error:  # noqa: BLE001 (any fault of ours must leave the rest standing)
            self.unknown(what, error)
            return otherwise


def _where(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return "an unknown place"
    ours = [f for f in frames if "seatrial" in f.filename] or frames
    return f"{'/'.join(PurePath(ours[-1].filename).parts[-2:])}:{ours[-1].lineno}"
