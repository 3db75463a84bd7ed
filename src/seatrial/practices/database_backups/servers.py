"""PostgreSQL servers of a chart, as a template of the same chart can speak of them."""

from __future__ import annotations

import re
import textwrap
from typing import Final

from seatrial.kit.data.databases import Database, Source, engine_of
from seatrial.kit.planning.templates import name_of, part_at
from seatrial.kit.site import Site
from seatrial.model.struct import struct
from seatrial.repo.kubernetes.charts import Chart
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import Node

_USER: Final = ("POSTGRES_USER", "POSTGRESQL_USERNAME")
_DATABASE: Final = ("POSTGRES_DB", "POSTGRES_DATABASE", "POSTGRESQL_DATABASE")
_PASSWORD: Final = ("POSTGRES_PASSWORD", "POSTGRESQL_PASSWORD")
_MINORS: Final = {
    "13": "13.22", "14": "14.19", "15": "15.14", "16": "16.10", "17": "17.6", "18": "18.0",
}  # fmt: skip
"""A minor version of each major one; every minor of a major reads and writes the same dumps."""
_TAG: Final = re.compile(r"(?:pg|v)?(\d+)(\.\d+)?")
_OFFICIAL: Final = frozenset({"postgres", "library/postgres", "docker.io/library/postgres"})
_OWN: Final = ("bitnami", "postgresql")
"""Images of plain PostgreSQL with other users and folders than the official ones."""
_LONGEST: Final = 36
"""Letters of a rendered workload's name; the longest suffix makes a CronJob's 52 of it."""


@struct(eq=False)
class Server:
    """A PostgreSQL that a chart runs.

    Attributes:
        chart: the chart that renders it.
        manifest: the Deployment or StatefulSet.
        name: its name as the chart's own template writes it.
        service: name of the Service before it, written the same way.
        port: number of the Service's port.
        image: image with the programs of its major version, exact.
        uid: user of that image who may start a server.
        user, database, password: what stands below `name` of an item of `env`, as YAML.
        selector: labels of its pods, as a template writes them.
    """

    chart: Chart
    manifest: Manifest
    name: str
    service: str
    port: int
    image: str
    uid: int
    user: str
    database: str
    password: str
    selector: tuple[tuple[str, str], ...]

    @property
    def component(self) -> str:
        """A short word for it: its name without the release's."""
        return self.manifest.name.removeprefix(f"{self.chart.name}-")


def server_of(site: Site[object], database: Database) -> Server | str:
    """The server behind a database, or what keeps a plan from backing it up, in words."""
    manifest = database.manifest
    if database.source is not Source.WORKLOAD or database.engine != "postgresql":
        return "only PostgreSQL in a chart is backed up by files of a plan"
    if manifest is None or manifest.source != "chart" or manifest.chart is None:
        return "no chart of these repositories makes it"
    part = part_at(manifest.file, manifest.place("kind").line)
    name = name_of(manifest.file, part) if part else ""
    service = _service(site, manifest)
    container = next((c for c in manifest.containers if engine_of(c.at("image").text)), None)
    if not name or service is None or container is None or len(manifest.name) > _LONGEST:
        return "its name, or that of its Service, cannot be written again"
    image = _image(site, manifest)
    if not image:
        return "its image does not tell the major version of PostgreSQL"
    texts = [_variable(manifest, container, names) for names in (_USER, _DATABASE, _PASSWORD)]
    if "secretKeyRef" not in texts[2]:
        return "its password does not come from a Secret that a backup could read it from"
    release = manifest.chart.name
    return Server(
        manifest.chart,
        manifest,
        name,
        service[0],
        service[1],
        image,
        70 if "alpine" in image else 999,
        texts[0] or "value: postgres\n",
        texts[1] or texts[0] or "value: postgres\n",
        texts[2],
        tuple(
            (k, _written(n.text, release, exact=k.endswith(("instance", "release"))))
            for k, n in manifest.node.at("spec", "selector", "matchLabels").pairs()
        ),
    )


def _service(site: Site[object], workload: Manifest) -> tuple[str, int] | None:
    for other in site.repo.manifests:
        selector = {k: n.text for k, n in other.node.at("spec", "selector").pairs()}
        if other.kind != "Service" or other.chart is not workload.chart or not selector:
            continue
        if not selector.items() <= workload.pod_labels.items():
            continue
        part = part_at(other.file, other.place("kind").line)
        name = name_of(other.file, part) if part else ""
        port = other.node.at("spec", "ports", 0, "port").text
        if name and port.isdigit():
            return name, int(port)
    return None


def _image(site: Site[object], workload: Manifest) -> str:
    """The newest of the images that environments run; a newer pg_dump reads older servers."""
    found: dict[tuple[int, int], str] = {}
    for other in site.repo.manifests:
        if (other.kind, other.name, other.chart) == (
            workload.kind, workload.name, workload.chart,
        ):  # fmt: skip
            for container in other.containers:
                text = container.at("image").text
                if engine_of(text) == "postgresql":
                    name, _, tag = text.partition("@")[0].rpartition(":")
                    version = _TAG.match(tag)
                    if version:
                        key = (int(version[1]), int((version[2] or ".0")[1:]))
                        found[key] = _exact(name, text, version)
    return found[max(found)] if found else ""


def _exact(name: str, text: str, version: re.Match[str]) -> str:
    plain = name in _OFFICIAL
    if plain and version[2]:
        return text
    if plain or any(word in name for word in _OWN):
        minor = _MINORS.get(version[1])
        return f"postgres:{minor}-bookworm" if minor else ""
    return text  # with extensions that only this image holds


def _variable(manifest: Manifest, container: Node, names: tuple[str, ...]) -> str:
    """What an `env` item of the server says, as its template writes it; empty without one."""
    item = next((v for v in container.at("env").items() if v.at("name").text in names), None)
    if item is None:
        return ""
    lines = manifest.file.lines
    start = re.compile(rf"(\s*)- name:\s*[\"']?{item.at('name').text}[\"']?\s*")
    found = [(i, m) for i, line in enumerate(lines) if (m := start.fullmatch(line))]
    if len(found) == 1:
        number, match = found[0]
        below: list[str] = []
        for line in lines[number + 1 :]:
            if line.strip() and len(line) - len(line.lstrip()) <= len(match[1]):
                break
            below.append(line)
        text = textwrap.dedent("\n".join(below)).strip("\n")
        if text.startswith("value") and "$" not in text and "{{-" not in text:
            return f"{text}\n"
    source = item.at("valueFrom", "secretKeyRef")
    release = manifest.chart.name if manifest.chart else ""
    if source:
        name = _written(source.at("name").text, release)
        return f"valueFrom:\n  secretKeyRef:\n    name: {name}\n    key: {source.at('key').text}\n"
    return ""


def _written(text: str, release: str, *, exact: bool = True) -> str:
    """A rendered text as a template writes it: the rendering takes the chart's name as release."""
    if exact and text == release:
        return "{{ .Release.Name }}"
    if release and text.startswith(f"{release}-"):
        return f"{{{{ .Release.Name }}}}{text.removeprefix(release)}"
    return text
