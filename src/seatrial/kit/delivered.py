"""Is there a system that runs for somebody, be it only through a controller's objects?"""

from __future__ import annotations

from seatrial.kit.live import live_manifests
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site, once
from seatrial.model.place import Place

_DELIVERED = frozenset({"HelmRelease", "Application", "ApplicationSet"})


@once
def is_run(site: Site[object]) -> bool:
    """True for a system that runs, or whose applications a GitOps controller installs."""
    return runs_for_somebody(site) or any(m.kind in _DELIVERED for m in live_manifests(site))


def front_place(site: Site[object]) -> Place:
    """Where a reader begins with what serves users: a workload, a service, an image, a file."""
    from seatrial.kit.live import live_workloads
    from seatrial.kit.releases import deployments

    stateless = [w for w in live_workloads(site) if not w.is_store]
    served = [w for w in stateless if any(c.at("ports").items() for c in w.containers)]
    for workload in served or stateless:
        return workload.manifest.place("spec")
    for manifest in live_manifests(site):
        if manifest.kind in _DELIVERED:
            return manifest.place("spec")
    for release in deployments(site):
        return release.place
    services = [s for c in site.repo.compose for s in c.services if s.build and s.ports]
    if services:
        return services[0].place
    for dockerfile in site.repo.dockerfiles:
        return dockerfile.file.place()
    for module in site.repo.terraform.roots:
        return module.place()
    files = sorted(site.repo.files(), key=lambda f: f.path.lower() != "readme.md")
    return files[0].place() if files else Place("repository", "README.md")
