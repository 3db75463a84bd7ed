"""Values files that lie among used ones and that nothing uses."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, fault

if TYPE_CHECKING:
    from seatrial.repo.files import File, Root

_LEAST: Final = 2
_SHOWN: Final = 3
_YAML: Final = (".yaml", ".yml")
_USERS: Final = frozenset(
    {".tf", ".tofu", ".hcl", ".sh", ".bash", ".yaml", ".yml", ".gotmpl", ".mk", ".py", ""}
)


def files(site: Site[object]) -> Iterator[Observation]:
    """One finding for each folder of values with files that are named nowhere."""
    for root in site.repo.roots:
        used = _used(site, root)
        folders: dict[str, int] = {}
        for file in used:
            folders[file.folder] = folders.get(file.folder, 0) + 1
        for folder, count in folders.items():
            if count < _LEAST or posixpath.basename(folder) not in {"values", "helm-values"}:
                continue
            rest = [f for f in _members(root, folder) if f not in used and not _is_named(root, f)]
            if rest:
                names = ", ".join(f.name for f in rest[:_SHOWN])
                verb = "are" if len(rest) > 1 else "is"
                yield fault(
                    rest[0].place(),
                    f"{names} of {folder} {verb} used by no release",
                    related=tuple(f.place() for f in rest[1:_SHOWN]),
                )


def _used(site: Site[object], root: Root) -> set[File]:
    found = {
        named.file
        for release in site.repo.helm_releases
        if release.module.root is root and not release.module.is_example
        for named in release.values_files
        if named.file
    }
    for chart in site.repo.charts:
        for reference in chart.references:
            for written in reference.values:
                path = posixpath.normpath(posixpath.join(reference.file.folder, written))
                file = root.files.get(path) or root.files.get(written)
                if file is not None and reference.file.root is root:
                    found.add(file)
    return found


def _members(root: Root, folder: str) -> Iterator[File]:
    for file in root.files.values():
        if file.folder == folder and file.name.endswith(_YAML) and not is_aside(file.path):
            yield file


def _is_named(root: Root, file: File) -> bool:
    """True when any file that may use it names it, or builds such a name from a variable."""
    folder = posixpath.basename(file.folder)
    stem = file.name.partition(".")[0]
    for other in root.files.values():
        if other is file or other.suffix not in _USERS or other.folder == file.folder:
            continue
        text = other.text
        if f"{folder}/{file.name}" in text or f"{folder}/${{" in text or f"{folder}/$" in text:
            return True
        if file.name in text or (
            other.suffix == ".tf" and f'"{stem}"' in text and f"{folder}/" in text
        ):
            return True
    return False
