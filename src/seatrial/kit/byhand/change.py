"""A change by hand: what a command does past the code, and what would stand in git instead."""

from __future__ import annotations

from seatrial.model.struct import struct
from seatrial.repo.commands.shell import Command


@struct
class Change:
    """A command that changes a running system by hand.

    Attributes:
        what: the command without values, for messages.
        twin: what would stand in git instead, with its article.
        light: True when little is lost by it (a namespace, a restart): one severity less.
    """

    command: Command
    what: str
    twin: str
    light: bool = False


def made(command: Command, twin: str, *, light: bool = False) -> Change:
    """The change of a command, described by its leading words."""
    return Change(command, command.text, twin, light)
