"""Autoscalers that scale the wrong thing."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, fault
from seatrial.model.place import Place
from seatrial.repo.kubernetes.manifests import Manifest

_KINDS = ("HorizontalPodAutoscaler", "ScaledObject")


def targets(site: Site[object]) -> Iterator[Observation]:
    """Two autoscalers of one workload; an autoscaler of a workload that does not exist."""
    known = {(m.kind, m.name) for m in site.repo.manifests}
    first: dict[tuple[str, str, str, tuple[str, ...]], Manifest] = {}
    autoscalers = [m for m in live_manifests(site) if m.kind in _KINDS]
    # The one that is called like its target is the right one.
    autoscalers.sort(key=lambda m: m.name != _target(m)[1])
    seen: set[tuple[Place, str]] = set()
    for manifest in autoscalers:
        kind, name = _target(manifest)
        if not name or "$" in name or "{" in name:
            continue
        label = f"{manifest.kind}/{manifest.name}"
        place = manifest.place("spec", "scaleTargetRef", "name")
        key = (kind, name, manifest.namespace, manifest.environments)
        other = first.setdefault(key, manifest)
        twice = other is not manifest and other.name != manifest.name
        lost = not twice and (kind, name) not in known and (kind, manifest.name) in known
        if (place, name) in seen or not (twice or lost):
            continue
        seen.add((place, name))
        if twice:
            alone = (
                f": nothing scales {kind}/{manifest.name}" if (kind, manifest.name) in known else ""
            )
            said = f"{label} scales {kind}/{name}, as {other.kind}/{other.name} does already{alone}"
        else:
            said = f"{label} scales {kind}/{name}, which does not exist"
        yield fault(
            place, said, environments=manifest.environments,
            related=(other.place("spec", "scaleTargetRef"),) if twice else (),
        )  # fmt: skip


def replicas(site: Site[object]) -> Iterator[Observation]:
    """Workloads whose number of replicas stands in git although an autoscaler decides it."""
    scaled = {
        (*_target(m), m.namespace, e)
        for m in live_manifests(site)
        if m.kind in _KINDS
        for e in m.environments or ("",)
    }
    found: dict[Place, tuple[Manifest, list[str]]] = {}
    for manifest in live_manifests(site) if scaled else ():
        if not manifest.node.at("spec").has("replicas") or "replicas" not in manifest.file.text:
            continue
        names = [
            e
            for e in manifest.environments or ("",)
            if (manifest.kind, manifest.name, manifest.namespace, e) in scaled
        ]
        if names:
            place = manifest.place("spec", "replicas")
            found.setdefault(place, (manifest, []))[1].extend(n for n in names if n)
    for place, (manifest, names) in found.items():
        count = manifest.node.at("spec", "replicas").text
        yield fault(
            place,
            f"{manifest.kind}/{manifest.name} fixes {count} replicas, and an autoscaler decides"
            " them: every delivery puts its number over the autoscaler's",
            environments=tuple(dict.fromkeys(names)),
        )


def _target(manifest: Manifest) -> tuple[str, str]:
    ref = manifest.node.at("spec", "scaleTargetRef")
    return ref.at("kind").text or "Deployment", ref.at("name").text
