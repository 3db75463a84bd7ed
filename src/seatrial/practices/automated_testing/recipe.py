"""The steps of one test job."""

from __future__ import annotations

from seatrial.model.struct import struct


@struct
class Recipe:
    """How a project's tests are run.

    Attributes:
        setup: first line the action that brings the language, then its inputs, one a line.
        install: commands, each a line.
        run: commands that run the tests; the last one may hold the floor.
        results: paths to keep, a pattern.
        has_floor: True when the commands or the project's files hold a coverage floor.
    """

    setup: str
    install: tuple[str, ...]
    run: tuple[str, ...]
    results: str = ""
    has_floor: bool = False

    @property
    def action(self) -> str:
        """Action that brings the language; empty where the runner has it."""
        return self.setup.partition("\n")[0]

    @property
    def inputs(self) -> tuple[str, ...]:
        """Inputs of that action as YAML lines."""
        return tuple(line for line in self.setup.split("\n")[1:] if line)


def put(folder: str, name: str) -> str:
    """A path below a project's folder, from the root."""
    return f"{folder}/{name}" if folder else name
