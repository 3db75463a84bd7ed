"""What git history holds, by path only: files that were added and deleted again never leave it."""

from __future__ import annotations

import fnmatch
import re
import subprocess
import threading
import time
from datetime import datetime
from functools import cache
from typing import Final

from seatrial.model.struct import struct
from seatrial.repo.files import OWN_FOLDER, Root, git_environment
from seatrial.repo.git.remote import Remote, answer, remote, split_url

__all__ = [
    "Change",
    "History",
    "PastFile",
    "Pending",
    "Remote",
    "history",
    "is_interesting",
    "parse",
    "remote",
    "split_url",
    "start",
]

DEADLINE: Final = 2.0
"""Seconds that the look may take; what is not seen by then is reported as incomplete."""
MAX_BYTES: Final = 32 * 1024 * 1024
"""Output of git that is kept."""

PATTERNS: Final = (
    "*.tfstate*",
    "*.tfplan",
    "*.tfvars",
    "*.tfvars.json",
    ".env",
    ".env.*",
    "*.pem",
    "*.key",
    "id_rsa*",
    "id_ed25519*",
    "id_ecdsa*",
    "kubeconfig*",
    "*.kubeconfig",
    "credentials*.json",
    "*service-account*.json",
    "*.p12",
    "*.pfx",
    "*.jks",
    "*.keystore",
    ".npmrc",
    ".pypirc",
    ".netrc",
    ".htpasswd",
    ".vault-pass*",
)
"""File names whose contents are often secret; matched in every folder, whatever the case."""


@struct
class Change:
    """A commit that added or deleted a path.

    Attributes:
        commit: 40 (or 64) hex digits.
        at: time of the commit with its offset.
    """

    commit: str
    at: datetime


@struct
class PastFile:
    """A path of interest that stands in the history.

    Attributes:
        added: the first commit that added it; None when that lies beyond what was seen.
        deleted: the last commit that deleted it; None while it was not deleted after.
    """

    path: str
    added: Change | None
    deleted: Change | None


@struct
class History:
    """What was seen of a repository's history.

    Attributes:
        complete: True when all commits of all branches and tags were looked at.
        reason: why it is not complete; empty otherwise.
    """

    files: tuple[PastFile, ...]
    complete: bool
    reason: str = ""


class Pending:
    """A look into history that runs beside other work."""

    def __init__(self, root: Root, deadline_seconds: float) -> None:
        """Start git; nothing is waited for."""
        self._deadline = time.monotonic() + deadline_seconds
        self._seconds = deadline_seconds
        self._result: History | None = None
        self._refused = "" if root.has_git else "no git"
        self._process: subprocess.Popen[bytes] | None = None
        self._output = b""
        if not self._refused:
            self._start(root)

    def result(self) -> History:
        """Wait until git has answered or the deadline is over; always returns."""
        if self._result is None:
            self._result = self._finish()
        return self._result

    def _start(self, root: Root) -> None:
        prefix = ["git", "-C", str(root.folder)]
        command = [
            *prefix,
            *("-c", "core.quotePath=false", "-c", "log.showSignature=false"),
            *("log", "--all", "--diff-filter=AD", "--no-renames", "--name-status", "-z"),
            *("--relative", "--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-color"),
            "--format=%x01%H %cI",
        ]
        # Two dozen pathspecs make git ten times slower than to list all and choose here.
        self._shallow = _is_shallow(root)
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=git_environment(),
            )
        except OSError:
            self._refused = "git cannot be started"
            return
        # A pipe that nobody reads would stop git, so a thread drains it from the start.
        self._reader = threading.Thread(target=self._drain, daemon=True)
        self._reader.start()

    def _drain(self) -> None:
        stream = self._process.stdout if self._process else None
        while stream and len(self._output) < MAX_BYTES:
            piece = stream.read1(65536)  # type: ignore[attr-defined] # a buffered reader in fact
            if not piece:
                return
            self._output += piece

    def _finish(self) -> History:
        if self._process is None:
            return History((), complete=False, reason=self._refused)
        reason = ""
        self._reader.join(max(0.0, self._deadline - time.monotonic()))
        if self._reader.is_alive() or len(self._output) >= MAX_BYTES:
            reason = f"history was not read to its end within {self._seconds:g} seconds"
            self._process.kill()
            self._reader.join(1.0)
        code = self._process.wait()
        files = parse(self._output)
        if not reason and code != 0:
            reason = "git could not read the history"
        if not reason and not self._output:
            reason = "no commits"
        if not reason and self._shallow:
            reason = "the clone is shallow; older commits are not here"
        return History(files, complete=not reason, reason=reason)


def start(root: Root, deadline_seconds: float = DEADLINE) -> Pending:
    """Start to look into history; take the `result()` later."""
    return Pending(root, deadline_seconds)


def history(root: Root, deadline_seconds: float = DEADLINE) -> History:
    """Look into history and wait for the answer, `deadline_seconds` at most."""
    return start(root, deadline_seconds).result()


def parse(output: bytes) -> tuple[PastFile, ...]:
    """Read what `git log -z --name-status` wrote, newest commit first."""
    added: dict[str, Change] = {}
    deleted: dict[str, Change] = {}
    newest: dict[str, str] = {}
    change: Change | None = None
    status = ""
    for raw in output.decode("utf-8", errors="replace").split("\0"):
        field = raw.lstrip("\n")
        if "\x01" in field:
            change = _change(field.rpartition("\x01")[2])
        elif field in {"A", "D"} and not status:
            status = field
        elif status and field:
            if change and is_interesting(field):
                newest.setdefault(field, status)
                if status == "A":
                    added[field] = change
                else:
                    deleted.setdefault(field, change)
            status = ""
    return tuple(
        PastFile(path, added.get(path), deleted.get(path) if newest[path] == "D" else None)
        for path in sorted(newest)
    )


def is_interesting(path: str) -> bool:
    """True when the name of a file is one of `PATTERNS`; what seatrial keeps is no such file."""
    if path.startswith(OWN_FOLDER):
        return False
    return _pattern().match(path.rpartition("/")[2].lower()) is not None


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(fnmatch.translate(pattern) for pattern in PATTERNS))


def _change(text: str) -> Change | None:
    commit, _, when = text.strip().partition(" ")
    try:
        return Change(commit, datetime.fromisoformat(when.strip()))
    except ValueError:
        return None


def _is_shallow(root: Root) -> bool:
    # A worktree's `.git` is a file; its shallow mark lies elsewhere and git is asked instead.
    folder = root.folder / ".git"
    if folder.is_dir():
        return (folder / "shallow").exists()
    return answer(root, "rev-parse", "--is-shallow-repository") == "true"
