"""Runs the real command in a process of its own, with a throwaway practice as the only one."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

START = """\
import sys
import seatrial.practices
folder = sys.argv.pop(1)
if folder:
    seatrial.practices.__path__ = [folder]
from seatrial.cli.main import run
run()
"""


@dataclass(frozen=True)
class Screenful:
    """What a command left behind."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Terminal:
    """Runs commands in a folder.

    Attributes:
        folder: current folder of the commands.
        practices: folder of the practices; empty for the real ones.
    """

    folder: Path
    practices: str = ""

    def run(self, *words: str | Path, **variables: str) -> Screenful:
        """Run `seatrial` with these words; a traceback fails the test at once."""
        done = subprocess.run(
            self.command(*words),
            cwd=self.folder,
            env=environment() | variables,
            capture_output=True,
            check=False,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
        seen = Screenful(
            done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace")
        )
        if "--debug" not in words:
            assert "Traceback" not in seen.err + seen.out
        return seen

    def command(self, *words: str | Path) -> list[str]:
        """The words of the process to start."""
        return [sys.executable, "-c", START, self.practices, *map(str, words)]


def environment() -> dict[str, str]:
    """Variables of the process: none of the developer's own."""
    kept = {
        k: os.environ[k] for k in ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH") if k in os.environ
    }
    return kept | {"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
