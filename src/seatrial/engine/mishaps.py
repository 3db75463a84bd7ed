"""Faults of seatrial itself: kept from spoiling an audit, and never hidden."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import TypeVar

from seatrial.model.finding import Observation, Reach, unknown
from seatrial.model.struct import field, struct

T = TypeVar("T")
REPORT = "please report it with the output of --debug"


@struct(frozen=False)
class Mishaps:
    """Collects what went wrong inside.

    Attributes:
        debug: raise instead of going on.
    """

    debug: bool = False
    _by_cause: dict[str, list[str]] = field(default_factory=dict)

    def unknown(self, what: str, error: Exception) -> Observation:
        """Turn an exception into an unknown; its text stays out, it may quote a secret.

        Raises:
            Exception: the given error, with `debug`.
        """
        if self.debug:
            raise error
        cause = f"{type(error).__name__} at {where(error)}"
        self._by_cause.setdefault(cause, []).append(what)
        message = f"internal error in {what} ({cause})"
        return unknown(message, reach=Reach.BROKEN, credential="a seatrial without this fault")

    def notices(self) -> tuple[str, ...]:
        """One line for each cause, for the report."""
        return tuple(
            f"internal error in {what[0]}"
            + (f" and {len(what) - 1} more" if len(what) > 1 else "")
            + f" ({cause}); {REPORT}"
            for cause, what in self._by_cause.items()
        )

    def shielded(self, what: str, look: Callable[[], T], otherwise: T) -> T:
        """Call a function; when it fails, note that and go on with another value."""
        try:
            return look()
        except Exception as error:  # noqa: BLE001 (any fault of ours must leave the rest standing)
            self.unknown(what, error)
            return otherwise


def where(error: Exception) -> str:
    """The innermost place in our own code, as `folder/file.py:line`."""
    place = "an unknown place"
    import traceback

    for frame, line in traceback.walk_tb(error.__traceback__):
        if str(frame.f_globals.get("__name__")).partition(".")[0] == "seatrial":
            place = f"{'/'.join(PurePath(frame.f_code.co_filename).parts[-2:])}:{line}"
    return place
