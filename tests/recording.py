"""Runs the blocks of a hand-written page in a copy of the examples, and records what they print.

A page stays Markdown that anybody can read; what a block needs stands in a comment above its fence:

    <!-- exit: 1 -->            the (last) command of the block ends with this code; 0 without it
    <!-- file: some/path -->    the block is written to this file of the copy
    <!-- not run: why -->       it cannot run in a test, and why

`bash` blocks are run; `console` blocks are run command by command (`$ `), and the lines below each
command are what it printed. The clock of these runs stands still, so that recordings keep dates.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from seatrial.model.struct import field, struct

PROJECT = Path(__file__).resolve().parent.parent
DEADLINE = 60.0
"""Seconds that one block may take."""
SHIM = """\
#!{python}
import datetime, sys
sys.path.insert(0, {source!r})

class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime(2026, 11, 24, 12, 0, tzinfo=tz)

real, datetime.datetime = datetime.datetime, Clock
from seatrial.cli.main import run
run()
"""
_IGNORED = shutil.ignore_patterns("applied", "__pycache__", "*.pyc", ".*_cache", ".venv", "*.db")
_MARK = re.compile(r"<!-- (exit|file|not run): (.+) -->")


class RecordingError(AssertionError):
    """A block did not do what its page says."""


@struct
class Block:
    """A fenced block.

    Attributes:
        first: index of the line after the opening fence.
        end: index of the closing fence.
        marks: what the comments above it say.
    """

    language: str
    first: int
    end: int
    body: tuple[str, ...]
    marks: dict[str, str] = field(default_factory=dict)

    @property
    def runs(self) -> bool:
        """True for a block that a test can run."""
        return self.language in {"bash", "console"} and "not run" not in self.marks


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    lines = text.splitlines()
    index = 0
    while index < len(lines):
        if not lines[index].startswith("```"):
            index += 1
            continue
        end = next(n for n in range(index + 1, len(lines)) if lines[n] == "```")
        body = tuple(lines[index + 1 : end])
        yield Block(lines[index][3:], index + 1, end, body, _marks(lines, index))
        index = end + 1


def _marks(lines: list[str], fence: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in reversed(lines[:fence]):
        mark = _MARK.fullmatch(line)
        if not mark:
            break
        found[mark[1]] = mark[2]
    return found


class Sandbox:
    """A folder like a fresh clone with the examples, as a git repository with a fixed commit."""

    def __init__(self, folder: Path) -> None:
        """Copy the examples and commit them."""
        self.folder = folder / "clone"
        self.bin = folder / "bin"
        shutil.copytree(PROJECT / "examples", self.folder / "examples", ignore=_IGNORED)
        self.bin.mkdir()
        shim = self.bin / "seatrial"
        shim.write_text(SHIM.format(python=sys.executable, source=str(PROJECT / "src")))
        shim.chmod(0o755)
        (self.folder / ".venv" / "bin").mkdir(parents=True)
        (self.folder / ".venv" / "bin" / "seatrial").symlink_to(shim)
        (self.folder / ".gitignore").write_text("/.venv/\n")
        self.git("init", "-q", "--object-format=sha1", "-b", "main")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "examples")

    def git(self, *words: str) -> None:
        """Run git here."""
        subprocess.run(["git", *words], cwd=self.folder, env=self.variables(), check=True)

    def variables(self) -> dict[str, str]:
        """Environment of the commands: none of the developer's own settings."""
        path = f"{self.bin}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        roles = ("AUTHOR", "COMMITTER")
        who = {f"GIT_{role}_{key}": value for role in roles for key, value in _WHO}
        return {"PATH": path, "HOME": str(self.folder), "LANG": "C.UTF-8"} | who | _QUIET

    def run(self, script: str) -> tuple[str, int]:
        """Run a script; what it printed on both streams, and its exit code."""
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=self.folder,
            env=self.variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=DEADLINE,
            check=False,
        )
        return done.stdout.decode(), done.returncode


_WHO = (("NAME", "t"), ("EMAIL", "t@example.org"), ("DATE", "2026-11-24T12:00:00Z"))
_QUIET = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def recorded(text: str, sandbox: Sandbox) -> str:
    """The page with what its commands print today.

    Raises:
        RecordingError: a command ends with another exit code than the page says.
    """
    lines = text.splitlines()
    made: list[str] = []
    done = 0
    for block in blocks(text):
        made += lines[done : block.first]
        made += _recorded(block, sandbox)
        done = block.end
    return "\n".join([*made, *lines[done:]]) + "\n"


def _recorded(block: Block, sandbox: Sandbox) -> tuple[str, ...]:
    if "file" in block.marks:
        target = sandbox.folder / block.marks["file"]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("\n".join(block.body) + "\n", "utf-8")
    if not block.runs:
        return block.body
    code = int(block.marks.get("exit", "0"))
    if block.language == "bash":
        _output("\n".join(block.body), code, sandbox)
        return block.body
    made: list[str] = []
    commands = list(_commands(block.body))
    for number, command in enumerate(commands, 1):
        expected = code if number == len(commands) else 0
        script = "\n".join(line[2:] for line in command)
        made += [*command, *(line.rstrip() for line in _output(script, expected, sandbox))]
    return tuple(made)


def _commands(body: tuple[str, ...]) -> Iterator[list[str]]:
    # A command goes on as long as its lines begin with `> `, the second prompt of a shell.
    for number, line in enumerate(body):
        if line.startswith("$ "):
            more = takewhile(lambda following: following.startswith("> "), body[number + 1 :])
            yield [line, *more]


def _output(script: str, expected: int, sandbox: Sandbox) -> list[str]:
    output, code = sandbox.run(script)
    if code != expected:
        raise RecordingError(f"`{script}` ended with {code}, not {expected}:\n{output}")
    return output.splitlines()
