"""Requests of CPU and memory for containers that state none, so that their share can be told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.workloads import Workload, is_store, workloads
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk
from seatrial.model.edit import At, Block, FileEdit, InsertText, Item, SetKey
from seatrial.practices.cost_monitoring.lacking import without_requests
from seatrial.repo.files import File
from seatrial.repo.kubernetes.charts import Chart
from seatrial.repo.yaml import Node

_WHY: Final = "its share of a node can be told, and the scheduler leaves room for it"
_READS: Final = re.compile(r"\.Values((?:\.\w+)+)\.resources\b")
_STORE: Final = "cpu: 250m\nmemory: 512Mi\n"
_CACHE: Final = "cpu: 50m\nmemory: 128Mi\n"
_APP: Final = "cpu: 100m\nmemory: 256Mi\n"


def shared(site: Site[object]) -> Iterator[Edit | Leave]:
    """Yield requests where containers have none; small ones, to be set by use after some weeks."""
    edits: dict[tuple[str, str], list[FileEdit]] = {}
    for workload in workloads(site):
        for _, container in without_requests(workload):
            found = list(_edits(workload, container))
            if not found:
                text = f"request CPU and memory for {workload.name}, as its use shows"
                yield Leave(text, workload.place)
            for file, edit in found:
                listed = edits.setdefault((file.root.name, file.path), [])
                if edit not in listed:
                    listed.append(edit)
    for (repository, path), listed in edits.items():
        yield Edit(repository, path, tuple(listed), _WHY, Risk.MEDIUM)


def _edits(workload: Workload, container: Node) -> Iterator[tuple[File, FileEdit]]:
    manifest = workload.manifest
    amount = Block(_amount(container))
    if manifest.chart is not None:
        yield from _in_chart(manifest.chart, manifest.file, container, amount)
    elif manifest.source == "file" and not manifest.anchor:
        name = container.at("name").text
        document = _document(manifest.file, manifest.node)
        if name and document is not None:
            here = ("containers", Item("name", name), "resources", "requests")
            at: At = (*manifest.pod_path, *here)
            for key, value in _pairs(amount):
                yield manifest.file, _absent(at, key, value, document)


def _pairs(amount: Block) -> Iterator[tuple[str, str]]:
    for line in amount.text.splitlines():
        key, _, value = line.partition(": ")
        yield key, value


def _absent(at: At, key: str, value: str, document: int = 0) -> SetKey:
    return SetKey(at, key, value, replace=False, document=document)


def _document(file: File, node: Node) -> int | None:
    return next((i for i, d in enumerate(file.yaml.documents) if d is node), None)


def _amount(container: Node) -> str:
    image = container.at("image").text
    if not is_store(image):
        return _APP
    last = image.rpartition("/")[2]
    return _CACHE if last.startswith(("redis", "valkey", "memcached")) else _STORE


def _in_chart(
    chart: Chart, template: File, container: Node, amount: Block
) -> Iterator[tuple[File, FileEdit]]:
    """In the values that the template reads; a template that reads none gets one line for it."""
    values, name = chart.values_file, container.at("name").text
    if values is None or not name.replace("_", "").isalnum():
        return
    lines = _lines_of(template, name)
    text = "".join(lines)
    reads = _READS.search(text)
    if reads:
        path = tuple(reads[1].strip(".").split("."))
    else:
        image = next((n for n, line in enumerate(lines) if line.strip().startswith("image:")), -1)
        inside = chart.values.at(name)
        if image < 0 or (inside and inside.kind != "map"):
            return
        path = (name,)
        yield template, _read(lines[: image + 1], name)
    for key, value in _pairs(amount):
        yield values, _absent((*path, "resources", "requests"), key, value)


def _lines_of(template: File, name: str) -> list[str]:
    """The lines of a container in a template, from its name to what is less far in."""
    lines = template.text.splitlines(keepends=True)
    start = [n for n, line in enumerate(lines) if line.strip() == f"- name: {name}"]
    for first in start:
        far = len(lines[first]) - len(lines[first].lstrip())
        end = first + 1
        while end < len(lines) and (
            not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > far
        ):
            end += 1
        if any(line.strip().startswith("image:") for line in lines[first:end]):
            return lines[first:end]
    return []


def _read(head: list[str], name: str) -> InsertText:
    spaces = " " * (len(head[-1]) - len(head[-1].lstrip()))
    text = (
        f"{spaces}resources:\n"
        f"{spaces}  {{{{- toYaml .Values.{name}.resources | nindent {len(spaces) + 2} }}}}\n"
    )
    return InsertText(text, after="".join(head), there=text)
