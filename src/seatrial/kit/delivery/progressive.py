"""Releases that reach some traffic first: canaries, blue-green pairs, weighted routes."""

from __future__ import annotations

import enum
from collections.abc import Iterator

from seatrial.kit.delivery.comparing import compares, is_comparison
from seatrial.kit.delivery.progressive_cloud import Shift, cloud_shifts
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import Node


class Shape(enum.StrEnum):
    """How traffic moves to the new version."""

    CANARY = "canary"
    BLUE_GREEN = "blue-green"
    WEIGHTED = "weighted route"


@struct(eq=False)
class Delivery:
    """One progressive delivery.

    Attributes:
        tool: who moves the traffic.
        name: of the object or resource.
        target: name of the workload that it moves; empty when it is not told.
        analysed: metrics decide on the new version.
        concurrent: it is compared with the old version that runs beside it.
        waits: place at which a person must go on, or None.
        templates: names of the analyses that it refers to, with their places.
        node: the object, for checks that read it.
    """

    tool: str
    name: str
    shape: Shape
    place: Place
    environments: tuple[str, ...] = ()
    target: str = ""
    analysed: bool = False
    concurrent: bool = False
    waits: Place | None = None
    templates: tuple[tuple[str, Place], ...] = ()
    manifest: Manifest | None = None

    @property
    def is_controlled(self) -> bool:
        """True when a controller withdraws the new version by itself."""
        return self.analysed and self.shape is not Shape.WEIGHTED


@once
def deliveries(site: Site[object]) -> tuple[Delivery, ...]:
    """All progressive deliveries that are in force; static routes beside a controller left out."""
    found = [d for m in live_manifests(site) for d in _of_manifest(site, m)]
    found.extend(_of_shift(shift) for shift in cloud_shifts(site))
    if any(d.tool in {"Argo Rollouts", "Flagger"} for d in found):
        found = [d for d in found if d.shape is not Shape.WEIGHTED]
    return tuple(found)


def _of_shift(shift: Shift) -> Delivery:
    return Delivery(
        shift.tool,
        shift.name,
        Shape(shift.shape),
        shift.place,
        shift.environments,
        analysed=shift.analysed,
    )


def _of_manifest(site: Site[object], manifest: Manifest) -> Iterator[Delivery]:
    kind, group = manifest.kind, manifest.group
    if kind == "Rollout" and group == "argoproj.io":
        yield from _rollout(site, manifest)
    elif kind == "Canary" and group == "flagger.app":
        yield from _flagger(site, manifest)
    elif kind == "DeliveryPipeline" and "cloud.google" in group:
        yield from _cloud_deploy(manifest)
    elif kind in {"HTTPRoute", "GRPCRoute", "VirtualService", "TrafficSplit", "TraefikService"}:
        yield from _route(manifest)
    elif manifest.annotations.get("nginx.ingress.kubernetes.io/canary") == "true":
        yield _made("ingress-nginx", manifest, Shape.WEIGHTED, ("metadata", "annotations"))


def _made(
    tool: str, manifest: Manifest, shape: Shape, path: tuple[str, ...], target: str = ""
) -> Delivery:
    name = f"{manifest.kind}/{manifest.name}"
    place, environments = manifest.place(*path), manifest.environments
    return Delivery(tool, name, shape, place, environments, target, manifest=manifest)


def _rollout(site: Site[object], manifest: Manifest) -> Iterator[Delivery]:
    strategy = manifest.node.at("spec", "strategy")
    canary, blue = strategy.at("canary"), strategy.at("blueGreen")
    steps = canary.at("steps").items()
    shifts = any(s.has(k) for s in steps for k in ("setWeight", "setCanaryScale", "experiment"))
    if not shifts and not blue:
        return
    shape = Shape.CANARY if shifts else Shape.BLUE_GREEN
    where = ("spec", "strategy", "canary" if shifts else "blueGreen")
    templates = tuple(_analyses(manifest, where))
    experiments = any(s.at("experiment").has("analyses") for s in steps)
    waits = next(
        (
            manifest.place(*where, "steps", index, "pause")
            for index, step in enumerate(steps)
            if step.has("pause") and not step.at("pause").has("duration")
        ),
        None,
    )
    if blue and blue.at("autoPromotionEnabled").text == "false":
        waits = manifest.place(*where, "autoPromotionEnabled")
    own = _made("Argo Rollouts", manifest, shape, where, manifest.name)
    yield Delivery(
        own.tool,
        own.name,
        shape,
        own.place,
        own.environments,
        manifest.name,
        analysed=bool(templates) or experiments,
        concurrent=_compares(site, manifest, templates),
        waits=waits,
        templates=templates,
        manifest=manifest,
    )


def _analyses(manifest: Manifest, where: tuple[str, ...]) -> Iterator[tuple[str, Place]]:
    for path, node in manifest.node.at(*where).walk():
        if path and path[-1] == "templateName" and node.text:
            yield node.text, manifest.place(*where, *path)


def _compares(
    site: Site[object], manifest: Manifest, templates: tuple[tuple[str, Place], ...]
) -> bool:
    names = {name for name, _ in templates}
    used = [
        m
        for m in live_manifests(site)
        if m.kind in {"AnalysisTemplate", "ClusterAnalysisTemplate"} and m.name in names
    ]
    hands_stable = any(
        n.text.lower() == "stable" and p[-1] in {"podTemplateHashValue", "specRef"}
        for p, n in manifest.node.at("spec", "strategy").walk()
        if p
    )
    return hands_stable or any(compares(m) for m in used)


def _flagger(site: Site[object], manifest: Manifest) -> Iterator[Delivery]:
    spec = manifest.node.at("spec")
    analysis = spec.at("analysis") or spec.at("canaryAnalysis")
    key = "analysis" if spec.has("analysis") else "canaryAnalysis"
    if not analysis:
        return
    weighted = any(analysis.has(k) for k in ("stepWeight", "stepWeights", "maxWeight", "match"))
    skipped = spec.at("skipAnalysis").text == "true"
    confirms = [
        index
        for index, hook in enumerate(analysis.at("webhooks").items())
        if hook.at("type").text in {"confirm-rollout", "confirm-promotion"}
    ]
    shape = Shape.CANARY if weighted else Shape.BLUE_GREEN
    target = spec.at("targetRef", "name").text
    own = _made("Flagger", manifest, shape, ("spec", key), target)
    yield Delivery(
        own.tool,
        own.name,
        shape,
        own.place,
        own.environments,
        target,
        analysed=bool(analysis.at("metrics").items()) and not skipped,
        concurrent=_asks_primary(site, analysis),
        waits=manifest.place("spec", key, "webhooks", confirms[0]) if confirms else None,
        manifest=manifest,
    )


def _asks_primary(site: Site[object], analysis: Node) -> bool:
    """True when a metric of Flagger asks about the primary that runs beside the canary."""
    metrics = analysis.at("metrics").items()
    names = {m.at("templateRef", "name").text for m in metrics} - {""}
    if any(is_comparison(m.at("query").text) for m in metrics):
        return True
    return any(
        m.kind == "MetricTemplate" and m.name in names and compares(m) for m in live_manifests(site)
    )


def _cloud_deploy(manifest: Manifest) -> Iterator[Delivery]:
    stages = manifest.node.at("serialPipeline", "stages").items()
    for index, stage in enumerate(stages):
        canary = stage.at("strategy", "canary")
        if canary:
            verified = any(p[-1] == "verify" and n.text == "true" for p, n in canary.walk() if p)
            path = ("serialPipeline", "stages", index, "strategy", "canary")
            target = stage.at("targetId").text
            yield Delivery(
                "Cloud Deploy",
                f"stage {target}",
                Shape.CANARY,
                manifest.place(*path),
                manifest.environments,
                analysed=verified,
                manifest=manifest,
            )


def _route(manifest: Manifest) -> Iterator[Delivery]:
    for path, node in manifest.node.at("spec").walk():
        if path[-1:] not in {("backendRefs",), ("route",), ("backends",), ("services",)}:
            continue
        weighted = [m for m in node.items() if m.has("weight")]
        names = {_backend(m) for m in weighted if m.at("weight").value != 0}
        named = any("canary" in _backend(m) for m in weighted)
        if len(names) > 1 or (named and len(weighted) > 1):
            tool = {"VirtualService": "Istio", "TraefikService": "Traefik"}.get(
                manifest.kind, "Gateway API" if manifest.kind.endswith("Route") else "SMI"
            )
            yield _made(tool, manifest, Shape.WEIGHTED, ("spec", *[str(p) for p in path[:1]]))
            return


def _backend(member: Node) -> str:
    destination = member.at("destination")
    host = destination.at("host").text or member.at("name").text or member.at("service").text
    return f"{host}/{destination.at('subset').text}"
