"""Does a system live in a Kubernetes cluster, as far as its repositories show?"""

from __future__ import annotations

from typing import Final

from seatrial.kit.platform.installs import installs, resources
from seatrial.kit.platform.live import is_aside, live_manifests
from seatrial.kit.site import Site, once

_CLUSTERS: Final = (
    "aws_eks_cluster",
    "google_container_cluster",
    "azurerm_kubernetes_cluster",
    "linode_lke_cluster",
    "digitalocean_kubernetes_cluster",
    "scaleway_k8s_cluster",
    "civo_kubernetes_cluster",
    "ovh_cloud_project_kube",
    "exoscale_sks_cluster",
    "oci_containerengine_cluster",
    "rancher2_cluster",
    "kubernetes_",
    "helm_release",
    "kubectl_manifest",
)
_MODULES: Final = ("/eks/", "kubernetes-engine", "/aks/", "terraform-aws-eks")
_FOREIGN: Final = frozenset({"ClusterPolicy", "Policy", "CustomResourceDefinition"})


@once
def has_cluster(site: Site[object]) -> bool:
    """True when objects, charts, installs or Terraform of a cluster lie in the repositories."""
    if any(m.kind not in _FOREIGN for m in live_manifests(site)) or installs(site):
        return True
    if any(not c.is_library and not is_aside(f"{c.folder}/x") for c in site.repo.charts):
        return True
    return any(True for _ in resources(site, *_CLUSTERS)) or _by_module(site)


def _by_module(site: Site[object]) -> bool:
    from seatrial.kit.platform.installs import live_modules

    return any(
        mark in f"{call.source}/"
        for module in live_modules(site)
        for call in module.calls
        for mark in _MODULES
    )
