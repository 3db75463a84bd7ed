"""Files that people own and that seatrial edited: what they were before, so that plans can ask.

`.seatrial/origin/<path>` holds two git blob ids: of the file before the first edit (`-` where there
was none), and of what seatrial wrote. It holds no content: what the edit took out of a file (a
password, say) must not come back through this door. A plan looks at the file as it was, with the
changes that people made since, so that it decides the same whatever other practices have edited.
Where git cannot show a blob (a shallow clone, no git at all), the plan looks at the file as it is.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterable
from typing import Final

from seatrial.engine.generated import FOLDER, content
from seatrial.model.struct import struct
from seatrial.repo.files import GIT_DEADLINE, Root, git_environment

ORIGIN: Final = f"{FOLDER}/origin"
NONE: Final = "-"
LOST: Final = "?"
"""The file was there, and git does not know what it was."""


@struct
class Origin:
    """One edited file.

    Attributes:
        before: blob id of the file before the first edit, or `-`.
        after: blob id of what was written, or `-` when git was only told to forget the file.
    """

    path: str
    before: str
    after: str

    @property
    def text(self) -> str:
        """What is kept of it."""
        return f"{self.before} {self.after}\n"


def origin_path(path: str) -> str:
    """Where the origin of a file is kept, from the repository's root."""
    return f"{ORIGIN}/{path}"


def blob_id(text: str) -> str:
    """Git's id of a content (in a repository that names objects by SHA-1, as nearly all do)."""
    data = text.encode("utf-8", "surrogateescape")
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def origin_of(root: Root, path: str, now: str | None, after: str | None) -> Origin:
    """The record for an edit: an earlier record's `before` stays."""
    kept = _read(root, path)
    first = NONE if now is None else root.blob(path) or LOST
    before = first if kept is None else kept.before
    return Origin(path, before, NONE if after is None else blob_id(after))


def show_origins(root: Root) -> None:
    """Let the root show every edited file as people wrote it."""
    origins = list(_all(root))
    if not origins:
        return
    blobs = _blobs(root, {b for o in origins for b in (o.before, o.after) if b not in {NONE, LOST}})
    for origin in origins:
        _show(root, origin, blobs)


def _show(root: Root, origin: Origin, blobs: dict[str, str]) -> None:
    try:
        now = content(root, origin.path)
    except (OSError, UnicodeDecodeError):
        return
    before = blobs.get(origin.before)
    if origin.after == NONE:
        # Git was told to forget it: for the plan it is still the tracked file that it was.
        if before is not None and not root.tracks(origin.path):
            root.stand_in(origin.path, before)
        return
    if now is None:
        return
    if blob_id(now) == origin.after:
        if origin.before == NONE:
            root.hide({origin.path})
        elif before is not None:
            root.stand_in(origin.path, before)
        return
    _merged(root, origin, now, blobs)


def _merged(root: Root, origin: Origin, now: str, blobs: dict[str, str]) -> None:
    """A person changed the file since: their changes, without ours."""
    from seatrial.repo.edit.merge import merge3

    before = "" if origin.before == NONE else blobs.get(origin.before)
    after = blobs.get(origin.after)
    if before is None or after is None:
        return
    text, conflicted = merge3(after, now, before)
    if not conflicted:
        root.stand_in(origin.path, text)


def _all(root: Root) -> Iterable[Origin]:
    start = root.folder / ORIGIN
    if start.is_symlink():
        return
    for folder, _, names in sorted(os.walk(start)):
        for name in sorted(names):
            path = os.path.relpath(os.path.join(folder, name), start)  # noqa: PTH118 - strings
            kept = _read(root, path.replace(os.sep, "/"))
            if kept is not None:
                yield kept


def _read(root: Root, path: str) -> Origin | None:
    try:
        words = (content(root, origin_path(path)) or "").split()
    except (OSError, UnicodeDecodeError):
        return None
    return Origin(path, words[0], words[1]) if len(words) > 1 else None


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
