"""Where a reader would put what is missing altogether: production's cluster, its delivery."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.installs import live_modules, resources, scope_at
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.repo.environments import environment_of

_CLUSTERS: Final = (
    "aws_eks_cluster",
    "google_container_cluster",
    "azurerm_kubernetes_cluster",
    "linode_lke_cluster",
    "digitalocean_kubernetes_cluster",
)
_MODULES: Final = ("/eks/aws", "kubernetes-engine", "/aks/", "terraform-aws-eks")
_BESIDE: Final = ("/acm", "/asm", "/hub", "/fleet", "/auth", "/workload-identity", "/services")


@once
def clusters(site: Site[object]) -> tuple[tuple[Place, tuple[str, ...]], ...]:
    """Clusters that Terraform makes: place and environment, production's first."""
    found = list(_clusters(site))
    wanted = set(site.production)
    return tuple(sorted(found, key=lambda f: not wanted & set(f[1])))


def _clusters(site: Site[object]) -> Iterator[tuple[Place, tuple[str, ...]]]:
    for _, block in resources(site, *_CLUSTERS):
        if block.labels[0] in _CLUSTERS:
            yield block.place, scope_at(site, block.place)
    for module in live_modules(site):
        for call in module.calls:
            source = call.source
            if any(m in f"{source}/" for m in _MODULES) and not any(b in source for b in _BESIDE):
                yield call.place, scope_at(site, call.place)


@once
def deliveries(site: Site[object]) -> tuple[Place, ...]:
    """What a GitOps controller applies, production's first, its own installation left out."""
    wanted = set(site.production)
    found = [
        m
        for m in live_manifests(site)
        if m.kind == "Kustomization"
        and "toolkit.fluxcd.io" in m.api_version
        and m.name != "flux-system"
    ]
    # A file of production's own folder says more than what every environment takes from a base.
    ordered = sorted(
        found,
        key=lambda m: (environment_of(m.file.path) not in wanted, not wanted & set(m.environments)),
    )
    return tuple(m.place() for m in ordered)
