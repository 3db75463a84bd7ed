"""What seatrial wrote into a repository: `.seatrial/base/` holds each file as it was generated."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from seatrial.repo.files import Root

FOLDER: Final = ".seatrial"
BASE: Final = f"{FOLDER}/base"


def generated_paths(root: Root) -> frozenset[str]:
    """Paths of the files that seatrial generated in this repository, whether still there or not."""
    start = root.folder / BASE
    found: set[str] = set()
    if start.is_symlink():
        return frozenset()
    for folder, _, names in os.walk(start):
        relative = os.path.relpath(folder, start)
        for name in names:
            found.add(os.path.normpath(os.path.join(relative, name)).replace(os.sep, "/"))  # noqa: PTH118 - strings
    return frozenset(found)


def base_path(path: str) -> str:
    """Where the base of a file is kept, from the repository's root."""
    return f"{BASE}/{path}"


def base_of(root: Root, path: str) -> str | None:
    """The file as it was generated, or None."""
    return content(root, base_path(path))


def content(root: Root, path: str) -> str | None:
    """Whole content of a file on disk, line ends as they are; None where there is no file.

    Raises:
        OSError: it cannot be read, or is a link.
        UnicodeDecodeError: it is not UTF-8.
    """
    target = Path(root.folder, path)
    if not os.path.lexists(target):
        return None
    descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read().decode("utf-8")


def through_link(root: Root, path: str) -> bool:
    """Whether the file, or a folder on the way to it, is a symbolic link."""
    parts = path.split("/")
    return any(Path(root.folder, *parts[: i + 1]).is_symlink() for i in range(len(parts)))
