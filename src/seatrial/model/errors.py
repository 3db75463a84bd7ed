"""What can go wrong, as types: each error has an exit code and a hint for its reader."""

from pathlib import PurePath


class SeatrialError(Exception):
    """Base of all errors that are meant for the user.

    Attributes:
        exit_code: what the process returns (see the exit codes in the README).
        hint: what to do next, one sentence.
        place: `file:line` where the fault stands, or an empty string.
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "", place: str = "") -> None:
        """Keep the sentence, the hint and the place."""
        super().__init__(message)
        self.hint = hint
        self.place = place


class UsageError(SeatrialError):
    """The command line names something that does not exist or cannot be combined."""


class SpecError(SeatrialError):
    """`seatrial.yaml` (or a fleet or baseline file) is wrong at a place."""


class NotReadableError(SeatrialError):
    """A folder or file that the user named cannot be read."""

    def __init__(self, path: str | PurePath, reason: str, *, hint: str = "") -> None:
        """Say which path and why."""
        super().__init__(f"{path}: {reason}", hint=hint)


class CouldNotTellError(SeatrialError):
    """The answer needs something that is not to be had here (credential, network, component)."""

    exit_code = 3
