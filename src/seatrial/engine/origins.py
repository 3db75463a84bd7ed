"""Files that people own and that seatrial edited: what they were before, so that plans can ask.

`.seatrial/origin/<path>` holds one line for each edit: the git blob ids of the file before (`-`
where there was none) and after it, and a short hash of each line that was written. It holds no
content: what an edit took out of a file (a password, say) must not come back through this door. A
plan looks at the file as it was, with the changes that people made since, so that it decides the
same whatever other practices have edited. An edit of a file that nobody changed meanwhile joins the
one before. Where git cannot show a blob (a shallow clone, no git), the plan looks at the file
as it is, and says so.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Final

from seatrial.engine.generated import FOLDER, content
from seatrial.model.struct import struct
from seatrial.repo.files import GIT_DEADLINE, Root, git_environment

ORIGIN: Final = f"{FOLDER}/origin"
NONE: Final = "-"
LOST: Final = "?"
"""The file was there, and git does not know what it was."""
_WIDTH: Final = 6
"""Hexadecimal digits of a line's hash: enough to tell the lines of one file apart."""


@struct
class Origin:
    """One edit of a file.

    Attributes:
        before: blob id of the file before the edit, or `-`.
        after: blob id of what was written, or `-` when git was only told to forget the file.
        lines: the hashes of the lines that were written, one after the other.
    """

    before: str
    after: str
    lines: str = ""

    @property
    def text(self) -> str:
        """What is kept of it."""
        return f"{self.before} {self.after} {self.lines}".rstrip() + "\n"


def origin_path(path: str) -> str:
    """Where the origin of a file is kept, from the repository's root."""
    return f"{ORIGIN}/{path}"


def blob_id(text: str) -> str:
    """Git's id of a content (in a repository that names objects by SHA-1, as nearly all do)."""
    data = text.encode("utf-8", "surrogateescape")
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def origin_of(root: Root, path: str, now: str | None, after: str | None) -> str:
    """What to keep after an edit: the record with this edit in it.

    Args:
        root: the repository.
        path: the edited file.
        now: its content before the edit; None where there is no file.
        after: its content after the edit; None when git only forgets it.
    """
    edits = _read(root, path)
    before = NONE if now is None else root.blob(path) or LOST
    if edits and (now is None or blob_id(now) == edits[-1].after):
        before = edits.pop().before
    if after is None:
        edits.append(Origin(before, NONE))
    else:
        edits.append(Origin(before, blob_id(after), "".join(_hashes(after))))
    return "".join(one.text for one in edits)


def show_origins(root: Root) -> tuple[str, ...]:
    """Let the root show every edited file as people wrote it.

    Returns:
        The paths that are shown as they are, since git does not hold what they were.
    """
    records = dict(_all(root))
    if not records:
        return ()
    blobs = _blobs(root, {one.before for edits in records.values() for one in edits} - {NONE, LOST})
    return tuple(path for path, edits in records.items() if not _show(root, path, edits, blobs))


def _show(root: Root, path: str, edits: Sequence[Origin], blobs: Mapping[str, str]) -> bool:
    """False when git does not hold what the file was."""
    try:
        text = content(root, path)
    except (OSError, UnicodeDecodeError):
        return True
    if edits[-1].after == NONE:
        # Git was told to forget it: for the plan it is still the tracked file that it was.
        before = blobs.get(edits[-1].before)
        if before is not None and not root.tracks(path):
            root.stand_in(path, before)
        return before is not None
    if text is None:
        return True
    for edit in reversed(edits):
        before = "" if edit.before == NONE else blobs.get(edit.before)
        if before is None:
            return False
        text = before if blob_id(text) == edit.after else without(edit, before, text)
    if text or edits[0].before != NONE:
        root.stand_in(path, text)
    else:
        root.hide({path})
    return True


def without(edit: Origin, before: str, now: str) -> str:
    """A file that people changed after an edit, as it would be without the edit.

    Where people changed the very lines that the edit wrote, their lines stay.

    Args:
        edit: the edit.
        before: content before the edit.
        now: content now.
    """
    written = [edit.lines[at : at + _WIDTH] for at in range(0, len(edit.lines), _WIDTH)]
    old, new = before.split("\n"), now.split("\n")
    theirs = _differences(written, _hashes(now))
    ours = _differences(written, _hashes(before))
    kept = [hunk for hunk in ours if not any(_overlap(hunk, other) for other in theirs)]
    hunks = sorted([(*hunk, old) for hunk in kept] + [(*hunk, new) for hunk in theirs], key=_start)
    out: list[str] = []
    at = 0
    shift = 0  # of a line in `now` against the same line in what was written
    for first, last, begin, end, source in hunks:
        out += new[at + shift : first + shift]
        out += source[begin:end]
        at = last
        if source is new:
            shift = end - last
    return "\n".join(out + new[at + shift :])


def _start(hunk: tuple[int, int, int, int, list[str]]) -> tuple[int, int]:
    return hunk[0], hunk[1]


def _differences(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int, int, int]]:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return [hunk[1:] for hunk in matcher.get_opcodes() if hunk[0] != "equal"]


def _overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    """Whether two hunks change the same line, or one stands inside the other."""
    return max(one[0], other[0]) < min(one[1], other[1]) or any(
        a[0] == a[1] and b[0] < a[0] < b[1] for a, b in ((one, other), (other, one))
    )


def _hashes(text: str) -> list[str]:
    """A short hash of each line; line endings make no difference."""
    return [
        hashlib.sha1(
            line.rstrip("\r").encode("utf-8", "surrogateescape"), usedforsecurity=False
        ).hexdigest()[:_WIDTH]
        for line in text.split("\n")
    ]


def _all(root: Root) -> Iterable[tuple[str, list[Origin]]]:
    start = root.folder / ORIGIN
    if start.is_symlink():
        return
    for folder, _, names in sorted(os.walk(start)):
        for name in sorted(names):
            kept = os.path.relpath(os.path.join(folder, name), start)  # noqa: PTH118 - strings
            path = kept.replace(os.sep, "/")
            edits = _read(root, path)
            if edits:
                yield path, edits


def _read(root: Root, path: str) -> list[Origin]:
    try:
        rows = [line.split() for line in (content(root, origin_path(path)) or "").splitlines()]
    except (OSError, UnicodeDecodeError):
        return []
    return [Origin(*row) for row in rows if len(row) in {2, 3}]


def _blobs(root: Root, ids: set[str]) -> dict[str, str]:
    """Contents by id, as far as git has them."""
    asked = sorted(ids)
    try:
        done = subprocess.run(
            ["git", "-C", str(root.folder), "cat-file", "--batch"],
            input="".join(f"{one}\n" for one in asked).encode(),
            capture_output=True,
            check=False,
            timeout=GIT_DEADLINE,
            env=git_environment(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    found: dict[str, str] = {}
    data, at = done.stdout, 0
    for one in asked:
        end = data.find(b"\n", at)
        if end < 0:
            break
        words = data[at:end].split()
        at = end + 1
        if words[1:2] == [b"blob"]:
            size = int(words[2])
            found[one] = data[at : at + size].decode("utf-8", "replace")
            at += size + 1
    return found
