"""Which files make a chart, and its packed subcharts."""

from __future__ import annotations

import io
import os
import posixpath
import stat
from collections.abc import Iterator, Mapping
from typing import Final

from seatrial.repo.files import File, Root

MAX_PACKED: Final = 4 * 1024 * 1024
"""Bytes of a packed subchart; larger ones are treated as missing."""
_MAX_MEMBERS: Final = 500
_MAX_TEXT: Final = 1024 * 1024


def chart_folders(root: Root) -> dict[str, File]:
    """Chart.yaml by folder, for charts that are part of no other chart."""
    found = {f.folder: f for f in root.files.values() if f.name == "Chart.yaml"}
    kept: dict[str, File] = {}
    for folder in sorted(found, key=lambda f: (f.count("/"), f)):
        first = found[folder].yaml.first
        if not _vendored(folder, found) and (first.has("name") or first.has("apiVersion")):
            kept[folder] = found[folder]
    return kept


def _vendored(folder: str, found: Mapping[str, File]) -> bool:
    parts = folder.split("/") if folder else []
    for index in range(len(parts)):
        outer = "/".join(parts[:index])
        # `charts/` next to a Chart.yaml holds subcharts, `templates/` holds no charts at all; a
        # `charts/` folder without one holds charts of their own.
        if outer in found and parts[index] in {"charts", "templates"}:
            return True
    return False


def texts_of(root: Root, folder: str, charts: Mapping[str, File]) -> dict[str, File]:
    """Text files of a chart by path inside it; other charts below it are left out."""
    prefix = f"{folder}/" if folder else ""
    inner = [f"{c}/" for c in charts if c != folder and c.startswith(prefix)]
    if not folder:
        # A chart at the root: only what Helm reads, not the whole repository.
        return {p: f for p, f in root.files.items() if _of_root_chart(p, inner)}
    return {
        path[len(prefix) :]: file
        for path, file in root.files.items()
        if path.startswith(prefix) and not path.startswith(tuple(inner))
    }


def _of_root_chart(path: str, inner: list[str]) -> bool:
    if path.startswith(tuple(inner)):
        return False
    head, slash, _ = path.partition("/")
    if not slash:
        return head.endswith((".yaml", ".yml", ".json", ".tpl"))
    return head in {"templates", "charts", "crds", "files", "config", "dashboards"}


def packed(root: Root, folder: str) -> dict[str, bytes]:
    """Packed subcharts by path inside the chart; links are not followed."""
    base = posixpath.join(folder, "charts")
    try:
        names = sorted(os.listdir(root.folder / base))  # noqa: PTH208  # names only, no Path objects
    except OSError:
        return {}
    found: dict[str, bytes] = {}
    for name in names:
        if name.endswith(".tgz"):
            data = _bytes(root, posixpath.join(base, name))
            if data:
                found[f"charts/{name}"] = data
    return found


def _bytes(root: Root, path: str) -> bytes:
    try:
        if (root.folder / path).resolve() != root.folder / path:
            return b""
        descriptor = os.open(root.folder / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return b""
            data = stream.read(MAX_PACKED + 1)
    except OSError:
        return b""
    return data if len(data) <= MAX_PACKED else b""


def packed_templates(archives: Mapping[str, bytes]) -> Iterator[str]:
    """Texts of the templates in packed subcharts, bounded; broken archives yield nothing."""
    import tarfile

    for data in archives.values():
        try:
            with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
                for _ in range(_MAX_MEMBERS):
                    member = archive.next()
                    if member is None:
                        break
                    if "/templates/" in member.name and member.isfile() and member.size < _MAX_TEXT:
                        stream = archive.extractfile(member)
                        yield stream.read().decode(errors="replace") if stream else ""
        except (tarfile.TarError, OSError, EOFError, ValueError):
            continue


def is_version_of(path: str, name: str) -> bool:
    """Whether `charts/NAME-1.2.3.tgz` is a package of this chart."""
    stem = path.removeprefix("charts/").removesuffix(".tgz")
    rest = stem.removeprefix(f"{name}-")
    return stem == name or (
        (rest != stem and rest[:1].lstrip("v").isdigit()) or rest[:2].startswith("v")
    )
