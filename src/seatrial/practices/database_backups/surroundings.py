"""What stands around a database's workload: its Service, the policies on it, its volume."""

from __future__ import annotations

import re
from collections.abc import Iterator

from seatrial.kit.site import Site
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import Node


def service_of(site: Site[object], manifest: Manifest) -> Manifest | None:
    """The Service that leads to a workload's pods."""
    labels = manifest.pod_labels.items()
    for other in site.repo.manifests:
        selector = {k: n.text for k, n in other.node.at("spec", "selector").pairs()}
        chosen = bool(selector) and selector.items() <= labels
        if other.kind == "Service" and chosen and _together(other, manifest):
            return other
    return None


def _together(one: Manifest, other: Manifest) -> bool:
    if one.chart is not other.chart or one.namespace != other.namespace:
        return False
    if one.file.root is not other.file.root:
        return False
    mine, theirs = set(one.environments), set(other.environments)
    return not mine or not theirs or bool(mine & theirs)


def is_isolated(site: Site[object], manifest: Manifest) -> bool:
    """True when a NetworkPolicy that people wrote guards a workload's pods."""
    labels = manifest.pod_labels.items()
    for other in site.repo.manifests:
        if other.kind == "NetworkPolicy" and _together(other, manifest):
            chosen = other.node.at("spec", "podSelector", "matchLabels").pairs()
            kinds = [n.text for n in other.node.at("spec", "policyTypes").items()]
            if {k: n.text for k, n in chosen}.items() <= labels and "Ingress" in (
                kinds or ["Ingress"]
            ):
                return True
    return False


def scratch(site: Site[object], mine: Manifest, environment: str) -> str:
    """Size of the database's volume, which bounds its dump; a guess where none is claimed.

    Args:
        site: the site.
        mine: the database's workload.
        environment: the one whose volume is meant; empty for any.
    """
    sizes = [
        claim.at("spec", "resources", "requests", "storage").text
        for other in site.repo.manifests
        if other.file.root is mine.file.root and other.chart is mine.chart
        if not environment or not other.environments or environment in other.environments
        for claim in _claims(mine, other)
    ]
    return next((s for s in sizes if re.fullmatch(r"\d+[KMGT]i", s)), "10Gi")


def _claims(mine: Manifest, other: Manifest) -> Iterator[Node]:
    if other.kind == mine.kind and other.name == mine.name:
        yield from other.node.at("spec", "volumeClaimTemplates").items()
    if other.kind == "PersistentVolumeClaim" and any(
        volume.at("persistentVolumeClaim", "claimName").text == other.name
        for volume in mine.pod_spec.at("volumes").items()
    ):
        yield other.node
