"""What GitHub can answer instead of what was asked, one clear sentence each, never with a token."""

from __future__ import annotations

from seatrial.model.errors import CouldNotTellError, SeatrialError


class RefusedError(SeatrialError):
    """GitHub says no: the message names what it refused and why.

    Attributes:
        status: HTTP status; 0 where seatrial itself saw that it cannot be.
        plan: True when the owner's plan is the reason.
    """

    exit_code = 1

    def __init__(
        self, message: str, *, hint: str = "", status: int = 0, plan: bool = False
    ) -> None:
        """Keep the sentence, the hint and the kind."""
        super().__init__(message, hint=hint)
        self.status = status
        self.plan = plan


class ChangedError(RefusedError):
    """Somebody changed the thing since the plan was made; it is left as it is."""

    exit_code = 4


class UnreachableError(CouldNotTellError):
    """GitHub did not answer in time, or asks to come back later."""


class UncertainError(UnreachableError):
    """A request that must not be repeated blindly was cut: it may have been carried out."""
