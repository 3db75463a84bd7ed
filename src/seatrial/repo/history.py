"""What git's history holds, by path only: files that should never have been committed.

git runs in a process of its own under a deadline, started early; no blob is ever read.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import Final

from seatrial.repo.files import Root, git_environment

DEADLINE: Final = 3.0
"""Seconds that the walk over history may take before it is given up and said to be incomplete."""

PATHS: Final = (
    "*.tfstate",
    "*.tfstate.backup",
    "*.tfstate.*.backup",
    "*.tfplan",
    "*.tfvars",
    "*.tfvars.json",
    "*.env",
    ".env",
    ".env.*",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "*.jks",
    "*.keystore",
    "*id_rsa*",
    "*id_ed25519*",
    "*kubeconfig*",
    "*credentials*.json",
    "*service-account*.json",
    "*.kdbx",
    "*.pgpass",
    ".npmrc",
    ".pypirc",
    "*.htpasswd",
)


@dataclass(frozen=True, slots=True)
class Past:
    """A path that history holds.

    Attributes:
        commit: the oldest commit that added it, abbreviated.
        date: day of that commit, ISO.
        deleted: True when it is not in the tree of today.
    """

    path: str
    commit: str
    date: str
    deleted: bool


@dataclass(frozen=True, slots=True)
class History:
    """Paths of interest that history holds.

    Attributes:
        complete: False when not all of it was looked at.
        reason: why it is incomplete.
    """

    paths: tuple[Past, ...]
    complete: bool
    reason: str = ""


class Pending:
    """A look into history that is under way."""

    def __init__(self, root: Root, process: subprocess.Popen[bytes] | None) -> None:
        """Keep the process; None when there is no git to ask."""
        self._root = root
        self._process = process
        self._made: History | None = None

    def result(self, deadline: float = DEADLINE) -> History:
        """Wait at most `deadline` seconds and return what was seen."""
        if self._made is None:
            self._made = self._finish(deadline)
        return self._made

    def _finish(self, deadline: float) -> History:
        process = self._process
        if process is None:
            return History((), complete=False, reason="there is no git history here")
        try:
            out, _ = process.communicate(timeout=deadline)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            reason = f"walking the history took longer than {deadline:g} seconds"
            return History((), complete=False, reason=reason)
        if process.returncode != 0:
            return History((), complete=False, reason="there is no commit yet")
        shallow = (self._root.folder / ".git" / "shallow").exists()
        reason = "the clone is shallow" if shallow else ""
        return History(_parsed(out, self._root), complete=not shallow, reason=reason)


def start(root: Root) -> Pending:
    """Begin to look into the history of a repository."""
    if not root.has_git:
        return Pending(root, None)
    command = [
        "git",
        "-C",
        str(root.folder),
        "log",
        "--all",
        "--no-renames",
        "--diff-filter=A",
        "--name-only",
        "--relative",
        "-z",
        "--format=%x01%h %cs",
        "--",
        *PATHS,
    ]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=git_environment(),
        )
    except OSError:
        return Pending(root, None)
    return Pending(root, process)


def _parsed(out: bytes, root: Root) -> tuple[Past, ...]:
    found: dict[str, Past] = {}
    commit, date = "", ""
    for record in out.decode("utf-8", errors="replace").replace("\n", "\0").split("\0"):
        if record.startswith("\x01"):
            commit, _, date = record[1:].partition(" ")
        elif record and commit:
            # The walk goes from new to old, so the oldest commit that added a path comes last.
            found[record] = Past(record, commit, date, record not in root.files)
    return tuple(found.values())
