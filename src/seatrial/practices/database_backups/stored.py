"""A database in the cluster, with what a backup has to name, as its own file writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databases import Database, Source, engine_of
from seatrial.kit.planning.templates import name_of, part_at
from seatrial.kit.site import Site
from seatrial.model.struct import struct
from seatrial.practices.database_backups.surroundings import is_isolated, service_of
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import Node

ENGINES: Final = {"postgresql": 5432}
"""Engines whose dump and restore are known here, and the port that they listen on."""
_LOGIN: Final = re.compile(
    r"POSTGRES(?:QL)?_(?:DB|DATABASE|USER|USERNAME|PASSWORD)|PG(?:USER|PASSWORD|DATABASE)"
)
_SECRET: Final = "PASSWORD"  # noqa: S105 (part of a name, no secret)
_EXPRESSION: Final = re.compile(r"\{\{.*?\}\}")
_FIELD: Final = re.compile(r"(?<![\w)\"$])\.\w+")
_ROOTS: Final = (".Values", ".Release", ".Chart", ".Capabilities", ".Template")
_LONGEST: Final = 38
"""Characters of a name: a CronJob's may have 52, and `-restore-check` comes behind it."""


@struct(eq=False)
class Stored:
    """What a backup names.

    Attributes:
        name, image, host: as the file writes them, expressions of Helm included.
        port: of the Service.
        number, port_name: of the container's port.
        env: items of `env` that log in, as the file writes them at no indentation.
        has_password: True when one of them is the password.
        target: labels by which its pods are known.
        isolated: True when a NetworkPolicy that people wrote guards its pods.
    """

    manifest: Manifest
    engine: str
    name: str
    image: str
    host: str
    port: int
    number: int
    port_name: str
    env: tuple[str, ...]
    has_password: bool
    target: tuple[tuple[str, str], ...]
    isolated: bool


def stored(site: Site[object], database: Database) -> Stored | str:
    """What a backup of a database has to name, or why there can be none."""
    manifest = database.manifest
    if manifest is None or database.source is not Source.WORKLOAD:
        return f"back up {database.name} ({database.engine}) with what made it"
    if database.engine not in ENGINES:
        engine = database.engine
        return f"back up {database.name} with what its engine has: no job is written for {engine}"
    found = _read(site, database, manifest)
    if isinstance(found, str):
        return f"back up {database.name}: {found}"
    return found


def _read(site: Site[object], database: Database, manifest: Manifest) -> Stored | str:
    index = next((i for i, c in enumerate(manifest.containers) if engine_of(c.at("image").text)), 0)
    container = manifest.containers[index]
    name, image = _name(manifest), _line(manifest, index, "image")
    service = service_of(site, manifest)
    host = _name(service) if service else manifest.node.at("spec", "serviceName").text
    if not name or not image or not host:
        lacking = "name" if not name else "image" if not image else "Service"
        return f"its {lacking} cannot be told from {manifest.file.path}"
    if len(manifest.name) > _LONGEST:
        return f"{manifest.name} is too long for the name of a CronJob"
    env = tuple(_env(manifest, index))
    port = service.node.at("spec", "ports", 0, "port").text if service else ""
    known = container.at("ports", 0)
    number = known.at("containerPort").text
    default = ENGINES[database.engine]
    return Stored(
        manifest,
        database.engine,
        name,
        image,
        host,
        int(port) if port.isdigit() else default,
        int(number) if number.isdigit() else default,
        known.at("name").text or number,
        env,
        any(_SECRET in item.partition("\n")[0] for item in env),
        _target(manifest),
        is_isolated(site, manifest),
    )


def safe(text: str) -> bool:
    """True when expressions of a template mean the same anywhere in the chart."""
    for expression in _EXPRESSION.findall(text):
        if "$" in expression.replace("$.", "."):
            return False
        if any(not f.startswith(_ROOTS) for f in _FIELD.findall(expression)):
            return False
    return "{{-" not in text


def _name(manifest: Manifest) -> str:
    if manifest.source != "chart":
        return manifest.name
    if _is_packed(manifest):
        return released(manifest.name, manifest.chart.name if manifest.chart else "", "")
    part = part_at(manifest.file, manifest.place("kind").line)
    return name_of(manifest.file, part) if part else ""


def _line(manifest: Manifest, index: int, key: str) -> str:
    """What stands behind a key of a container; empty where it means something only there."""
    if manifest.source != "chart" or _is_packed(manifest):
        return manifest.containers[index].at(key).text
    place = manifest.place(*manifest.pod_path, "containers", index, key)
    text = manifest.file.lines[place.line - 1].strip().removeprefix("- ")
    written, value = text[: len(key) + 1], text[len(key) + 1 :].strip()
    return value if written == f"{key}:" and safe(value) else ""


def _env(manifest: Manifest, index: int) -> Iterator[str]:
    if manifest.source != "chart" or _is_packed(manifest):
        release = manifest.chart.name if manifest.chart else ""
        for item in manifest.containers[index].at("env").items():
            if _LOGIN.fullmatch(item.at("name").text):
                yield from _written(item, release)
        return
    place = manifest.place(*manifest.pod_path, "containers", index, "env")
    lines = manifest.file.lines[place.line :]
    for number, line in enumerate(lines):
        start = line.lstrip()
        if line and not line.startswith(" "):
            return
        name = start.removeprefix("- name:").strip()
        if start.startswith("- name:") and _LOGIN.fullmatch(name):
            indent = len(line) - len(start)
            body = [start]
            for below in lines[number + 1 :]:
                if len(below) - len(below.lstrip()) <= indent:
                    break
                body.append(below[indent:])
            text = "\n".join(body)
            # A password that stands there is not written a second time.
            if safe(text) and (_SECRET not in name or "{{" in text or "valueFrom" in text):
                yield text


def _is_packed(manifest: Manifest) -> bool:
    """True for an object of a subchart whose templates are not here as files."""
    return manifest.source == "chart" and "templates/" not in manifest.file.path


def _written(item: Node, release: str) -> Iterator[str]:
    name = item.at("name").text
    for kind in ("secretKeyRef", "configMapKeyRef"):
        reference = item.at("valueFrom", kind)
        if reference:
            source = released(reference.at("name").text, release, "")
            key = f'{{name: "{source}", key: {reference.at("key").text}}}'
            yield f"- name: {name}\n  valueFrom: {{{kind}: {key}}}"
            return
    if item.at("value").text and _SECRET not in name:
        yield f'- name: {name}\n  value: "{item.at("value").text}"'


def _target(manifest: Manifest) -> tuple[tuple[str, str], ...]:
    pairs = manifest.node.at("spec", "selector", "matchLabels").pairs()
    release = manifest.chart.name if manifest.chart else ""
    return tuple((k, released(n.text, release, k)) for k, n in pairs)


def released(text: str, release: str, key: str) -> str:
    """A label as a template writes it: charts are rendered with their own name as the release."""
    if not release:
        return text
    if text == release and key.endswith(("instance", "release")):
        return "{{ .Release.Name }}"
    if text.startswith(f"{release}-"):
        return "{{ .Release.Name }}" + text.removeprefix(release)
    return text
