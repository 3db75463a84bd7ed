"""A plan: everything that has to change, in order, with its reasons; nothing is done yet."""

from __future__ import annotations

import enum
import hashlib
from datetime import datetime

from seatrial.model.change import RemoteChange, Risk
from seatrial.model.place import Place
from seatrial.model.struct import struct


class Action(enum.StrEnum):
    """What happens to a file."""

    CREATE = "create"
    UPDATE = "update"
    UNTRACK = "untrack"
    DELETE = "delete"

    @property
    def sign(self) -> str:
        """The sign of Terraform's legend."""
        return {"create": "+", "update": "~"}.get(self.value, "-")


@struct
class Reason:
    """Why one practice wants a change."""

    practice: str
    text: str
    risk: Risk


@struct
class FileChange:
    """One file before and after.

    Attributes:
        before: whole content now; None where there is no file.
        after: whole content afterwards; None where the file goes or is only untracked.
        base: what to remember of it (the text as generated, or the origin of an edited file),
            or None when nothing is to be remembered.
        kept: path in the repository where that is remembered.
        diff: unified diff for people, secrets masked; empty for a file that only git forgets.
    """

    repository: str
    path: str
    action: Action
    before: str | None
    after: str | None
    reasons: tuple[Reason, ...]
    base: str | None = None
    kept: str = ""
    executable: bool = False
    diff: tuple[str, ...] = ()

    @property
    def risk(self) -> Risk:
        """The highest risk of its reasons."""
        return max(reason.risk for reason in self.reasons)

    @property
    def added(self) -> int:
        """Lines that the diff adds."""
        return sum(line.startswith("+") for line in self.diff)

    @property
    def removed(self) -> int:
        """Lines that the diff takes away."""
        return sum(line.startswith("-") for line in self.diff)


@struct
class SystemChange:
    """One change of a live system."""

    change: RemoteChange
    reason: Reason


@struct
class Conflict:
    """A file that is left alone, and why."""

    repository: str
    path: str
    practice: str
    message: str
    hint: str


@struct
class Left:
    """What a person has to do or to give."""

    practice: str
    message: str
    place: Place | None
    credential: str


@struct
class Plan:
    """What `seatrial plan` shows and `seatrial apply` carries out.

    Attributes:
        practices: ids of the practices that were planned.
        shown: how the user wrote each repository's path, by its name.
        live: True when live systems were read.
    """

    tool_version: str
    at: datetime
    practices: tuple[str, ...]
    environments: tuple[str, ...]
    repositories: tuple[str, ...]
    shown: tuple[tuple[str, str], ...]
    files: tuple[FileChange, ...]
    systems: tuple[SystemChange, ...]
    conflicts: tuple[Conflict, ...]
    left: tuple[Left, ...]
    live: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing is to be done."""
        return not self.files and not self.systems

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many to add, to change, to destroy, in Terraform's words."""
        actions = [change.action for change in self.files]
        signs = [_sign(step.change) for step in self.systems]
        add = actions.count(Action.CREATE) + signs.count("+")
        change = actions.count(Action.UPDATE) + actions.count(Action.UNTRACK) + signs.count("~")
        return add, change, actions.count(Action.DELETE) + signs.count("-")

    @property
    def digest(self) -> str:
        """SHA-256 over what is before and after; two plans with one digest do the same."""
        total = hashlib.sha256()
        for change in self.files:
            parts = (change.repository, change.path, change.action, change.before, change.after)
            for part in (*parts, change.base, str(change.executable)):
                data = b"-" if part is None else part.encode("utf-8", "surrogateescape")
                total.update(hashlib.sha256(data).digest())
        for step in self.systems:
            total.update(repr((step.change.target, step.change.lines())).encode())
        return total.hexdigest()


def _sign(change: RemoteChange) -> str:
    signs = {sign for sign, _ in change.lines()}
    return signs.pop() if len(signs) == 1 else "~"
