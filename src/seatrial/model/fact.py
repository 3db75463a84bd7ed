"""Facts of live systems: keys that practices declare, and what came back."""

from datetime import datetime

from seatrial.model.struct import struct


@struct
class FactKey:
    """Names one thing that only a live system can show.

    Attributes:
        name: `<system>.<thing>`, for example `github.environments`.
        shows: what it would show, as the end of the sentence "cannot see ...".
        credential: what the user must give so that it can be read.
    """

    name: str
    shows: str
    credential: str


@struct
class Known:
    """A fact that was read, as plain data, with the time of reading."""

    value: object
    at: datetime


@struct
class Missing:
    """A fact that could not be read, and why."""

    reason: str


Fact = Known | Missing


@struct
class Facts:
    """The frozen set of facts of one run."""

    entries: dict[str, Fact]

    def get(self, key: FactKey) -> Fact:
        """Return the fact, or `Missing` with the credential that would show it."""
        return self.entries.get(key.name, Missing(f"not read; needs {key.credential}"))
