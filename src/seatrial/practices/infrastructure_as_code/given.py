"""Values that a delivery gives a chart of these repositories and that the chart does not read."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.platform.live import is_aside
from seatrial.kit.platform.values import unread
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault

if TYPE_CHECKING:
    from seatrial.kit.platform.template_paths import Path
    from seatrial.model.place import Place
    from seatrial.repo.files import File, Root
    from seatrial.repo.kubernetes.chart_references import Reference
    from seatrial.repo.yaml import Node

_SHOWN: Final = 3
_SECRETS: Final = ("password", "secret", "token", "apikey", "credentials")
_FILLERS: Final = frozenset({"dummy", "placeholder", "unused"})
"""Keys that only keep a map from being empty."""
_CHANGED: Final = "seatrial-given"

_Given = dict["Path", "Place"]


def unread_values(site: Site[object], said: set[Place]) -> Iterator[Observation]:
    """One finding for every template of values, helmfile or object with values nobody reads.

    Args:
        site: the site.
        said: places that were reported already.
    """
    dead: dict[str, list[dict[Path, tuple[Place, str | None]]]] = {}
    names: dict[str, list[str]] = {}
    for chart in site.repo.charts:
        if chart.is_library or is_aside(chart.file.path):
            continue
        givens = [one for reference in chart.references for one in _given(reference)]
        lost = unread(chart, {p: _CHANGED for _, given in givens for p in given})
        for key, given in givens:
            dead.setdefault(key, []).append({p: (given[p], lost[p]) for p in given if p in lost})
            names.setdefault(key, []).append(chart.name)
    for key, results in dead.items():
        # A file for several charts may hold what only one of them reads.
        kept = {p: v for p, v in results[0].items() if all(p in other for other in results[1:])}
        kept = {p: v for p, v in kept.items() if v[0] not in said}
        if kept:
            yield _told(names[key][0], kept)


def _told(chart: str, dead: dict[Path, tuple[Place, str | None]]) -> Observation:
    ordered = sorted(dead.items(), key=lambda entry: entry[1][0])
    shown = ", ".join(
        f"{'.'.join(p)} (templates read {near})" if near else ".".join(p)
        for p, (_, near) in ordered[:_SHOWN]
    )
    rest = f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
    secret = any(near and p[-1].lower().endswith(_SECRETS) for p, (_, near) in ordered)
    place = ordered[0][1][0]
    return fault(
        place,
        f"{posixpath.basename(place.path)} gives chart {chart} {shown}{rest}, which no template"
        " reads",
        severity=Severity.HIGH if secret else None,
        related=tuple(where for _, (where, _) in ordered[1:_SHOWN]),
    )


def _given(reference: Reference) -> Iterator[tuple[str, _Given]]:
    """Values with their places, for each file or object that holds some."""
    if is_aside(reference.file.path):
        return
    if reference.inline.kind == "map":
        key = f"{reference.file.path}:{reference.place.line}"
        yield key, dict(_leaves(reference.file, reference.inline, ()))
    for written in reference.values:
        file = _template(reference.file.root, reference.file.folder, written)
        if file is not None:
            yield file.path, dict(_keys(file))


def _leaves(file: File, node: Node, above: Path) -> Iterator[tuple[Path, Place]]:
    for key, child in node.pairs():
        path = (*above, key)
        if child.kind == "map" and child.names() and len(path) < 40:  # noqa: PLR2004 (deeper than any values)
            yield from _leaves(file, child, path)
        elif child.text or child.items():
            yield path, file.place(node.line_of(key))


def _template(root: Root, folder: str, written: str) -> File | None:
    if not written.endswith(".gotmpl") or "{{" in written:
        return None
    return root.files.get(posixpath.normpath(posixpath.join(folder, written)))


def _keys(file: File) -> Iterator[tuple[Path, Place]]:
    """Static keys that stand in a template with a value behind them."""
    if "{{ range" in file.text or "{{- range" in file.text or "toYaml" in file.text:
        return
    stack: list[tuple[int, str]] = []
    for number, line in enumerate(file.lines, 1):
        found = re.match(r"( *)([A-Za-z_][\w-]*):(?: +(\S.*))?$", line)
        if found is None:
            continue
        depth = len(found[1])
        while stack and stack[-1][0] >= depth:
            stack.pop()
        stack.append((depth, found[2]))
        if found[3] and found[2] not in _FILLERS:
            yield tuple(key for _, key in stack), file.place(number)
