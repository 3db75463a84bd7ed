"""Where a reader would mend what is missing altogether."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.releases import deployments
from seatrial.kit.platform.live import components, is_aside, live_manifests
from seatrial.kit.platform.spots import deliveries
from seatrial.kit.site import Site
from seatrial.model.place import Place
from seatrial.practices.centralized_logging.otel import without_logs
from seatrial.practices.centralized_logging.shippers import services


def where(site: Site[object]) -> Place:
    """Where a reader would begin: the cluster's add-ons, the workloads, the compose file."""
    found = next(_beginnings(site), None)
    return found or code_place(site)


def _beginnings(site: Site[object]) -> Iterator[Place]:
    collector = without_logs(site)
    if collector:
        yield collector
    yield from (i.place for i in site.repo.helm_releases)
    yield from (w.place for w in components(site))
    yield from (s.place for s in services(site))
    yield from deliveries(site)
    yield from (m.place() for m in site.repo.terraform.roots)
    yield from (r.job.place for r in deployments(site))
    yield from (m.place() for m in live_manifests(site))


def code_place(site: Site[object]) -> Place:
    """Where the application begins."""
    for dockerfile in site.repo.dockerfiles:
        path = dockerfile.file.path
        if not is_aside(path) and not path.startswith("."):
            return dockerfile.file.place()
    return Place(site.repo.roots[0].name, "README.md")
