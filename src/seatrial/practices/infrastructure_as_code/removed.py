"""Versions of APIs that no supported cluster or controller serves any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.repo.kubernetes.manifests import Manifest

_REMOVED: Final = {
    "extensions/v1beta1": "Kubernetes 1.16 to 1.22",
    "apps/v1beta1": "Kubernetes 1.16",
    "apps/v1beta2": "Kubernetes 1.16",
    "networking.k8s.io/v1beta1": "Kubernetes 1.22",
    "rbac.authorization.k8s.io/v1beta1": "Kubernetes 1.22",
    "apiextensions.k8s.io/v1beta1": "Kubernetes 1.22",
    "admissionregistration.k8s.io/v1beta1": "Kubernetes 1.22",
    "scheduling.k8s.io/v1beta1": "Kubernetes 1.22",
    "storage.k8s.io/v1beta1": "Kubernetes 1.22 to 1.27",
    "batch/v1beta1": "Kubernetes 1.25",
    "policy/v1beta1": "Kubernetes 1.25",
    "discovery.k8s.io/v1beta1": "Kubernetes 1.25",
    "autoscaling/v2beta1": "Kubernetes 1.25",
    "autoscaling/v2beta2": "Kubernetes 1.26",
    "flowcontrol.apiserver.k8s.io/v1beta1": "Kubernetes 1.26",
    "flowcontrol.apiserver.k8s.io/v1beta2": "Kubernetes 1.29",
    "source.toolkit.fluxcd.io/v1beta1": "Flux 2.7",
    "kustomize.toolkit.fluxcd.io/v1beta1": "Flux 2.7",
    "helm.toolkit.fluxcd.io/v2beta1": "Flux 2.7",
    "image.toolkit.fluxcd.io/v1alpha2": "Flux 2.0",
    "cert-manager.io/v1alpha2": "cert-manager 1.6",
    "cert-manager.io/v1alpha3": "cert-manager 1.6",
    "cert-manager.io/v1beta1": "cert-manager 1.6",
    "external-secrets.io/v1alpha1": "External Secrets 0.17",
    "karpenter.sh/v1alpha5": "Karpenter 1.0",
}
"""API version -> the release that removed it."""
_STAYED: Final = frozenset(
    "VolumeAttributesClass IPAddress ServiceCIDR ValidatingAdmissionPolicy"
    " ValidatingAdmissionPolicyBinding".split()
)
_SHOWN: Final = 3
_RELATED: Final = 6
_REFERENCES: Final = (("spec", "autoscalerRef"), ("spec", "scaleTargetRef"), ("spec", "targetRef"),
                      ("spec", "ingressRef"))  # fmt: skip


def versions(site: Site[object]) -> Iterator[Observation]:
    """Objects of a removed API, and references to one; many of one version are told together."""
    groups: dict[tuple[str, bool], dict[Place, Manifest]] = {}
    for manifest in live_manifests(site):
        text = manifest.file.text
        for steps, written in _written(manifest):
            computed = manifest.source == "chart" and written not in text
            if not computed and "Capabilities" not in text:
                place = manifest.place(*steps, "apiVersion")
                groups.setdefault((written, bool(steps)), {}).setdefault(place, manifest)
    for (written, refers), found in groups.items():
        members = list(found.items())
        together = len(members) > _SHOWN
        for place, manifest in members[:1] if together else members:
            label = f"{manifest.kind}/{manifest.name}"
            more = f" and {len(members) - 1} more are" if together else " is"
            what = f"{label}{more} of" if not refers else f"{label} refers to"
            yield fault(
                place,
                f"{what} {written}, which {_REMOVED[written]} removed",
                environments=() if together else manifest.environments,
                severity=Severity.MEDIUM if refers or not _is_core(written) else None,
                related=tuple(p for p, _ in members[1:_RELATED]) if together else (),
            )


def _is_core(version: str) -> bool:
    return _REMOVED[version].startswith("Kubernetes")


def _written(manifest: Manifest) -> Iterator[tuple[tuple[str, ...], str]]:
    if manifest.api_version in _REMOVED and manifest.kind not in _STAYED:
        yield (), manifest.api_version
    for steps in _REFERENCES:
        version = manifest.node.at(*steps, "apiVersion").text
        if version in _REMOVED:
            yield steps, version
