"""Runs: what `apply` is about to do, on disk before it does it, so that a cut run can be ended.

A run is a folder: `run.json` (the steps), `content/` (each file before and after, for going on and
for going back) and `journal.jsonl` (one line per event). It lies in `.seatrial/runs/` of the first
repository, or below `SEATRIAL_HOME`; git ignores it, and only its owner can read it, since a file
before its change may hold what the change takes out.
"""

from __future__ import annotations

import fcntl
import glob
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from seatrial.engine.generated import FOLDER
from seatrial.model.errors import SeatrialError, UsageError
from seatrial.model.plan import Action
from seatrial.model.struct import struct

VERSION: Final = 1


class UnfinishedError(SeatrialError):
    """A run was cut, or an undo did not bring everything back: the message names the run."""

    exit_code = 4


class RefusedError(SeatrialError):
    """The answer is no: something stands in the way, and nothing was written."""

    exit_code = 1


@struct
class FileStep:
    """One file of a run; contents lie beside it under the step's number.

    Attributes:
        before, after, base_before, base_after: SHA-256 of contents; empty where there is none.
        kept: path at which is remembered what the file was (its base or origin).
        blob: git's id of the content before, where git holds it; then the run keeps no copy.
        index: mode and blob of git's index before, for what git forgets; else empty.
    """

    number: int
    repository: str
    path: str
    action: Action
    before: str
    after: str
    base_before: str
    base_after: str
    executable: bool
    kept: str = ""
    index: str = ""
    blob: str = ""


@struct
class RunHeader:
    """What a run is about.

    Attributes:
        folders: where each repository lies (a separate work tree with `--branch`), by its name.
        branch: the branch that the run makes, or empty.
    """

    id: str
    at: str
    tool_version: str
    practices: tuple[str, ...]
    folders: tuple[tuple[str, str], ...]
    homes: tuple[tuple[str, str], ...]
    branch: str
    pull_request: bool
    systems: tuple[str, ...]
    steps: tuple[FileStep, ...]

    def folder(self, repository: str) -> Path:
        """Where this run writes a repository's files."""
        return Path(dict(self.folders)[repository])


class Run:
    """A run on disk."""

    def __init__(self, folder: Path, header: RunHeader) -> None:
        """Hold a run that is on disk already."""
        self.folder = folder
        self.header = header

    @property
    def id(self) -> str:
        """Its name."""
        return self.header.id

    def note(self, event: str, step: int = -1, detail: str = "") -> None:
        """Append an event to the journal; on disk when this returns."""
        line = {"event": event, "at": datetime.now(UTC).isoformat(timespec="milliseconds")}
        entry = (
            line | ({"step": step} if step >= 0 else {}) | ({"detail": detail} if detail else {})
        )
        try:
            with (self.folder / "journal.jsonl").open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(entry) + "\n")
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            hint = f"make room, then `seatrial resume {self.id}` or `seatrial undo {self.id}`"
            raise UnfinishedError(f"run {self.id}: {error.strerror}", hint=hint) from error

    def events(self) -> list[dict[str, str | int]]:
        """The journal; a last line that a kill cut off is left out."""
        try:
            text = (self.folder / "journal.jsonl").read_text("utf-8")
        except FileNotFoundError:
            return []
        found: list[dict[str, str | int]] = []
        for line in text.splitlines():
            try:
                found.append(json.loads(line))
            except json.JSONDecodeError:
                continue
        return found

    @property
    def state(self) -> str:
        """`done`, `undone`, or `unfinished`."""
        for event in reversed(self.events()):
            if event["event"] in {"done", "undone"}:
                return str(event["event"])
        return "unfinished"

    def content(self, name: str) -> bytes:
        """A content that was kept (`3.before`, `3.after`, `3.base-before`, `3.base-after`).

        Raises:
            UnfinishedError: it is gone or is not what was kept.
        """
        try:
            return (self.folder / "content" / name).read_bytes()
        except OSError as error:
            hint = "the run's folder was changed; git still has what was committed"
            raise UnfinishedError(f"run {self.id}: {name} is gone", hint=hint) from error

    def forget(self, endings: tuple[str, ...]) -> None:
        """Take away contents that nothing needs any more; they may hold what a change took out."""
        for file in (self.folder / "content").glob("*"):
            if file.name.endswith(endings):
                file.unlink(missing_ok=True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the run while working on it.

        Raises:
            RefusedError: another process works on it.
        """
        with (self.folder / "lock").open("w", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                owner = (self.folder / "owner").read_text("ascii", errors="replace").strip()
                hint = "wait for it, or stop it first"
                raise RefusedError(
                    f"run {self.id} is being worked on by {owner}", hint=hint
                ) from None
            (self.folder / "owner").write_text(f"process {os.getpid()}\n", "ascii")
            yield


def runs_folder(first: Path) -> Path:
    """Where runs are kept: below `SEATRIAL_HOME`, else in the first repository."""
    home = os.environ.get("SEATRIAL_HOME")
    return Path(home, "runs") if home else first / FOLDER / "runs"


def prepare(runs: Path) -> None:
    """Make the folder of the runs, closed to others and ignored by git.

    Raises:
        SeatrialError: it cannot be made.
    """
    try:
        runs.mkdir(parents=True, exist_ok=True)
        runs.chmod(0o700)
        if not (runs / ".gitignore").exists():
            (runs / ".gitignore").write_text("*\n", "ascii")
    except OSError as error:
        hint = "set SEATRIAL_HOME to a folder that can be written"
        raise SeatrialError(f"{runs}: {error.strerror}", hint=hint) from error


def new_id(now: datetime) -> str:
    """A name for a run: time and four random characters."""
    return f"{now:%Y%m%dt%H%M%S}-{secrets.token_hex(2)}"


def begin(runs: Path, header: RunHeader, contents: dict[str, bytes]) -> Run:
    """Put a run on disk, whole; what is half there after a kill has no `run.json` and is no run."""
    folder = runs / header.id
    try:
        (folder / "content").mkdir(parents=True, mode=0o700)
        folder.chmod(0o700)
        for name, data in contents.items():
            write_whole(folder / "content" / name, data, 0o600)
        text = json.dumps({"version": VERSION} | _to_json(header), indent=1)
        write_whole(folder / "run.json", text.encode(), 0o600)
    except OSError as error:
        hint = "make room, or set SEATRIAL_HOME to another place; nothing was changed"
        raise SeatrialError(f"{folder}: {error.strerror}", hint=hint) from error
    return Run(folder, header)


def open_run(runs: Path, word: str) -> Run:
    """The run with this name, or the only one whose name begins so; `latest` is the newest.

    Raises:
        UsageError: there is none, or several.
    """
    names = sorted(p.parent.name for p in runs.glob("*/run.json"))
    chosen = names[-1:] if word == "latest" else [n for n in names if n.startswith(word)]
    if len(chosen) != 1:
        hint = "`seatrial runs` lists them"
        raise UsageError(
            f"{len(chosen) or 'no'} run{'s' * (len(chosen) > 1)} called {word!r}", hint=hint
        )
    return _read(runs / chosen[0])


def all_runs(runs: Path) -> list[Run]:
    """All runs, oldest first."""
    return [_read(path.parent) for path in sorted(runs.glob("*/run.json"))]


def _read(folder: Path) -> Run:
    try:
        data = json.loads((folder / "run.json").read_text("utf-8"))
        if data["version"] != VERSION:
            hint = "use the version of seatrial that began it"
            raise UsageError(f"run {folder.name} is of format {data['version']}", hint=hint)
        steps = tuple(FileStep(**{**s, "action": Action(s["action"])}) for s in data["steps"])
        return Run(
            folder,
            RunHeader(
                id=data["id"],
                at=data["at"],
                tool_version=data["tool_version"],
                practices=tuple(data["practices"]),
                folders=tuple((n, f) for n, f in data["folders"]),
                homes=tuple((n, f) for n, f in data["homes"]),
                branch=data["branch"],
                pull_request=data["pull_request"],
                systems=tuple(data["systems"]),
                steps=steps,
            ),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        hint = "it was changed by hand; git has what was committed"
        raise UsageError(f"run {folder.name} cannot be read: {error}", hint=hint) from error


def _to_json(header: RunHeader) -> dict[str, object]:
    from seatrial.model.struct import fields_of

    plain = {f.name: getattr(header, f.name) for f in fields_of(RunHeader)}
    plain["steps"] = [
        {f.name: getattr(s, f.name) for f in fields_of(FileStep)} for s in header.steps
    ]
    return plain


def digest(data: bytes | None) -> str:
    """SHA-256 of a content; empty for no content."""
    return "" if data is None else hashlib.sha256(data).hexdigest()


def write_whole(target: Path, data: bytes, mode: int) -> None:
    """Write a file whole or not at all: beside it, synced, then in its place."""
    for left in target.parent.glob(f".{glob.escape(target.name)}.*.seatrial"):
        # What a killed process left half written, under a name that nothing reads.
        left.unlink(missing_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}.seatrial")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        beside.chmod(mode)
        beside.replace(target)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
