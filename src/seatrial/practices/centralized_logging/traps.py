"""Traps of collectors, stores and lines."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.platform.joined import joined
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.model.struct import replace
from seatrial.practices.centralized_logging.lines import prints
from seatrial.practices.centralized_logging.parts import Shipper
from seatrial.practices.centralized_logging.settings import Settings
from seatrial.practices.centralized_logging.shippers import shippers
from seatrial.practices.centralized_logging.stores import stores

_DEAD_CHARTS = ("loki-stack", "loki-distributed", "loki-simple-scalable", "grafana-agent")
_MOVED = "grafana.github.io/helm-charts"
_HIGH = ("request_id", "requestid", "trace_id", "traceid", "user_id", "session_id", "pod_uid")


@check("centralized-logging/end-of-life", severity=Severity.HIGH)
def end_of_life(site: Site[Settings]) -> Iterator[Observation]:
    """The collector or its chart gets no fixes any more.

    Why: Promtail ended on 2026-03-02 and loki-stack bundles it with Loki 2; the next hole in them
    stays open.
    Fix: Grafana Alloy or another collector; `seatrial apply` translates the scrape configuration.
    """
    found = []
    for shipper in shippers(site):
        chart = shipper.install.chart if shipper.install else ""
        if chart in _DEAD_CHARTS or shipper.name == "Promtail":
            what = f"chart {chart}" if chart in _DEAD_CHARTS else "Promtail"
            text = f"{what} has reached its end of life"
            found.append(fault(shipper.place, text, environments=shipper.environments))
    for store in stores(site):
        chart = store.install.chart if store.install else ""
        if chart in _DEAD_CHARTS:
            text = f"chart {chart} has reached its end of life"
            found.append(fault(store.place, text, environments=store.environments))
    yield from joined(found)


@check("centralized-logging/stale-chart-repository", severity=Severity.MEDIUM)
def stale_chart_repository(site: Site[Settings]) -> Iterator[Observation]:
    """Loki's chart is taken from an address where it is no longer developed.

    Why: since March 2026 the open-source chart lives in grafana-community/helm-charts; what stayed
    at the old address gets security fixes only, and nothing in the index says so.
    Fix: use https://grafana-community.github.io/helm-charts.
    """
    for store in stores(site):
        install = store.install
        if install and install.chart == "loki" and _MOVED in install.repository:
            yield fault(
                install.place,
                f"chart loki comes from {_MOVED}, where it is no longer developed",
                environments=install.environments,
            )


@check("centralized-logging/ephemeral-store", severity=Severity.HIGH)
def ephemeral_store(site: Site[Settings]) -> Iterator[Observation]:
    """The store keeps logs on a disk that is gone with its pod.

    Why: a restart or a drained node deletes all logs, usually in the very incident that they would
    explain.
    Fix: object storage for Loki; a persistent volume at least.
    """
    for store in stores(site):
        install = store.install
        if install is None:
            continue
        for path in _PERSISTENCE.get(store.name, ()):
            found = install.get(*path)
            if found and found.is_off and not _has_objects(install.text("loki", "storage", "type")):
                yield fault(
                    found.place,
                    f"{store.name} keeps logs on a disk that is gone with its pod",
                    environments=store.environments,
                )
                break


_PERSISTENCE = {
    "Loki": (
        ("singleBinary", "persistence", "enabled"),
        ("loki", "persistence", "enabled"),
        ("persistence", "enabled"),
    ),
    "Elasticsearch": (("persistence", "enabled"),),
    "OpenSearch": (("persistence", "enabled"),),
    "VictoriaLogs": (("server", "persistentVolume", "enabled"),),
}


def _has_objects(kind: str) -> bool:
    return kind in {"s3", "gcs", "azure", "swift"}


@check("centralized-logging/costly-label", severity=Severity.MEDIUM)
def costly_label(site: Site[Settings]) -> Iterator[Observation]:
    """A value that is different in every line is made a label.

    Why: Loki opens a stream for each combination of labels; a request id as a label makes millions
    of tiny streams and the store falls over.
    Fix: keep it in the line, or use structured metadata.
    """
    found = []
    for shipper in shippers(site):
        for text, place in shipper.texts:
            line = _label_line(text)
            if line:
                where = Place(place.repository, place.path, place.line + line - 1)
                name = next(h for h in _HIGH if h in text.split("\n")[line - 1].lower())
                shown = f"{shipper.name} makes {name} a label: every request opens a stream"
                found.append(fault(where, shown, environments=shipper.environments))
                break
        found.extend(_staged(shipper))
    yield from joined(found)


def _staged(shipper: Shipper) -> Iterator[Observation]:
    """Labels of stages that stand as values, not as text."""
    for layer in shipper.install.layers if shipper.install else ():
        for path, node in layer.node.walk():
            staged = any("tages" in str(step) for step in path)
            if staged and path[-2] == "labels" and str(path[-1]).lower() in _HIGH:
                place = replace(layer.origin, line=node.line, column=1)
                text = f"{shipper.name} makes {path[-1]} a label: every request opens a stream"
                yield fault(place, text, environments=shipper.environments)


def _label_line(text: str) -> int:
    """Line on which a costly label stands below a `labels` stage; 0 when there is none."""
    inside = 0
    for number, line in enumerate(text.split("\n"), 1):
        low = line.strip().lower()
        if low.startswith(("- labels:", "labels:", "stage.labels")):
            inside = 8
        elif low.startswith(("- ", "stage.")):
            inside = 0
        elif inside and any(low.startswith(h) for h in _HIGH):
            return number
        inside = max(inside - 1, 0)
    return 0


@check("centralized-logging/print", severity=Severity.LOW)
def print_logging(site: Site[Settings]) -> Iterator[Observation]:
    """Application code prints instead of logging.

    Why: a printed line has no level, no time and no request id, and cannot be switched off.
    Fix: use the module's logger.
    """
    found = prints(site)
    if found:
        count = len(found)
        shown = "a line prints" if count == 1 else f"{count} lines print"
        yield fault(found[0], f"{shown} instead of logging", related=found[1:3])
