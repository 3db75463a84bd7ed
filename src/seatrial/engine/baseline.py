"""`--baseline FILE`: faults that were there on a day; the file only ever shrinks by itself."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from seatrial.model.errors import NotReadableError, SpecError
from seatrial.model.finding import Finding
from seatrial.model.record import Verdict
from seatrial.model.struct import replace, struct

VERSION: Final = 1
MAX_BYTES: Final = 16 * 1024 * 1024


@struct
class Entry:
    """A known fault; what stands beside the fingerprint is for people and for shrinking."""

    fingerprint: str
    rule: str
    repository: str
    path: str


def entries_of(findings: Iterable[Finding]) -> dict[str, Entry]:
    """An entry for every fault that counts."""
    return {f.fingerprint: _entry(f) for f in findings if f.counts and not _own(f)}


def read_baseline(file: Path) -> dict[str, Entry]:
    """Entries of a baseline file.

    Raises:
        NotReadableError: it cannot be read.
        SpecError: it is no baseline.
    """
    try:
        if not file.is_file() or file.stat().st_size > MAX_BYTES:
            reason = "not a file" if file.exists() else "no such file"
            hint = "write one with --write-baseline"
            raise NotReadableError(file, reason, hint=hint)
        data = json.loads(file.read_text("utf-8"))
        # The version is part of the look-up, so that another one is no baseline.
        faults = {VERSION: data["faults"]}[data["version"]]
        return {key: _read_entry(key, value) for key, value in faults.items()}
    except OSError as error:
        raise NotReadableError(file, (error.strerror or "cannot be read").lower()) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        hint = "write it again with --write-baseline"
        raise SpecError("not a baseline of seatrial", hint=hint, place=f"{file}:{line}") from error


def hide(verdict: Verdict, known: dict[str, Entry]) -> tuple[Verdict, int]:
    """The verdict without the known faults, and how many they are; its status stays true."""
    kept = tuple(f for f in verdict.findings if not (f.counts and f.fingerprint in known))
    return replace(verdict, findings=kept), len(verdict.findings) - len(kept)


@struct
class Seen:
    """What an audit could see: only there may a missing fault leave the file.

    Attributes:
        unread: (repository, path) of files that could not be understood this time.
    """

    practices: frozenset[str]
    repositories: frozenset[str]
    unread: frozenset[tuple[str, str]]

    def covers(self, entry: Entry) -> bool:
        """True when the fault would have been found again."""
        here = not entry.repository or entry.repository in self.repositories
        readable = (entry.repository, entry.path) not in self.unread
        return here and readable and entry.rule.partition("/")[0] in self.practices


def shrunk(known: dict[str, Entry], now: dict[str, Entry], seen: Seen) -> dict[str, Entry]:
    """What stays: faults that are still there, and those that this audit could not see."""
    return {key: e for key, e in known.items() if key in now or not seen.covers(e)}


def write_baseline(file: Path, entries: dict[str, Entry]) -> None:
    """Replace the file in one step; a reader sees the old one or the new one.

    Raises:
        NotReadableError: the folder cannot be written.
    """
    faults = {
        e.fingerprint: {"rule": e.rule, "repository": e.repository, "path": e.path}
        for e in sorted(
            entries.values(), key=lambda e: (e.rule, e.repository, e.path, e.fingerprint)
        )
    }
    text = json.dumps({"version": VERSION, "faults": faults}, indent=1) + "\n"
    replace_file(file, text)


def replace_file(file: Path, text: str) -> None:
    """Write a file whole or not at all.

    Raises:
        NotReadableError: it cannot be written there.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        if file.is_dir():
            raise NotReadableError(file, "is a folder", hint="name a file")
        draft.write_text(text, "utf-8", errors="backslashreplace", newline="\n")
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        reason = f"cannot be written: {(error.strerror or 'unknown reason').lower()}"
        raise NotReadableError(
            file, reason, hint="name a file in a folder you may write"
        ) from error


def _entry(finding: Finding) -> Entry:
    place = finding.place
    repository, path = (place.repository, place.path) if place else ("", "")
    return Entry(finding.fingerprint, finding.rule, repository, path)


def _read_entry(fingerprint: str, value: dict[str, str]) -> Entry:
    return Entry(fingerprint, str(value["rule"]), str(value["repository"]), str(value["path"]))


def _own(finding: Finding) -> bool:
    # An expired waiver must stay loud: no baseline hides it.
    return finding.practice == "seatrial"
