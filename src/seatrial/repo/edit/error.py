"""Why an edit was refused; the file stays as it was."""

from seatrial.model.errors import SeatrialError


class EditError(SeatrialError):
    """An edit that cannot be made without guessing or without breaking the file."""


class Refusal(Exception):  # noqa: N818 - it becomes an `EditError` once the path is known
    """Raised inside an edit, where the path is not known.

    Attributes:
        at: index of the character in question, or -1.
        hint: what to do, one sentence.
    """

    def __init__(self, message: str, *, at: int = -1, hint: str = "") -> None:
        """Keep the sentence, the index and the hint."""
        super().__init__(message)
        self.at = at
        self.hint = hint


class Gone(Refusal):
    """An item on the way is not there: another edit took it away, and nothing is left to do."""
