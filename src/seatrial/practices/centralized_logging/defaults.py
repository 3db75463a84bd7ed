"""Stores that are taken as they come: without a lock, without a stated time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.installs import installs, resources, scope_at
from seatrial.kit.platform.joined import joined
from seatrial.kit.platform.live import live_workloads
from seatrial.kit.platform.spots import clusters
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.model.struct import replace
from seatrial.practices.centralized_logging.parts import SEARCH_CHARTS, SEARCH_IMAGES
from seatrial.practices.centralized_logging.settings import Settings
from seatrial.practices.centralized_logging.shippers import services, shippers

_UNLOCKED: Final = (
    "DISABLE_SECURITY_PLUGIN=true",
    "plugins.security.disabled: true",
    "plugins.security.disabled=true",
    "xpack.security.enabled: false",
    "xpack.security.enabled=false",
)


@check("centralized-logging/open-store", severity=Severity.MEDIUM)
def open_store(site: Site[Settings]) -> Iterator[Observation]:
    """The store's own security is switched off.

    Why: whoever reaches its port reads all logs of all services, and deletes what would show it.
    Fix: leave the security plugin on, and give collector and readers an account each.
    """
    # Without anything that ships logs the same program is a product's search.
    if shippers(site):
        yield from joined((*_of_services(site), *_of_workloads(site), *_of_charts(site)))


def _of_services(site: Site[object]) -> Iterator[Observation]:
    for service in services(site):
        if any(w in f"{service.name} {service.image}".lower() for w in SEARCH_IMAGES):
            for name, node in service.environment:
                written = node.text if "=" in node.text else f"{name}={node.text}"
                if written in _UNLOCKED:
                    text = f"{service.name} runs with its security switched off"
                    yield fault(service.file.place(node.line), text)


def _of_workloads(site: Site[object]) -> Iterator[Observation]:
    for workload in live_workloads(site):
        for entry in (e for c in workload.containers for e in c.at("env").items()):
            if f"{entry.at('name').text}={entry.at('value').text}" in _UNLOCKED:
                text = f"{workload.name} runs with its security switched off"
                yield fault(workload.place, text, environments=workload.environments)


def _of_charts(site: Site[object]) -> Iterator[Observation]:
    for install in installs(site):
        for value, place in install.texts() if install.chart in SEARCH_CHARTS else ():
            hit = next((w for w in _UNLOCKED if w in value), "")
            if hit:
                line = place.line + value[: value.index(hit)].count("\n")
                text = f"chart {install.chart} is installed with its security switched off"
                yield fault(replace(place, line=line), text, environments=install.environments)


@check("centralized-logging/default-retention", severity=Severity.LOW)
def default_retention(site: Site[Settings]) -> Iterator[Observation]:
    """How long logs are kept is left to the cloud's default.

    Why: Cloud Logging keeps thirty days; the question after an intrusion is often about the month
    before, and for logs of access there may be a law.
    Fix: `google_logging_project_bucket_config` with `retention_days`; `retention_in_days` on the
    Log Analytics workspace.
    """
    hosted = [s for s in shippers(site) if s.hosted == "Cloud Logging"]
    said = ("google_logging_project_bucket_config", "google_logging_project_sink")
    if hosted and not any(True for _ in resources(site, *said)):
        places = tuple(dict.fromkeys([p for p, _ in clusters(site)] + [s.place for s in hosted]))
        text = "Cloud Logging keeps logs for its default of 30 days: nobody has said how long"
        yield fault(places[0], text, related=places[1:5])
    for _, block in resources(site, "azurerm_log_analytics_workspace"):
        if block.attr("retention_in_days") is None:
            text = f"{block.address} keeps logs for its default of 30 days"
            yield fault(block.place, text, environments=scope_at(site, block.place))
