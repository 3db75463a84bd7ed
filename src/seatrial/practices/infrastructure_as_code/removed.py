"""Versions of Kubernetes' own APIs that no supported cluster serves any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.repo.manifests import Manifest

_REMOVED: Final = {
    "extensions/v1beta1": "1.16 to 1.22",
    "apps/v1beta1": "1.16",
    "apps/v1beta2": "1.16",
    "networking.k8s.io/v1beta1": "1.22",
    "rbac.authorization.k8s.io/v1beta1": "1.22",
    "apiextensions.k8s.io/v1beta1": "1.22",
    "admissionregistration.k8s.io/v1beta1": "1.22",
    "scheduling.k8s.io/v1beta1": "1.22",
    "storage.k8s.io/v1beta1": "1.22 to 1.27",
    "batch/v1beta1": "1.25",
    "policy/v1beta1": "1.25",
    "discovery.k8s.io/v1beta1": "1.25",
    "autoscaling/v2beta1": "1.25",
    "autoscaling/v2beta2": "1.26",
    "flowcontrol.apiserver.k8s.io/v1beta1": "1.26",
    "flowcontrol.apiserver.k8s.io/v1beta2": "1.29",
}
"""API version -> the Kubernetes release that removed it."""
_STAYED: Final = frozenset(
    "VolumeAttributesClass IPAddress ServiceCIDR ValidatingAdmissionPolicy"
    " ValidatingAdmissionPolicyBinding".split()
)
_REFERENCES: Final = (("spec", "autoscalerRef"), ("spec", "scaleTargetRef"), ("spec", "targetRef"),
                      ("spec", "ingressRef"))  # fmt: skip


def versions(site: Site[object]) -> Iterator[Observation]:
    """Objects of a removed API, and references to one."""
    seen: set[Place] = set()
    for manifest in live_manifests(site):
        label = f"{manifest.kind}/{manifest.name}"
        for steps, written in _written(manifest):
            place = manifest.place(*steps, "apiVersion")
            if place in seen or (manifest.source == "chart" and written not in manifest.file.text):
                continue
            if "Capabilities" in manifest.file.text:
                continue
            seen.add(place)
            what = f"{label} refers to" if steps else f"{label} is of"
            yield fault(
                place,
                f"{what} {written}, which Kubernetes {_REMOVED[written]} removed",
                environments=manifest.environments,
                severity=Severity.MEDIUM if steps else None,
            )


def _written(manifest: Manifest) -> Iterator[tuple[tuple[str, ...], str]]:
    if manifest.api_version in _REMOVED and manifest.kind not in _STAYED:
        yield (), manifest.api_version
    for steps in _REFERENCES:
        version = manifest.node.at(*steps, "apiVersion").text
        if version in _REMOVED:
            yield steps, version
