"""Everything that reaches the terminal: results on stdout, errors and progress on stderr."""

from __future__ import annotations

import os
import sys
import time
from typing import Final

from seatrial.model.errors import SeatrialError

PATIENCE: Final = 1.0
"""Seconds of work before progress is shown."""
BAR: Final = 24


class Screen:
    """The two streams; also watches the engine.

    Attributes:
        debug: let tracebacks through.
        quiet: show no progress.
        errors: what was complained of so far.
    """

    def __init__(self, *, debug: bool = False) -> None:
        """Start the clock that progress waits for."""
        self.debug = debug
        self.quiet = False
        self.errors: list[SeatrialError] = []
        self._begin = time.monotonic()
        self._shown = False

    def write(self, text: str) -> None:
        """Write a result to stdout; what its encoding cannot spell is escaped."""
        self.clear()
        encoding = sys.stdout.encoding or "utf-8"
        data = text.encode(encoding, errors="backslashreplace")
        sys.stdout.write(data.decode(encoding))
        sys.stdout.flush()

    def say(self, text: str, *, whole: bool = False) -> None:
        """Write a line for people to stderr, or with `whole` several."""
        self.clear()
        lines = text.splitlines() if whole else [text]
        sys.stderr.write("".join(f"{printable(line)}\n" for line in lines))

    def complain(self, error: SeatrialError) -> None:
        """Write an error: what is wrong and where, then what to do."""
        self.errors.append(error)
        place = f"{error.place}: " if error.place else ""
        self.say(f"error: {place}{error}")
        if error.hint:
            self.say(f"hint: {error.hint}")

    def step(self, done: int, total: int, what: str) -> None:
        """Show progress on a terminal, once the work takes longer than a second."""
        if self.quiet or time.monotonic() - self._begin < PATIENCE or not sys.stderr.isatty():
            return
        filled = BAR * done // max(total, 1)
        bar = "#" * filled + "-" * (BAR - filled)
        sys.stderr.write(f"\r\x1b[K[{bar}] {done}/{total} {printable(what)}")
        sys.stderr.flush()
        self._shown = True

    def clear(self) -> None:
        """Take the progress line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = False


def printable(text: str) -> str:
    """The text on one line, without control characters: a file's name must not steer a terminal."""
    shown = "".join(c if c.isprintable() else "?" for c in text.replace("\n", " "))
    encoding = sys.stderr.encoding or "utf-8"
    return shown.encode(encoding, errors="backslashreplace").decode(encoding)


def colored(*, wish: bool | None) -> bool:
    """Whether to write colours: as asked, else on a terminal that wants them."""
    if wish is not None:
        return wish
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty()


def ascii_only() -> bool:
    """True when stdout cannot spell more than ASCII."""
    return (sys.stdout.encoding or "ascii").lower().replace("_", "-") not in {"utf-8", "utf8"}


def columns() -> int:
    """Width of the terminal; 100 without one."""
    import shutil

    return shutil.get_terminal_size((100, 24)).columns
