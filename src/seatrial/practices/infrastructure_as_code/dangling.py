"""Files that builds and deliveries name and that are not there."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, fault
from seatrial.repo.files import VENDORED
from seatrial.repo.kubernetes import kustomize

if TYPE_CHECKING:
    from seatrial.repo.code.dockerfiles import Dockerfile
    from seatrial.repo.files import Root
    from seatrial.repo.kubernetes.chart_references import Reference

_MADE: Final = frozenset(
    "dist build target out node_modules vendor bin publish .next coverage release artifacts"
    " releases .output wheels generated gen obj pkg tmp site public static bundle".split()
)
"""Folders that a build fills."""
_MADE_FILES: Final = (".jar", ".war", ".whl", ".tgz", ".tar.gz", ".zip", ".exe", ".so", ".lock",
                      ".sum", ".bin", ".pem", ".crt", ".key")  # fmt: skip


def files(site: Site[object]) -> Iterator[Observation]:
    """Missing sources of images, values files, members of kustomizations, files of Terraform."""
    yield from _copies(site)
    yield from _values(site)
    yield from _members(site)
    yield from _read_by_terraform(site)


def exists(root: Root, path: str, folders: Iterable[str] = ("",)) -> bool:
    """True when a file or folder stands at a path below one of the folders, or might.

    Links, submodules, ignored and vendored files cannot be seen, so they might be there.
    """
    for folder in folders:
        joined = posixpath.normpath(posixpath.join(folder, path)).removeprefix("./")
        if joined.startswith("..") or joined in {"", "."} or joined in root.files:
            return True
        if joined in _folders(root):
            return True
        if any(joined == s or joined.startswith(f"{s}/") for s in root.skipped.submodules):
            return True
    return is_ignored(root, path)


@lru_cache(maxsize=8)
def _folders(root: Root) -> frozenset[str]:
    found: set[str] = set()
    for path in root.files:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return frozenset(found)


def anywhere(root: Root, path: str) -> bool:
    """True when some file of the repository ends with the path."""
    tail = posixpath.normpath(path).removeprefix("./")
    while tail.startswith("../"):
        tail = tail[3:]
    return any(
        name == tail or name.endswith(f"/{tail}") or f"/{tail}/" in f"/{name}"
        for name in root.files
    )


def is_ignored(root: Root, path: str) -> bool:
    """True when a `.gitignore` leaves the path out, so that it may be made by somebody."""
    parts = posixpath.normpath(path).split("/")
    for file in root.files.values():
        if file.name != ".gitignore":
            continue
        for line in file.lines:
            pattern = line.strip().strip("/")
            if pattern and pattern[:1] not in {"#", "!"}:
                whole = "/".join(parts)
                if fnmatch.fnmatch(whole, pattern) or whole.endswith(f"/{pattern}"):
                    return True
                if "/" not in pattern and any(fnmatch.fnmatch(p, pattern) for p in parts):
                    return True
    return False


def _copies(site: Site[object]) -> Iterator[Observation]:
    for dockerfile in site.repo.dockerfiles:
        root = dockerfile.file.root
        if is_aside(dockerfile.file.path) or root.skipped.symlinks:
            continue
        for copy in dockerfile.copies:
            missing = [s for s in copy.sources if _is_certain(s) and not _is_there(dockerfile, s)]
            if missing and not copy.origin:
                yield fault(
                    dockerfile.place(copy.line),
                    f"{dockerfile.file.name} copies {missing[0]}, which does not exist",
                )


def _is_certain(source: str) -> bool:
    plain = source.strip("\"'")
    if (
        not plain
        or plain in {".", "./", "/"}
        or any(c in plain for c in "$*?[{<")
        or "://" in plain
    ):
        return False
    parts = [p for p in plain.split("/") if p not in {".", ""}]
    if not parts or plain.startswith("git@"):
        return False
    made = (_MADE | VENDORED) & {p.lower() for p in parts}
    return not made and not plain.endswith(_MADE_FILES)


def _is_there(dockerfile: Dockerfile, source: str) -> bool:
    file = dockerfile.file
    parts = file.folder.split("/") if file.folder else []
    folders = ["/".join(parts[:n]) for n in range(len(parts), -1, -1)]
    plain = source.strip("\"'").lstrip("/").rstrip("/")
    return exists(file.root, plain, folders) or anywhere(file.root, plain)


def _values(site: Site[object]) -> Iterator[Observation]:
    seen: set[tuple[str, str]] = set()
    for chart in site.repo.charts:
        for reference in chart.references:
            for path in reference.values:
                root = reference.file.root
                key = (reference.file.path, path)
                if key in seen or not _is_values(reference, path) or root.skipped.symlinks:
                    continue
                seen.add(key)
                plain = path.partition("/")[2] if path.startswith("$") else path
                folders = (chart.folder, reference.file.folder, "")
                if not any(
                    exists(r, plain, folders) or anywhere(r, plain) for r in site.repo.roots
                ):
                    environments = (reference.environment,) if reference.environment else ()
                    yield fault(
                        reference.place,
                        f"{reference.file.name} installs chart {chart.name} with {path}, which does"
                        " not exist",
                        environments=environments,
                    )


def _is_values(reference: Reference, path: str) -> bool:
    if is_aside(reference.file.path) or "://" in path or path.startswith("/") or path == "-":
        return False
    rest = path.partition("/")[2] if path.startswith("$") else path
    return bool(rest) and not any(c in rest for c in "${*<`")


def _members(site: Site[object]) -> Iterator[Observation]:
    for root in site.repo.roots:
        for one in kustomize.read(root):
            if is_aside(one.file.path) or root.skipped.symlinks:
                continue
            for absent in one.absent:
                path = posixpath.join(one.folder, absent.url)
                if not is_ignored(root, path) and not exists(root, path):
                    environments = (one.environment,) if one.environment else ()
                    yield fault(
                        absent.place,
                        f"{one.file.path} lists {absent.url}, which does not exist",
                        environments=environments,
                    )


def _read_by_terraform(site: Site[object]) -> Iterator[Observation]:
    for release in site.repo.helm_releases:
        if release.module.is_example:
            continue
        for named in release.values_files:
            if named.file is None and not any(c in named.path for c in "*$"):
                root = release.module.root
                if not exists(root, named.path) and not anywhere(root, named.path):
                    yield fault(
                        named.place,
                        f"{release.block.address} reads {named.path}, which does not exist",
                    )
