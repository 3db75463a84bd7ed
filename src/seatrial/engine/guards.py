"""What must hold before the first byte is written; all that stands in the way is named at once."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from seatrial.engine.carry import current
from seatrial.engine.runs import RefusedError, Run, digest
from seatrial.model.plan import Action, FileChange
from seatrial.repo.files import GIT_DEADLINE, git_environment


def check(
    changes: Sequence[FileChange],
    folders: dict[str, Path],
    done: Iterable[Run],
    *,
    allow_delete: bool,
) -> None:
    """Refuse what would destroy or could not be carried out.

    Raises:
        RefusedError: with every obstacle on a line of its own.
    """
    obstacles: list[str] = []
    if not allow_delete:
        obstacles += [
            f"{c.path}: would be deleted; that needs --allow-delete"
            for c in changes
            if c.action is Action.DELETE
        ]
    obstacles += _moved(changes, folders)
    obstacles += _locked(changes, folders)
    obstacles += _unsaved(changes, folders, _written(done))
    if obstacles:
        listed = "\n  ".join(obstacles)
        hint = "commit or stash what is yours, or name fewer practices; nothing was changed"
        raise RefusedError(f"the plan cannot be carried out:\n  {listed}", hint=hint)


def _moved(changes: Sequence[FileChange], folders: dict[str, Path]) -> list[str]:
    out: list[str] = []
    for change in changes:
        try:
            now = current(folders[change.repository] / change.path)
        except OSError:
            out.append(f"{change.path}: is no plain file any more")
            continue
        before = None if change.before is None else change.before.encode()
        if now != before:
            out.append(f"{change.path}: changed since the plan was made")
    return out


def _locked(changes: Sequence[FileChange], folders: dict[str, Path]) -> list[str]:
    out: list[str] = []
    for change in changes:
        target = folders[change.repository] / change.path
        if change.action is Action.UPDATE and target.exists() and not os.access(target, os.W_OK):
            out.append(f"{change.path}: is read-only")
        parent = target.parent
        while not parent.exists():
            parent = parent.parent
        if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
            out.append(f"{change.path}: its folder cannot be written")
    return out


def _written(runs: Iterable[Run]) -> set[tuple[str, str, str]]:
    """(folder, path, digest) of everything that finished runs wrote."""
    return {
        (run.header.folder(step.repository).as_posix(), step.path, step.after)
        for run in runs
        for step in run.header.steps
    }


def _unsaved(
    changes: Sequence[FileChange], folders: dict[str, Path], written: set[tuple[str, str, str]]
) -> list[str]:
    """Files whose content git does not hold: overwriting them would lose a person's work."""
    out: list[str] = []
    for name, folder in folders.items():
        ours = [
            c
            for c in changes
            if c.repository == name and c.before is not None and c.action is not Action.UNTRACK
        ]
        dirty = _dirty(folder, [c.path for c in ours])
        for change in ours:
            known = (folder.as_posix(), change.path, digest((change.before or "").encode()))
            if change.path in dirty and known not in written:
                out.append(f"{change.path}: has changes that are not committed")
    return out


def _dirty(folder: Path, paths: list[str]) -> set[str]:
    if not paths:
        return set()
    try:
        done = subprocess.run(
            [
                "git",
                "-C",
                str(folder),
                "status",
                "--porcelain=v1",
                "-z",
                "--no-renames",
                "-uall",
                "--",
                *paths,
            ],
            capture_output=True,
            check=False,
            timeout=GIT_DEADLINE,
            env=git_environment(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return set(paths)
    if done.returncode:
        # No repository: no commit that a file could differ from; the run keeps its own copy.
        return set()
    prefix = _prefix(folder)
    records = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    return {record[3:].removeprefix(prefix) for record in records if record[3:]}


def _prefix(folder: Path) -> str:
    """Path of the folder inside its repository: `git status` names paths from the top."""
    done = subprocess.run(
        ["git", "-C", str(folder), "rev-parse", "--show-prefix"],
        capture_output=True,
        check=False,
        timeout=GIT_DEADLINE,
        env=git_environment(),
    )
    return done.stdout.decode("utf-8", "surrogateescape").strip()
