"""Alert rules of Prometheus and its kin, wherever they are written down."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import Final

from seatrial.kit.platform.installs import Install, Layer, installs
from seatrial.kit.platform.live import is_aside, live_manifests
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import replace, struct
from seatrial.repo import yaml
from seatrial.repo.files import File
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import Node

STACKS: Final = frozenset(
    {"kube-prometheus-stack", "prometheus-operator", "victoria-metrics-k8s-stack"}
)
_NAMED: Final = 3
_RULE_KINDS: Final = frozenset({"PrometheusRule", "VMRule", "Rules", "ClusterRules", "GlobalRules"})


@struct(eq=False)
class Alert:
    """One alert rule.

    Attributes:
        expression: PromQL as written; of a Grafana rule that of its first query.
        waits: its `for`, empty without one.
        is_prometheus: False for a Grafana rule, whose threshold stands elsewhere.
    """

    name: str
    expression: str
    waits: str
    labels: dict[str, str]
    annotations: dict[str, str]
    place: Place
    environments: tuple[str, ...]
    is_prometheus: bool = True


@struct(eq=False)
class Record:
    """One recording rule."""

    name: str
    place: Place
    environments: tuple[str, ...]


@struct
class Groups:
    """A `groups` list: where it stands and who gets it."""

    layer: Layer
    node: Node
    environments: tuple[str, ...]
    manifest: Manifest | None = None

    @property
    def place(self) -> Place:
        """Where the list starts."""
        if self.manifest:
            return self.manifest.place("spec", "groups")
        return replace(self.layer.origin, line=max(self.node.line, 1), column=1)

    def rules(self) -> Iterator[tuple[Node, Place]]:
        """Yield each rule with its place."""
        for number, group in enumerate(self.node.items()):
            for index, rule in enumerate(group.at("rules").items()):
                if self.manifest:
                    yield rule, self.manifest.place("spec", "groups", number, "rules", index)
                else:
                    line = max(rule.line, 1)
                    yield rule, replace(self.layer.origin, line=line, column=1)


@once
def groups(site: Site[object]) -> tuple[Groups, ...]:
    """All rule groups, empty ones too."""
    return (*_of_objects(site), *_of_installs(site), *_of_files(site), *_of_config_maps(site))


@once
def alerts(site: Site[object]) -> tuple[Alert, ...]:
    """All alert rules."""
    return tuple(a for g in groups(site) for a in _alerts_of(g))


@once
def records(site: Site[object]) -> tuple[Record, ...]:
    """All recording rules."""
    return tuple(
        Record(rule.at("record").text, place, found.environments)
        for found in groups(site)
        for rule, place in found.rules()
        if rule.at("record").text
    )


@once
def default_rules(site: Site[object]) -> tuple[Install, ...]:
    """Installs of a stack that brings rules of its own."""
    return tuple(
        i
        for i in installs(site)
        if i.chart in STACKS
        and not i.is_off("defaultRules", "create")
        and not i.is_off("defaultRules", "enabled")
    )


def _alerts_of(found: Groups) -> Iterator[Alert]:
    for rule, place in found.rules():
        name, grafana = rule.at("alert").text, rule.at("title").text
        if not name and not (grafana and rule.at("data").items()):
            continue
        if rule.at("isPaused").text == "true":
            continue
        expression = rule.at("expr").text
        if not name:
            expression = rule.at("data", 0, "model", "expr").text
        yield Alert(
            name or grafana,
            expression,
            rule.at("for").text,
            {k: v.text for k, v in rule.at("labels").pairs()},
            {k: v.text for k, v in rule.at("annotations").pairs()},
            place,
            found.environments,
            is_prometheus=bool(name),
        )


def _of_objects(site: Site[object]) -> Iterator[Groups]:
    for m in live_manifests(site):
        if m.kind in _RULE_KINDS:
            node = m.node.at("spec", "groups")
            yield Groups(Layer(m.node, m.place()), node, m.environments, m)
        elif m.kind == "GrafanaAlertRuleGroup":
            yield Groups(Layer(m.node, m.place()), _listed(m.node), m.environments)


def _listed(node: Node) -> Node:
    holder = Node("seq", node.line, node.column)
    holder.items().append(node.at("spec"))
    return holder


_FILES: Final = frozenset({"alerting_rules.yml", "alerts", "rules", "recording_rules.yml"})


def _of_installs(site: Site[object]) -> Iterator[Groups]:
    for install in installs(site):
        for layer in install.layers:
            found = [
                node.at("groups")
                for name, node in layer.node.at("serverFiles").pairs()
                if name in _FILES or name.endswith((".yaml", "_rules.yml"))
            ]
            for node in (*found, layer.node.at("server", "alerting", "groups")):
                if node:
                    yield Groups(layer, node, install.environments)
            holders = [v for _, v in layer.node.at("additionalPrometheusRulesMap").pairs()]
            holders += layer.node.at("additionalPrometheusRules").items()
            for holder in holders:
                yield Groups(layer, holder.at("groups"), install.environments)


def _of_files(site: Site[object]) -> Iterator[Groups]:
    used = "\n".join(_named(site))
    mounted = _mounted(site)
    for root in site.repo.roots:
        for file in root.files.values():
            if not _may_hold(file):
                continue
            inside = any(file.path == m or file.path.startswith(f"{m}/") for m in mounted)
            if not inside and file.name not in used and _folder(file) not in used:
                continue
            node = file.yaml.first.at("groups")
            if node.kind == "seq" and not file.yaml.first.has("tests"):
                yield Groups(Layer(file.yaml.first, file.place()), node, ())


@once
def _mounted(site: Site[object]) -> tuple[str, ...]:
    """Paths of the repositories that compose services mount."""
    return tuple(
        posixpath.normpath(posixpath.join(compose.file.folder, source))
        for compose in site.repo.compose
        for service in compose.services
        for volume in service.node.at("volumes").items()
        if (source := (volume.text or volume.at("source").text).partition(":")[0]).startswith(".")
    )


def _may_hold(file: File) -> bool:
    if file.suffix not in {".yaml", ".yml", ".rules"} or is_aside(file.path):
        return False
    low = file.path.lower()
    if not any(w in low for w in ("rule", "alert", "prometheus", "monitoring", "slo")):
        return False
    return "groups:" in file.text and "apiVersion: monitoring" not in file.text


def _named(site: Site[object]) -> Iterator[str]:
    """Texts that name rule files: Prometheus' configuration, mounts, generators, Terraform."""
    for file in site.repo.files():
        low = file.name.lower()
        if "prometheus" in low and low.endswith((".yml", ".yaml", ".tmpl")):
            yield from (n.text for n in file.yaml.first.at("rule_files").items())
        elif low in {"kustomization.yaml", "kustomization.yml"}:
            yield file.text
    for module in site.repo.terraform.modules:
        for block in module.resources("helm_release"):
            yield from (e.text for e in block.attributes.values() if "file" in e.text)


def _of_config_maps(site: Site[object]) -> Iterator[Groups]:
    for m in live_manifests(site):
        if m.kind != "ConfigMap":
            continue
        for _, node in m.node.at("data").pairs():
            text = node.text
            if "groups:" in text and ("alert:" in text or "record:" in text):
                start = m.place("data").line if m.source == "chart" else node.content_line
                parsed = yaml.parse("\n" * (start - 1) + text).first
                yield Groups(Layer(parsed, m.file.place()), parsed.at("groups"), m.environments)


def _folder(file: File) -> str:
    """The name of its folder as a path's part, so that a mount of the folder names it."""
    name = file.folder.rpartition("/")[2]
    return f"/{name}" if name else "\0"


def listed(found: Sequence[Alert]) -> str:
    """The first names, for a message."""
    names = list(dict.fromkeys(a.name for a in found))
    shown = ", ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown}, ..."
