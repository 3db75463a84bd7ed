"""Which files declare tasks, and the reader of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.repo.commands.tasks import Task
from seatrial.repo.files import File

NAMES: Final[dict[str, str]] = {
    "makefile": "make",
    "gnumakefile": "make",
    "justfile": "just",
    ".justfile": "just",
    "taskfile.yml": "task",
    "taskfile.yaml": "task",
    "taskfile.dist.yml": "task",
    "taskfile.dist.yaml": "task",
    "package.json": "npm",
    "composer.json": "composer",
    "tox.ini": "tox",
    "noxfile.py": "nox",
    "pyproject.toml": "pyproject",
    "hatch.toml": "pyproject",
    "pixi.toml": "pyproject",
    "tox.toml": "pyproject",
}
SUFFIXES: Final[dict[str, str]] = {".mk": "make", ".mak": "make", ".just": "just"}


def kind_of(file: File) -> str:
    """Kind of a file that declares tasks; empty for any other file."""
    return NAMES.get(file.name.lower()) or SUFFIXES.get(file.suffix, "")


def parsed(kind: str, file: File) -> Iterator[Task]:
    """Yield the tasks of a file of this kind."""
    if kind in {"make", "just"}:
        from seatrial.repo.commands import justfiles, makerules

        return makerules.make_tasks(file) if kind == "make" else justfiles.just_tasks(file)
    if kind in {"npm", "composer", "task"}:
        from seatrial.repo.commands import jstasks

        by_kind = {"npm": jstasks.package_tasks, "composer": jstasks.composer_tasks}
        return by_kind.get(kind, jstasks.taskfile_tasks)(file)
    from seatrial.repo.commands import pytasks, toxtasks

    readers = {"tox": toxtasks.tox_tasks, "nox": pytasks.nox_tasks}
    return readers.get(kind, pytasks.pyproject_tasks)(file)
