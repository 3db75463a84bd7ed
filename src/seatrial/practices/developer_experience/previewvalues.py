"""What a preview's chart is told that differs from the environment it copies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.fronts import front_of
from seatrial.kit.planning.targets import Target
from seatrial.kit.site import Site
from seatrial.model.change import Leave
from seatrial.model.struct import struct
from seatrial.repo.kubernetes.manifests import Manifest

_CLUSTER_WIDE: Final = frozenset(
    "ClusterRole ClusterRoleBinding PersistentVolume PriorityClass StorageClass ClusterIssuer"
    " CustomResourceDefinition Namespace ValidatingWebhookConfiguration"
    " MutatingWebhookConfiguration".split()
)
_IF: Final = re.compile(r"\{\{-?\s*if\s+\.Values\.([\w.]+)\s*-?\}\}")


@struct
class Parameter:
    """A value of the chart, by its dotted path; may hold an expression of the ApplicationSet."""

    name: str
    value: str


def parameters(site: Site[object], target: Target) -> Iterator[Parameter]:
    """Yield the image of the pull request, a host of its own, and no cluster-wide objects."""
    yield Parameter(target.key, "{{ .head_sha }}")
    host = _host(site, target)
    if host:
        path = _path_of(target, host)
        if path:
            yield Parameter(path, own_host(host, target.environment.name))
    for path in sorted({p for m in _wide(site, target) if (p := _switch(m))}):
        yield Parameter(path, "false")


def own_host(host: str, environment: str) -> str:
    """The address of a preview: that of the environment with the number in its place."""
    first, dot, rest = host.partition(".")
    words = first.split("-")
    number = "pr-{{ .number }}"
    if environment in words:
        return "-".join(number if w == environment else w for w in words) + dot + rest
    return f"{first}-{number}{dot}{rest}"


def left_out(site: Site[object], target: Target) -> Iterator[Leave]:
    """What a preview needs and no file can give."""
    host = _host(site, target)
    if host and _path_of(target, host):
        wild = f"*.{host.partition('.')[2]}"
        yield Leave(f"let {wild} lead to the ingress controller, so that previews have addresses")
    elif host:
        yield Leave(f"nothing shows which value of the chart is the host {host}; previews share it")
    for manifest in _wide(site, target):
        if not _switch(manifest):
            yield Leave(
                f"{manifest.kind}/{manifest.name} is cluster-wide, which previews may not change: "
                "let a value switch it off",
                manifest.place(),
            )
    names = sorted(_pull_secrets(site, target))
    if names:
        yield Leave(f"copy the pull secret {', '.join(names)} into the namespaces preview-*")


def _mine(site: Site[object], target: Target) -> Iterator[Manifest]:
    name = target.environment.name
    for manifest in site.repo.manifests:
        if manifest.chart is target.chart and (
            not manifest.environments or name in manifest.environments
        ):
            yield manifest


def _wide(site: Site[object], target: Target) -> list[Manifest]:
    return [m for m in _mine(site, target) if m.kind in _CLUSTER_WIDE]


def _switch(manifest: Manifest) -> str:
    """The value that switches a template's object off, where a condition right above asks it."""
    lines = manifest.file.lines
    at = next((i for i, line in enumerate(lines) if line.strip() == f"kind: {manifest.kind}"), -1)
    for line in reversed(lines[max(at - 4, 0) : max(at, 0)]):
        found = _IF.search(line)
        if found:
            return found[1]
    return ""


def _host(site: Site[object], target: Target) -> str:
    front = front_of(site, target.chart, target.environment.name)
    if front is None or front.ingress is None:
        return ""
    rules = front.ingress.node.at("spec", "rules").items()
    return next((r.at("host").text for r in rules if r.at("host").text), "")


def _path_of(target: Target, host: str) -> str:
    """Dotted path of the value that is the host."""
    nodes = [target.values.yaml.first] if target.values else []
    for node in (*nodes, target.chart.values):
        for path, value in node.walk():
            if (
                value.kind == "scalar"
                and value.text == host
                and all(isinstance(p, str) for p in path)
            ):
                return ".".join(str(p) for p in path)
    return ""


def _pull_secrets(site: Site[object], target: Target) -> set[str]:
    made = {m.name for m in _mine(site, target) if m.kind == "Secret"}
    asked = {
        node.at("name").text
        for m in _mine(site, target)
        for node in m.pod_spec.at("imagePullSecrets").items()
    }
    return {name for name in asked - made if name}
