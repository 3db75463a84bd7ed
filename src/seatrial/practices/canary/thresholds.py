"""Fixed numbers that decide on a new version, and comparisons with the version beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.comparing import compares
from seatrial.kit.delivery.progressive import Delivery, deliveries
from seatrial.kit.grouping import named
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Reach, Severity, fault, met, unknown
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.model.struct import struct
from seatrial.practices.canary.settings import Settings
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import Node

_TEMPLATES: Final = frozenset({"AnalysisTemplate", "ClusterAnalysisTemplate"})
_OPAQUE: Final = frozenset({"job", "web", "plugin", "kayenta", "skywalking"})
"""Providers of Argo Rollouts that judge by themselves: what they compare is not in the file."""


@struct
class _Number:
    """A fixed number: who is judged by it, in which metric, and where it stands."""

    delivery: Delivery
    metric: str
    place: Place
    template: str = ""
    query: Place | None = None


@check("canary/fixed-threshold", severity=Severity.MEDIUM, requirement=True)
def fixed_threshold(site: Site[Settings]) -> Iterator[Observation]:
    """The new version is measured against a fixed number, not against the old one beside it.

    Why: with few requests a fixed threshold passes bad versions and withdraws good ones, and an
    incident of the whole system withdraws every release.
    Fix: compare with the stable version of the same minute (`seatrial canary` does).
    """
    groups: dict[tuple[str, str], list[_Number]] = {}
    for delivery in deliveries(site):
        if not delivery.analysed:
            continue
        if delivery.concurrent:
            what = f"{delivery.name} is compared with the version that runs beside it"
            yield met(delivery.place, what, environments=delivery.environments)
            continue
        numbers = list(_numbers(site, delivery))
        if not numbers:
            yield _unseen(delivery)
        for number in numbers:
            own = number.template or f"{delivery.name}:{number.place.path}"
            groups.setdefault((number.template, own), []).append(number)
    for (template, _), numbers in groups.items():
        yield _fixed(template, numbers)


def _fixed(template: str, numbers: list[_Number]) -> Observation:
    first = numbers[0]
    names = list(dict.fromkeys(n.delivery.name for n in numbers))
    metrics = template or named(n.metric for n in numbers)
    judged = f"{named(names)} {'is' if len(names) == 1 else 'are'} judged by"
    scope = [n.delivery.environments for n in numbers]
    everywhere = any(not e for e in scope)
    places = [p for n in numbers for p in (n.place, n.query) if p and p != first.place]
    return fault(
        first.place,
        f"{judged} {metrics} against a fixed number, not against the version beside it",
        environments=() if everywhere else tuple(dict.fromkeys(x for e in scope for x in e)),
        related=tuple(dict.fromkeys(places)),
    )


def _unseen(delivery: Delivery) -> Observation:
    return unknown(
        f"what {delivery.name} is compared with is decided by an analysis that is not here",
        reach=Reach.ELSEWHERE,
        credential="the repository with its analysis templates",
        place=delivery.place,
        environments=delivery.environments,
    )


def _numbers(site: Site[Settings], delivery: Delivery) -> Iterator[_Number]:
    manifest = delivery.manifest
    if manifest is None:
        yield _Number(delivery, "alarms", delivery.place)
    elif delivery.tool == "Flagger":
        yield from _of_flagger(site, delivery, manifest)
    elif delivery.tool == "Argo Rollouts":
        yield from _of_templates(site, delivery)
    else:
        yield _Number(delivery, "its verification", delivery.place)


def _of_flagger(site: Site[Settings], delivery: Delivery, manifest: Manifest) -> Iterator[_Number]:
    spec = manifest.node.at("spec")
    key = "analysis" if spec.has("analysis") else "canaryAnalysis"
    for index, metric in enumerate(spec.at(key, "metrics").items()):
        path = ("spec", key, "metrics", index)
        number = next((k for k in ("thresholdRange", "threshold") if metric.has(k)), "name")
        template = metric.at("templateRef", "name").text
        query = _query(site, template) if template else None
        name = metric.at("name").text
        yield _Number(delivery, name, manifest.place(*path, number), template, query)


def _query(site: Site[Settings], name: str) -> Place | None:
    """Line of a MetricTemplate's query that picks the version; the query's own without one."""
    for manifest in live_manifests(site):
        if manifest.kind == "MetricTemplate" and manifest.name == name:
            node = manifest.node.at("spec", "query")
            lines = node.text.split("\n")
            offset = next((i for i, line in enumerate(lines) if "target" in line), -1)
            whole = manifest.place("spec", "query")
            if offset < 0 or manifest.source == "chart" or len(lines) == 1:
                return whole
            return manifest.file.place(node.content_line + offset)
    return None


def _of_templates(site: Site[Settings], delivery: Delivery) -> Iterator[_Number]:
    names = {name for name, _ in delivery.templates}
    for manifest in live_manifests(site):
        if manifest.kind not in _TEMPLATES or manifest.name not in names or compares(manifest):
            continue
        for index, metric in enumerate(manifest.node.at("spec", "metrics").items()):
            if _OPAQUE & set(metric.at("provider").names()):
                continue
            place = manifest.place("spec", "metrics", index, _condition(metric))
            name = metric.at("name").text
            yield _Number(delivery, name, place, manifest.name)


def _condition(metric: Node) -> str:
    conditions = ("successCondition", "failureCondition")
    return next((key for key in conditions if metric.has(key)), "provider")
