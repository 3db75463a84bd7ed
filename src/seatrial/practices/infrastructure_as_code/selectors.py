"""Services, budgets and monitors that select no pod."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, fault
from seatrial.model.place import Place
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import Node

_PODS: Final = frozenset(
    "Deployment StatefulSet DaemonSet Rollout ReplicaSet Pod Job CronJob".split()
)
_CLOSE: Final = 1
_SET_LATER: Final = frozenset({"version", "slot", "color", "colour", "role", "track"})
"""Labels by which a switch between versions or a failover moves the traffic."""


def lost(site: Site[object]) -> Iterator[Observation]:
    """Selectors that no pod of the same delivery answers, although one nearly does."""
    pods = [(m, labels) for m in live_manifests(site) if (labels := _labels(m))]
    said: dict[Place, tuple[str, list[str]]] = {}
    for manifest in live_manifests(site):
        selector, steps = _selector(manifest)
        if not selector or any("{" in v or "$" in v for v in selector.values()):
            continue
        near = [(m, labels) for m, labels in pods if _together(manifest, m)]
        if not near or any(selector.items() <= labels.items() for _, labels in near):
            continue
        # Pods that an operator makes are not here: only a miss by one label is one for sure.
        missed = [(m, labels) for m, labels in near if _differs(selector, labels) == _CLOSE]
        same = [m for m, _ in missed if m.name == manifest.name]
        if same and len(same) == len({(m.kind, m.name) for m in same}):
            labels = next(labels for m, labels in missed if m is same[0])
            key = next(k for k, v in selector.items() if labels.get(k) != v)
            if key not in labels or key in _SET_LATER:
                continue
            what = (
                f"{manifest.kind}/{manifest.name} selects {key}={selector[key]}, and the pods of"
                f" {same[0].kind}/{same[0].name} have {key}={labels[key]}"
            )
            said.setdefault(manifest.place(*steps), (what, []))[1].extend(manifest.environments)
    for place, (what, names) in said.items():
        yield fault(place, what, environments=tuple(dict.fromkeys(names)))


def _labels(manifest: Manifest) -> Mapping[str, str]:
    if manifest.kind not in _PODS:
        return {}
    pod = manifest.node.at("spec", "template", "metadata", "labels")
    if manifest.kind == "CronJob":
        pod = manifest.node.at("spec", "jobTemplate", "spec", "template", "metadata", "labels")
    return _texts(manifest.node.at("metadata", "labels") if manifest.kind == "Pod" else pod)


def _selector(manifest: Manifest) -> tuple[Mapping[str, str], tuple[str, ...]]:
    if manifest.kind == "Service" and manifest.api_version == "v1":
        return _texts(manifest.node.at("spec", "selector")), ("spec", "selector")
    if manifest.kind == "PodDisruptionBudget":
        steps = ("spec", "selector", "matchLabels")
        return _texts(manifest.node.at(*steps)), steps
    return {}, ()


def _texts(node: Node) -> Mapping[str, str]:
    return {key: child.text for key, child in node.pairs()}


def _together(one: Manifest, other: Manifest) -> bool:
    """True when both come by the same chart, or from the same repository and namespace."""
    here = not one.environments or not other.environments
    here = here or bool(set(one.environments) & set(other.environments))
    same = one.chart is other.chart and one.file.root is other.file.root
    return here and same and one.namespace == other.namespace


def _differs(selector: Mapping[str, str], labels: Mapping[str, str]) -> int:
    return sum(labels.get(key) != value for key, value in selector.items())
