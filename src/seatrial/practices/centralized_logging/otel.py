"""Configurations of OpenTelemetry collectors: which pipelines they have, and which redact."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.cluster import has_cluster
from seatrial.kit.platform.installs import addon_texts, installs
from seatrial.kit.platform.live import is_aside, live_manifests
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import replace, struct
from seatrial.repo import yaml
from seatrial.repo.files import File
from seatrial.repo.yaml import NOTHING, Node

_REDACTS: Final = ("redact", "mask", "pii", "sensitive", "scrub", "obfuscat")
_QUIET: Final = frozenset({"debug", "logging", "nop", "file"})


@struct(eq=False)
class Collector:
    """One collector's configuration, or the layer of it that one file holds.

    Attributes:
        pipelines: node of `service.pipelines`.
        origin: names the file; only its line changes.
    """

    pipelines: Node
    origin: Place
    environments: tuple[str, ...]

    def logs(self) -> Iterator[tuple[Node, Place]]:
        """Yield its pipelines of logs, with their places."""
        for name, node in self.pipelines.pairs():
            if name.partition("/")[0] == "logs":
                line = self.pipelines.line_of(name)
                yield node, replace(self.origin, line=max(line, 1), column=1)

    @property
    def place(self) -> Place:
        """Where the pipelines begin."""
        return replace(self.origin, line=max(self.pipelines.line, 1), column=1)

    @property
    def redacts(self) -> bool:
        """True when one of its pipelines takes secrets out."""
        return any(redacts(node) for _, node in self.pipelines.pairs())

    @property
    def ships(self) -> bool:
        """True when one of its pipelines leads to a place outside."""
        return any(
            n.text.partition("/")[0] not in _QUIET
            for _, pipeline in self.pipelines.pairs()
            for n in pipeline.at("exporters").listed()
        )


def redacts(pipeline: Node) -> bool:
    """True for a pipeline with a processor that takes secrets out."""
    names = [n.text.lower() for n in pipeline.at("processors").listed()]
    return any(word in name for name in names for word in _REDACTS)


@once
def collectors(site: Site[object]) -> tuple[Collector, ...]:
    """All configurations that somebody uses."""
    found = (*_of_files(site), *_of_objects(site), *_of_charts(site))
    return tuple(c for c in found if c.pipelines.kind == "map")


def mounted_files(site: Site[object]) -> Iterator[File]:
    """Yield configurations of a collector that a compose service mounts."""
    services = [
        service
        for compose in (site.repo.compose if not has_cluster(site) else ())
        if not is_aside(compose.file.path) and "test" not in compose.file.name
        for service in compose.services
    ]
    mounts = [n.text or n.at("source").text for s in services for n in s.node.at("volumes").items()]
    for root in site.repo.roots:
        for file in root.files.values():
            low = file.name.lower()
            if not low.endswith((".yaml", ".yml")) or not ("otel" in low or "collector" in low):
                continue
            used = any(file.name in m or (file.folder and file.folder in m) for m in mounts)
            if used and not is_aside(file.path):
                yield file


def _of_files(site: Site[object]) -> Iterator[Collector]:
    for file in mounted_files(site):
        yield Collector(file.yaml.first.at("service", "pipelines"), file.place(), ())


def _of_objects(site: Site[object]) -> Iterator[Collector]:
    for m in live_manifests(site):
        texts = [m.node.at("spec", "config")] if m.kind == "OpenTelemetryCollector" else []
        if m.kind == "ConfigMap":
            texts = [n for _, n in m.node.at("data").pairs() if "pipelines:" in n.text]
        for node in texts:
            parsed = node if node.kind == "map" else _parsed(node)
            pipelines = parsed.at("service", "pipelines")
            if m.source != "chart" or m.kind == "OpenTelemetryCollector":
                yield Collector(pipelines, m.file.place(), m.environments)


def _parsed(node: Node) -> Node:
    if "pipelines" not in node.text:
        return NOTHING
    return yaml.parse("\n" * (node.content_line - 1) + node.text).first


def _of_charts(site: Site[object]) -> Iterator[Collector]:
    for install in installs(site):
        if install.chart == "opentelemetry-collector":
            for layer in install.layers:
                node = layer.node.at("config", "service", "pipelines")
                yield Collector(node, layer.origin, install.environments)


def without_logs(site: Site[object]) -> Place | None:
    """Where a collector is configured that ships other signals and no logs."""
    for collector in collectors(site):
        if collector.ships and not any(True for _ in collector.logs()):
            return collector.place
    for text, place in addon_texts(site, "adot"):
        if "pipelines" in text and "logs" not in text.lower():
            return place
    return None
