"""Command-line arguments: argparse, with our errors."""

from __future__ import annotations

import argparse
import re
from typing import NoReturn

from seatrial.model.errors import UsageError


class Parser(argparse.ArgumentParser):
    """Parses the flags of one command; a mistake is a UsageError with a hint."""

    def __init__(self, command: str, purpose: str, lesson: str) -> None:
        """Name the command, what it is for, and what its help teaches below the flags."""
        super().__init__(
            prog=f"seatrial {command}",
            description=purpose,
            epilog=lesson,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing and exiting."""
        raise UsageError(message, hint=self._hint(message))

    def _hint(self, message: str) -> str:
        import difflib

        choices = re.search(r"invalid choice: '(.*?)' \(choose from (.*)\)", message)
        if choices:
            known = re.findall(r"[\w-]+", choices[2])
            close = difflib.get_close_matches(choices[1], known, n=1)
            return f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"
        wrong = re.search(r"unrecognized arguments: (--[\w-]+)", message)
        if wrong:
            close = difflib.get_close_matches(wrong[1], self._option_string_actions, n=1)
            if close:
                return f"did you mean {close[0]}?"
        return f"see `{self.prog} --help`"
