"""Is there a system that runs for somebody, be it only through a controller's objects?"""

from __future__ import annotations

from seatrial.kit.platform.live import is_aside, live_manifests
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.repo.kubernetes.manifests import Manifest

_GROUPS = frozenset({"argoproj.io", "helm.toolkit.fluxcd.io", "kustomize.toolkit.fluxcd.io"})
_DELIVERED = frozenset({"HelmRelease", "Application", "ApplicationSet", "Kustomization"})


def is_delivery(manifest: Manifest) -> bool:
    """True for an object by which Argo CD or Flux delivers; other `Application` kinds are none."""
    return manifest.kind in _DELIVERED and manifest.group in _GROUPS


@once
def is_run(site: Site[object]) -> bool:
    """True for a system that runs, or whose applications a GitOps controller installs."""
    return runs_for_somebody(site) or any(is_delivery(m) for m in live_manifests(site))


def front_place(site: Site[object]) -> Place:
    """Where a reader begins with what serves users: a workload, a service, an image, a file."""
    from seatrial.kit.delivery.releases import deployments
    from seatrial.kit.platform.live import live_workloads

    stateless = [w for w in live_workloads(site) if not w.is_store]
    served = [w for w in stateless if any(c.at("ports").items() for c in w.containers)]
    for workload in served or stateless:
        return workload.manifest.place("spec")
    for manifest in live_manifests(site):
        if is_delivery(manifest):
            return manifest.place("spec")
    for release in deployments(site):
        return release.place
    files = [c for c in site.repo.compose if "override" not in c.file.name]
    services = [s for c in files for s in c.services if s.build]
    if services:
        return services[0].place
    for dockerfile in site.repo.dockerfiles:
        if not is_aside(dockerfile.file.path):
            return dockerfile.file.place()
    for module in site.repo.terraform.roots:
        return module.place()
    found = sorted(site.repo.files(), key=lambda f: f.path.lower() != "readme.md")
    return found[0].place() if found else Place("repository", "README.md")
