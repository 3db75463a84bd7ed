"""How long to try, and what is worth another try."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from seatrial.model.struct import struct

if TYPE_CHECKING:
    import httpx

MOST_BYTES: Final = 16 * 1024 * 1024
LATER: Final = "try again later; githubstatus.com says whether GitHub is down"


@struct
class Patience:
    """How long to try.

    Attributes:
        answer: seconds that one answer may take.
        total: seconds that one request may take with its repetitions and waits.
        attempts: how often it is sent at most.
        pause: first pause after a fault, in seconds; it doubles each time.
    """

    answer: float = 15.0
    total: float = 90.0
    attempts: int = 5
    pause: float = 0.5


class AgainError(Exception):
    """Worth another try; `wait` is what GitHub asked for, in seconds; `sent`: it may be done."""

    def __init__(self, message: str, *, wait: float | None = None, sent: bool = False) -> None:
        super().__init__(message)
        self.wait = wait
        self.sent = sent


def content_of(answer: httpx.Response, deadline: float) -> bytes:
    """The body, as long as it is not too large and does not take too long."""
    parts: list[bytes] = []
    size = 0
    for part in answer.iter_bytes():
        size += len(part)
        if size > MOST_BYTES or time.monotonic() > deadline:
            reason = "is too large" if size > MOST_BYTES else "takes too long"
            raise AgainError(f"GitHub's answer {reason}", sent=True)
        parts.append(part)
    return b"".join(parts)


def kind_of(error: Exception) -> str:
    """What went wrong with a connection, in a few words."""
    words = {"ConnectTimeout": "no connection in time", "ReadTimeout": "no answer in time"}
    return words.get(type(error).__name__, "the connection failed")


def waiting(error: AgainError) -> str:
    """What to do after patience ended."""
    if error.wait is None:
        return LATER
    return f"wait {max(1, round(error.wait / 60))} minutes, or use a token with a limit of its own"
