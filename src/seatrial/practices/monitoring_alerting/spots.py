"""Where a reader would mend what is missing altogether."""

from __future__ import annotations

from typing import Final

from seatrial.kit.platform.live import components, is_aside, live_manifests
from seatrial.kit.platform.remote_parts import remote_parts
from seatrial.kit.platform.spots import deliveries
from seatrial.kit.site import Site
from seatrial.model.finding import Observation
from seatrial.model.place import Place
from seatrial.practices.monitoring_alerting.hosted import watches
from seatrial.practices.monitoring_alerting.rules import alerts, default_rules


def alerting_place(site: Site[object]) -> Place:
    """The first alert, or where alerts would be."""
    if alerts(site):
        return alerts(site)[0].place
    if default_rules(site):
        return default_rules(site)[0].place
    return watches(site)[0].place if watches(site) else where(site)


def where(site: Site[object]) -> Place:
    """Where a reader would begin: the cluster's add-ons, the workloads, the compose file."""
    for installed in site.repo.helm_releases:
        return installed.place
    for workload in components(site):
        return workload.place
    for compose in site.repo.compose:
        if not is_aside(compose.file.path) and "test" not in compose.file.name:
            return compose.file.place()
    for place in deliveries(site):
        return place
    for module in site.repo.terraform.roots:
        return module.place()
    for manifest in live_manifests(site):
        return manifest.place()
    for dockerfile in site.repo.dockerfiles:
        if not is_aside(dockerfile.file.path):
            return dockerfile.file.place()
    return Place(site.repo.roots[0].name, "README.md")


def lying_about(site: Site[object]) -> tuple[Place, ...]:
    """Rules and receivers in a folder of extras, which no delivery applies."""
    found = []
    for file in site.repo.files():
        folders = file.path.lower().split("/")[:-1]
        if file.suffix not in {".yaml", ".yml"} or _EXTRAS.isdisjoint(folders):
            continue
        marks = ("kind: PrometheusRule", "kind: Rules", "receivers:")
        named = file.name.lower().startswith("alertmanager")
        mark = next((m for m in marks if m in file.text), "")
        if mark and (named or mark != marks[2]):
            found.append(file.place(file.line_of(mark)))
    return tuple(found)


_EXTRAS: Final = frozenset({"extras", "extra", "optional", "contrib"})


def elsewhere(site: Site[object]) -> list[Observation]:
    """Parts by name that lie in other repositories and may hold the monitoring."""
    words = ("monitoring", "prometheus", "observability")
    return list(remote_parts(site, "scraping and alerts", *words))
