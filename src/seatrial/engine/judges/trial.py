"""The folder that judges look at: the repositories as they would stand after the plan."""

from __future__ import annotations

import enum
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from seatrial.model.plan import Action, Plan
from seatrial.model.struct import struct
from seatrial.repo.files import Root

DEADLINE: Final = 120.0
"""Seconds that one tool may take."""


class Result(enum.StrEnum):
    """What a judge came to."""

    CLEAN = "clean"
    FOUND = "found"
    NOT_RUN = "not run"


@struct
class Opinion:
    """One thing that a judge says.

    Attributes:
        judge: the tool.
        message: what it found, or why it was not run.
        place: `repository/path:line`, or empty.
    """

    judge: str
    result: Result
    message: str
    place: str = ""


@struct
class Trial:
    """Where the repositories lie, and which of their files the plan touches.

    Attributes:
        folders: the laid-out repositories by their name.
        touched: (repository, path) of every file that the plan creates or changes.
        scratch: folder for what a judge has to write.
    """

    folders: dict[str, Path]
    touched: tuple[tuple[str, str], ...]
    scratch: Path

    def files(self, *endings: str) -> Iterator[tuple[str, Path]]:
        """Touched files with one of these endings: their name for people, and where they lie."""
        for repository, path in self.touched:
            if path.endswith(endings):
                yield f"{repository}/{path}", self.folders[repository] / path


Judge = Callable[[Trial], Iterator[Opinion]]


def lay_out(plan: Plan, homes: dict[str, Path], target: Path) -> Trial:
    """Copy what git tracks, then write what the plan would write."""
    folders: dict[str, Path] = {}
    for name, home in homes.items():
        folder = target / "repositories" / name.replace("/", "-")
        folder.mkdir(parents=True)
        folders[name] = folder
        for path in Root(home, name).files:
            _copy(home / path, folder / path)
    touched: list[tuple[str, str]] = []
    for change in plan.files:
        file = folders[change.repository] / change.path
        if change.action in {Action.CREATE, Action.UPDATE} and change.after is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(change.after.encode())
            if change.executable:
                file.chmod(0o755)
            touched.append((change.repository, change.path))
        elif change.action in {Action.UNTRACK, Action.DELETE}:
            file.unlink(missing_ok=True)
    scratch = target / "scratch"
    scratch.mkdir()
    return Trial(folders, tuple(touched), scratch)


def _copy(source: Path, target: Path) -> None:
    if source.is_file() and not source.is_symlink():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        shutil.copymode(source, target)


def find_tool(name: str) -> str | None:
    """Path of a program: beside this Python (wheels put it there), else on PATH."""
    beside = Path(sys.executable).parent / name
    return str(beside) if os.access(beside, os.X_OK) else shutil.which(name)


def not_there(judge: str, how: str) -> Opinion:
    """The tool is not installed, and how to install it."""
    return Opinion(judge, Result.NOT_RUN, f"not installed; {how}")


def run(words: list[str], folder: Path) -> subprocess.CompletedProcess[str] | None:
    """Run a tool in a folder; None when it could not be started or took too long."""
    try:
        return subprocess.run(
            words,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=DEADLINE,
            env=os.environ | {"NO_COLOR": "1", "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None


def hung(judge: str) -> Opinion:
    """The tool did not answer."""
    return Opinion(judge, Result.NOT_RUN, f"no answer within {DEADLINE:.0f} s")
