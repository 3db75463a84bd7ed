"""Which files a delivery reads: its folder, the chart's values files, the kustomization's parts."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from fnmatch import fnmatchcase

from seatrial.kit.platform.gitops import Delivery, Source, all_deliveries
from seatrial.kit.site import Site, once
from seatrial.model.struct import struct
from seatrial.repo.files import File, Root
from seatrial.repo.kubernetes import kustomize
from seatrial.repo.kubernetes.charts import Chart

_MAX_FOLDERS = 60
_SHORTEST = 4


@struct
class MissingFile:
    """A values file that a delivery names and that is not there."""

    delivery: Delivery
    source: Source
    written: str
    index: int


@once
def read_by_deliveries(site: Site[object]) -> dict[File, tuple[Delivery, ...]]:
    """Files of the repositories that some delivery reads, with those deliveries."""
    found: dict[File, dict[Delivery, None]] = {}
    for one in all_deliveries(site):
        for file in files_of(site, one):
            found.setdefault(file, {})[one] = None
    return {file: tuple(readers) for file, readers in found.items()}


def files_of(site: Site[object], delivery: Delivery) -> tuple[File, ...]:
    """Files that a delivery reads, each once, as far as they lie in these repositories."""
    found: dict[File, None] = {}
    names = {s.name for s in delivery.sources if s.name}
    for source in delivery.sources:
        for root, folder in folders_of(site, source):
            found.update(dict.fromkeys(_in_folder(site, root, folder, source)))
        for written in source.values:
            found.update(dict.fromkeys(_named(site, source, written, names)))
    return tuple(found)


def folders_of(site: Site[object], source: Source) -> Iterator[tuple[Root, str]]:
    """Yield the folders that a source means; a path with `{{...}}` may mean several."""
    path = _pattern(source.path)
    if not path or path == "*":
        return
    for root in site.repo.roots:
        if path == ".":
            yield root, ""
        elif "*" not in path:
            if any(p.startswith(f"{path}/") for p in root.files):
                yield root, path
        else:
            depth = path.count("/")
            folders = {"/".join(p.split("/")[: depth + 1]) for p in root.files if "/" in p}
            hits = sorted(f for f in folders if fnmatchcase(f, path))
            yield from ((root, f) for f in hits[:_MAX_FOLDERS])


def charts_of(site: Site[object], delivery: Delivery) -> Iterator[Chart]:
    """Yield the charts of these repositories that a delivery installs."""
    for source in delivery.sources:
        for root, folder in folders_of(site, source):
            chart = _chart(site, root, folder)
            if chart:
                yield chart


def missing_files(site: Site[object], delivery: Delivery) -> Iterator[MissingFile]:
    """Yield values files that are not there although the chart's folder is."""
    for source in delivery.sources:
        charts = [f for r, f in folders_of(site, source) if _chart(site, r, f)]
        if len(charts) != 1 or source.node.at("helm", "ignoreMissingValueFiles").value is True:
            continue
        for index, written in enumerate(source.values):
            local = not written.startswith("$") and "://" not in written
            if local and "{{" not in written and not list(_named(site, source, written, set())):
                yield MissingFile(delivery, source, written, index)


def _pattern(path: str) -> str:
    """A path with `{{...}}` and `${...}` turned into `*`."""
    for opening, closing in (("{{", "}}"), ("${", "}")):
        while opening in path:
            head, _, rest = path.partition(opening)
            _, found, tail = rest.partition(closing)
            path = f"{head}*{tail}" if found else head
    return path.strip("/")


def _in_folder(site: Site[object], root: Root, folder: str, source: Source) -> Iterator[File]:
    chart = _chart(site, root, folder)
    if chart:
        yield from chart.files.values()
        return
    entry = kustomize.at(root, folder)
    if entry:
        yield from _kustomized(entry, frozenset())
        return
    flat = source.node.at("repoURL") and source.node.at("directory", "recurse").value is not True
    for path, file in root.files.items():
        inside = not folder or path.startswith(f"{folder}/")
        wanted = path.endswith((".yaml", ".yml", ".json")) and not path.startswith(".")
        if inside and wanted and (not flat or file.folder == folder):
            yield file


def _chart(site: Site[object], root: Root, folder: str) -> Chart | None:
    return next((c for c in site.repo.charts if c.root is root and c.folder == folder), None)


def _kustomized(one: kustomize.Kustomization, seen: frozenset[str]) -> Iterator[File]:
    if one.file.path in seen:
        return
    yield one.file
    for patch in one.patches:
        yield patch.file
    for member in one.members:
        if isinstance(member, File):
            yield member
        else:
            yield from _kustomized(member, seen | {one.file.path})
    for entry in one.node.at("helmCharts").items():
        values = f"{one.folder}/{entry.at('valuesFile').text}".strip("/")
        if values in one.root.files:
            yield one.root.files[values]


def _named(site: Site[object], source: Source, written: str, names: set[str]) -> Iterator[File]:
    base = source.path
    if written.startswith("$"):
        name, _, written = written[1:].partition("/")
        if names and name not in names:
            return
        base = ""
    pattern = posixpath.normpath(posixpath.join(_pattern(base) or ".", _pattern(written)))
    pattern = pattern.removeprefix("./").lstrip("/")
    for root in site.repo.roots:
        if pattern in root.files:
            yield root.files[pattern]
        elif "*" in pattern and len(pattern.replace("*", "")) > _SHORTEST:
            hits = [f for p, f in root.files.items() if fnmatchcase(p, pattern)]
            yield from hits[:_MAX_FOLDERS]
