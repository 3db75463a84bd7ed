"""Code that did not mean what it said: versions, values and schedules."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

from seatrial.kit.planning.targets import targets
from seatrial.kit.platform.live import is_aside
from seatrial.kit.platform.values import DeadValue, dead_values
from seatrial.kit.site import Site, once
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import At, Block, DropKey, FileEdit, ReplaceText, SetAttribute, SetKey
from seatrial.practices.infrastructure_as_code.schedules import dangling
from seatrial.repo.files import File
from seatrial.repo.kubernetes.charts import Chart
from seatrial.repo.yaml import Node


def pinned_inputs(site: Site[object]) -> Iterator[Wish]:
    """Yield the version that runs, for each release that takes the newest."""
    for release in site.repo.helm_releases:
        far = release.chart_folder is None and not release.chart.startswith((".", "/", "${"))
        if release.module.is_example or release.version or not release.chart or not far:
            continue
        version = _running(site).get((release.name, release.namespace), "")
        if not version:
            yield Leave(
                f"give {release.block.address} the version that runs (`helm list -n "
                f"{release.namespace or 'default'}` shows it): it takes the newest",
                release.place,
            )
            continue
        edit = SetAttribute(
            (f"resource {' '.join(release.block.labels)}",), "version", f'"{version}"'
        )
        yield Edit(
            release.module.root.name,
            release.place.path,
            (edit,),
            f"{release.name} keeps the version that its state says is running",
        )


@once
def _running(site: Site[object]) -> dict[tuple[str, str], str]:
    """Chart versions by name and namespace of their release, as the states in git tell them."""
    found: dict[tuple[str, str], str] = {}
    for state in site.repo.terraform.states:
        try:
            resources = json.loads(state.file.text).get("resources", [])
        except (ValueError, AttributeError):
            continue
        for resource in resources if isinstance(resources, list) else []:
            if isinstance(resource, dict) and resource.get("type") == "helm_release":
                for instance in resource.get("instances", []):
                    own = instance.get("attributes", {})
                    key = (str(own.get("name")), str(own.get("namespace")))
                    found[key] = str(own.get("version") or found.get(key, ""))
    return found


def living_values(site: Site[object]) -> Iterator[Wish]:
    """Move values that no template reads to the path that one reads; the rest is named."""
    read = {t.values for t in targets(site) if t.values}
    for chart in site.repo.charts:
        if chart.is_library or is_aside(chart.file.path):
            continue
        for file, found in _dead(chart).items():
            if file not in read and file is not chart.values_file:
                continue
            edits, kept = _moves(file, found)
            if edits:
                yield Edit(
                    file.root.name,
                    file.path,
                    edits,
                    "templates read these values under other names, so the file did not count",
                    Risk.HIGH,
                )
            if kept:
                names = ", ".join(v.path for v in kept[:4])
                yield Leave(
                    f"no template reads {names}: write the template or remove the values",
                    kept[0].place,
                )


def _dead(chart: Chart) -> dict[File, list[DeadValue]]:
    by_file: dict[File, list[DeadValue]] = {}
    names: tuple[str | None, ...] = chart.environments or (None,)
    results = [found for name in names if not (found := dead_values(chart, name)).unknown]
    for result in results:
        for value in result:
            file = chart.root.files.get(value.place.path)
            everywhere = all(any(v.path == value.path for v in r) for r in results)
            own = file is chart.values_file
            if file and (everywhere or not own) and value not in by_file.setdefault(file, []):
                by_file[file].append(value)
    return by_file


def _moves(file: File, found: list[DeadValue]) -> tuple[tuple[FileEdit, ...], list[DeadValue]]:
    edits: list[FileEdit] = []
    kept: list[DeadValue] = []
    document = file.yaml.first
    for value in found:
        path = tuple(value.path.split("."))
        node = document.at(*path)
        target = tuple((value.nearest_live or "").split("."))
        # A value under the right name is there already: the dead one only confuses.
        if not value.nearest_live or node.kind != "scalar":
            kept.append(value)
            continue
        if not document.at(*target):
            edits.append(SetKey(target[:-1], target[-1], _scalar(node)))
        edits.append(DropKey(path[:-1], path[-1]))
    if edits:
        edits += _emptied(document, found, kept)
    return tuple(edits), kept


def _scalar(node: Node) -> Block | str | int | float | bool | None:
    return node.value if node.plain_style else node.text


def _emptied(document: Node, found: list[DeadValue], kept: list[DeadValue]) -> Iterator[DropKey]:
    """Mappings of which every value has moved."""
    stay = {v.path for v in kept}
    moved = {v.path for v in found} - stay
    tops = sorted({p.rpartition(".")[0] for p in moved if "." in p}, key=lambda p: -p.count("."))
    gone: set[str] = set(moved)
    while tops:
        top = tops.pop(0)
        names = document.at(*top.split(".")).names()
        if names and all(f"{top}.{name}" in gone for name in names):
            gone.add(top)
            at: At = tuple(top.split("."))
            yield DropKey(at[:-1], str(at[-1]))
            parent = top.rpartition(".")[0]
            if parent and parent not in tops:
                tops.append(parent)


def real_schedules(site: Site[object]) -> Iterator[Wish]:
    """Take entries out of Python schedules whose task does not exist."""
    for place, task in dangling(site):
        file = site.repo.file(place.path)
        lines = _entry(file, place.line) if file else ""
        if file is None or not lines:
            yield Leave(f"{task} is scheduled and does not exist: write it, or take it out", place)
            continue
        edits = [ReplaceText(lines, "")]
        edits += [ReplaceText(line, "") for line in _idle_imports(file, lines)]
        yield Edit(
            file.root.name,
            file.path,
            tuple(edits),
            f"{task} is scheduled and does not exist: the worker refuses it every time",
        )
        yield Leave(
            f"what {task} was to do has never been done: write the task if it is missed", place
        )


def _entry(file: File, line: int) -> str:
    """The lines of the dictionary entry around a line, whole; empty when they are not its own."""
    try:
        tree = ast.parse(file.text)
    except SyntaxError:
        return ""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Dict):
            continue
        for key, value in zip(node.keys, node.values, strict=True):
            inside = key is not None and key.lineno <= line <= (value.end_lineno or 0)
            if inside and isinstance(value, ast.Dict) and key is not None and _names_task(value):
                first, last = key.lineno, value.end_lineno or key.lineno
                return "".join(f"{text}\n" for text in file.lines[first - 1 : last])
    return ""


def _names_task(entry: ast.Dict) -> bool:
    return any(isinstance(k, ast.Constant) and k.value == "task" for k in entry.keys)


def _idle_imports(file: File, gone: str) -> Iterator[str]:
    """Import lines of one name that only the entry used."""
    rest = file.text.replace(gone, "")
    for node in ast.parse(file.text).body:
        if isinstance(node, ast.ImportFrom) and len(node.names) == 1:
            name = node.names[0].asname or node.names[0].name
            if name in gone and rest.count(name) == 1 and node.lineno == node.end_lineno:
                yield f"{file.lines[node.lineno - 1]}\n"
