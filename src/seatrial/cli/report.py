"""`seatrial report`: an audit as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from seatrial.cli import audit
from seatrial.cli.screen import Screen
from seatrial.model.errors import UsageError

DEFAULT: Final = "seatrial-report.html"
HELP: Final = f"""\
usage: seatrial report [PATH|PRACTICE ...] [--output FILE]

Audits and writes one self-contained HTML file ({DEFAULT} unless --output names another); prints
its path. Takes what `seatrial audit` takes, except --format and --fleet.

Examples:
  seatrial report
  seatrial report app/ infrastructure/ --output report.html
"""


def obey(words: list[str], screen: Screen) -> int:
    """Audit and write the page."""
    if {"-h", "--help"} & set(words):
        screen.write(HELP)
        return 0
    for name in ("--format", "--fleet"):
        if any(word == name or word.startswith(f"{name}=") for word in words):
            raise UsageError(
                f"a report is HTML of one system, {name} does not go with it",
                hint="use `seatrial audit` instead",
            )
    flagged = any(word == "--output" or word.startswith("--output=") for word in words)
    output = [] if flagged else ["--output", DEFAULT]
    code = audit.obey([*words, "--format", "html", *output], screen)
    screen.write(f"{Path(_target(words))}\n")
    return code


def _target(words: list[str]) -> str:
    for index, word in enumerate(words):
        if word.startswith("--output="):
            return word.partition("=")[2]
        if word == "--output" and index + 1 < len(words):
            return words[index + 1]
    return DEFAULT
