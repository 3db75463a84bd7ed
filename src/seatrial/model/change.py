"""What has to change, as data: what a practice asks for, and what the plan makes of it."""

from __future__ import annotations

import enum
from typing import Protocol, runtime_checkable

from seatrial.model.edit import FileEdit
from seatrial.model.place import Place
from seatrial.model.struct import struct


class Risk(enum.IntEnum):
    """What a change can do to what runs."""

    LOW = 1
    """Adds something that nothing depends on yet."""
    MEDIUM = 2
    """Changes how something that runs is built, delivered or seen."""
    HIGH = 3
    """Can stop a delivery, lock somebody out or lose something if its reason is wrong."""


@struct
class Generate:
    """A file that seatrial writes whole and keeps: merged three ways when a person changed it.

    Attributes:
        repository: name of the root that shall hold it.
        path: path in the repository, forward slashes.
        text: whole content, ending with a line end.
        reason: why, one sentence for the person who reads the plan.
        executable: True for a script.
    """

    repository: str
    path: str
    text: str
    reason: str
    risk: Risk = Risk.LOW
    executable: bool = False


@struct
class Edit:
    """Edits of a file that people own. A file that is missing starts empty.

    Attributes:
        edits: carried out in this order.
    """

    repository: str
    path: str
    edits: tuple[FileEdit, ...]
    reason: str
    risk: Risk = Risk.LOW


@struct
class Untrack:
    """Git shall no longer track a file; the file itself stays where it is."""

    repository: str
    path: str
    reason: str
    risk: Risk = Risk.HIGH


@struct
class Remove:
    """A file shall be gone; carried out only with `--allow-delete`."""

    repository: str
    path: str
    reason: str
    risk: Risk = Risk.HIGH


@runtime_checkable
class RemoteChange(Protocol):
    """A change of a live system; `systems/<name>/changes.py` holds the kinds.

    Attributes:
        system: folder of the system that carries it out (`github`).
        target: the thing that changes, as its users name it (`example-org/shop environment dev`).
    """

    @property
    def system(self) -> str: ...  # noqa: D102 (described above)
    @property
    def target(self) -> str: ...  # noqa: D102 (described above)

    def lines(self) -> tuple[tuple[str, str], ...]:
        """What differs, each with its sign (`+`, `~`, `-`), for the plan; never a secret."""
        ...


@struct
class Call:
    """A change of a live system."""

    change: RemoteChange
    reason: str
    risk: Risk = Risk.MEDIUM


@struct
class Leave:
    """Something that no plan can decide: said plainly, and still counted by the audit.

    Attributes:
        message: what a person has to do or to give, one sentence.
        credential: what would let seatrial do it, or empty.
    """

    message: str
    place: Place | None = None
    credential: str = ""


Wish = Generate | Edit | Untrack | Remove | Call | Leave
"""What `plan(site)` of a practice yields."""
