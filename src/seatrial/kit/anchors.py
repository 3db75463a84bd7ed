"""Where a reader would add what is missing from the whole system."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.gitops import deliveries
from seatrial.kit.platform.workloads import workloads
from seatrial.kit.site import Site
from seatrial.model.place import Place

_RUNTIME: Final = ("_cluster", "_instance", "ecs_service", "_server", "_function", "_app")

_MODULES: Final = ("cluster", "gke", "eks", "aks", "ecs", "service", "app")


def anchor(site: Site[object]) -> Place:
    """The Terraform that makes the cluster, else a chart, a workload, a compose file, a README."""
    return next(_candidates(site))


def _candidates(site: Site[object]) -> Iterator[Place]:
    roots = site.repo.terraform.roots
    for ending in _RUNTIME:
        for root in roots:
            for module in root.descendants():
                for block in module.resources():
                    if block.labels and block.labels[0].endswith(ending):
                        yield block.place
    for root in roots:
        for call in root.calls:
            if any(word in f"{call.name} {call.source}".lower() for word in _MODULES):
                yield call.place
    yield from (root.place() for root in roots)
    yield from (chart.file.place() for chart in site.repo.charts if not chart.is_library)
    yield from (workload.place for workload in workloads(site))
    composed = sorted((c.file for c in site.repo.compose), key=lambda f: len(f.path))
    yield from (file.place() for file in composed)
    yield from (dockerfile.file.place() for dockerfile in site.repo.dockerfiles)
    yield from (delivery.place for delivery in deliveries(site))
    yield from (workflow.place for workflow in site.repo.workflows)
    yield from (f.place() for f in site.repo.files() if f.path.lower().startswith("readme"))
    yield from (f.place() for f in site.repo.files())
    yield Place(site.repo.roots[0].name if site.repo.roots else "repository", "README.md")
