"""A Rollout beside the Deployment that serves users, and the analyses that decide on a version."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.fronts import Front
from seatrial.kit.planning.prometheus import prometheus
from seatrial.kit.planning.render import render
from seatrial.kit.planning.targets import Target
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Risk, Wish
from seatrial.model.edit import AddItem, ReplaceText, SetKey
from seatrial.model.struct import replace, struct
from seatrial.practices.canary.metrics import metrics
from seatrial.practices.canary.settings import Settings
from seatrial.repo.files import File
from seatrial.repo.kubernetes.charts import Chart
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import Node

MINIMUM: Final = 50
"""Requests that a step has to have seen."""
_WEIGHTS: Final = (5, 25, 50)
_ALWAYS: Final = "true"
_CONDITION: Final = re.compile(r"\s*\{\{-?\s*if\s+([^{}]+?)\s*-?\}\}(?=[^{]*\nkind:)")
"""What a template with one object in it stands under as a whole."""


@struct(eq=False)
class Names:
    """How the names stand in a file: expressions of Helm in a chart, else themselves.

    Attributes:
        autoscaled: Helm's condition under which an autoscaler decides the replicas; `true` always,
            empty never.
    """

    deployment: str
    service: str
    ingress: str
    replicas: str
    autoscaled: str = ""


def of_chart(site: Site[Settings], targets: list[Target], front: Front) -> Iterator[Wish]:
    """Yield the template, the switch in the values, and the autoscaler's new aim."""
    chart = targets[0].chart
    names = _names(front, helm=True)
    names = replace(names, autoscaled=_autoscaled(chart, front, names))
    folder = f"{chart.folder}/templates" if chart.folder else "templates"
    yield Generate(
        chart.root.name,
        f"{folder}/canary.yaml",
        _text(site, front, names, helm=True),
        "a new version meets a little traffic first and is compared with the one beside it",
        Risk.HIGH,
    )
    own = chart.values_file
    alone = not any(target.values for target in targets)
    if own:
        yield _switch(own, on=alone)
    for target in targets:
        if target.values and target.values is not own:
            yield _switch(target.values, on=True)
        elif not alone or not own:
            name = target.environment.name
            yield Leave(f"set `canary.enabled: true` for {name}: it has no values file of its own")
    yield from _autoscaler(chart, names)


def _switch(file: File, *, on: bool) -> Edit:
    """`canary.enabled` in a values file; the default for all stays where somebody has set it."""
    reason = "canaries are on here" if on else "canaries are off unless an environment says so"
    edit = SetKey(("canary",), "enabled", on, replace=on)
    return Edit(file.root.name, file.path, (edit,), reason, Risk.HIGH if on else Risk.LOW)


def of_manifests(site: Site[Settings], front: Front) -> Iterator[Wish]:
    """Yield a file with the Rollout beside that of the Deployment."""
    file = front.deployment.file
    name = f"{front.deployment.name}-canary{file.suffix}"
    path = posixpath.join(file.folder, name)
    yield Generate(
        file.root.name,
        path,
        _text(site, front, _names(front, helm=False), helm=False),
        "a new version meets a little traffic first and is compared with the one beside it",
        Risk.HIGH,
    )
    listing = file.root.files.get(posixpath.join(file.folder, "kustomization.yaml"))
    if listing and listing.yaml.first.at("resources"):
        edit = AddItem(("resources",), name, sort=True)
        yield Edit(file.root.name, listing.path, (edit,), f"{name} is applied with its neighbours")


def _text(site: Site[Settings], front: Front, names: Names, *, helm: bool) -> str:
    counted = metrics(site)
    service = front.service
    ports = [] if service is None else service.node.at("spec", "ports").items()
    return render(
        "canary",
        "chart/canary.yaml.j2",
        helm=helm,
        name=names.deployment,
        namespace="" if helm else front.deployment.namespace,
        replicas="" if names.autoscaled == _ALWAYS else names.replicas,
        autoscaled=names.autoscaled,
        ingress=names.ingress if _is_nginx(front) else "",
        service=names.service,
        weights=_WEIGHTS,
        minimum=MINIMUM,
        prometheus=prometheus(site).url,
        total=counted.total,
        bad_label=f', {counted.status}=~"{counted.bad}"',
        seconds=counted.seconds,
        selector=_selector(front, helm=helm),
        ports=[_port(p) for p in ports],
    )


def _selector(front: Front, *, helm: bool) -> list[tuple[str, str]]:
    """The Service's selector; in a chart the name of the release is asked for, not written."""
    if front.service is None:
        return []
    pairs = [(k, n.text) for k, n in front.service.node.at("spec", "selector").pairs()]
    per_release = ("app.kubernetes.io/instance", "release")
    return [(k, "{{ .Release.Name }}" if helm and k in per_release else v) for k, v in pairs]


def _port(node: Node) -> tuple[str, str, str]:
    number = node.at("port").text
    return node.at("name").text or "http", number, node.at("targetPort").text or number


def _is_nginx(front: Front) -> bool:
    if front.ingress is None or front.service is None:
        return False
    spec = front.ingress.node.at("spec", "ingressClassName").text
    return "nginx" in (spec or front.ingress.annotations.get("kubernetes.io/ingress.class", ""))


def _names(front: Front, *, helm: bool) -> Names:
    replicas = front.deployment.node.at("spec", "replicas").text or "1"
    ingress = front.ingress.name if front.ingress else ""
    service = front.service.name if front.service else ""
    if not helm:
        autoscaled = _ALWAYS if front.autoscaler else ""
        return Names(front.deployment.name, service, ingress, replicas, autoscaled)
    document = _document(front.deployment)
    written = re.search(r"^  replicas:[ ]*(\S.*?)[ ]*$", document, re.MULTILINE)
    return Names(
        _written(front.deployment),
        _written(front.service) if front.service else "",
        _written(front.ingress) if front.ingress else "",
        written.group(1) if written and _is_safe(written.group(1)) else replicas,
    )


def _written(manifest: Manifest) -> str:
    """The object's name as its template writes it, where that means the same in another file."""
    found = re.search(r"^  name:[ ]*(\S.*?)[ ]*$", _document(manifest), re.MULTILINE)
    text = found.group(1).strip("\"'") if found else ""
    return text if text and _is_safe(text) else manifest.name


def _is_safe(text: str) -> bool:
    """True for an expression that reads only what every template of a chart has."""
    for inner in re.findall(r"\{\{-?(.*?)-?\}\}", text):
        if "$" in inner or re.search(r"(?<![\w\"])\.(?!Release|Chart|Values|\s|$)", inner):
            return False
    return True


def _document(manifest: Manifest) -> str:
    """The part of the template that makes an object: of its kind, in its order."""
    parts = re.split(r"^---[^\n]*\n", manifest.file.text, flags=re.MULTILINE)
    kind = re.compile(rf"^kind:[ ]*{manifest.kind}[ ]*$", re.MULTILINE)
    mine = [part for part in parts if kind.search(part)]
    return mine[manifest.ordinal] if manifest.ordinal < len(mine) else "".join(mine[:1])


def _autoscaled(chart: Chart, front: Front, names: Names) -> str:
    """When an autoscaler decides the replicas: another value can switch it on tomorrow."""
    for file in chart.templates:
        if (
            "kind: HorizontalPodAutoscaler" in file.text
            and f"name: {names.deployment}" in file.text
        ):
            found = _CONDITION.match(file.text)
            if found and _is_safe(f"{{{{{found[1]}}}}}"):
                return found[1]
    return _ALWAYS if front.autoscaler else ""


def _autoscaler(chart: Chart, names: Names) -> Iterator[Edit]:
    """An autoscaler of the Deployment aims at the Rollout where canaries are on."""
    on = "(.Values.canary).enabled"
    for file in chart.templates:
        if "kind: HorizontalPodAutoscaler" not in file.text:
            continue
        old = f"    apiVersion: apps/v1\n    kind: Deployment\n    name: {names.deployment}\n"
        if file.text.count(old) != 1:
            continue
        new = (
            f"    apiVersion: {{{{ if {on} }}}}argoproj.io/v1alpha1{{{{ else }}}}apps/v1"
            "{{ end }}\n"
            f"    kind: {{{{ if {on} }}}}Rollout{{{{ else }}}}Deployment{{{{ end }}}}\n"
            f"    name: {names.deployment}\n"
        )
        reason = "the autoscaler scales the Rollout where canaries are on"
        yield Edit(file.root.name, file.path, (ReplaceText(old, new),), reason, Risk.MEDIUM)
