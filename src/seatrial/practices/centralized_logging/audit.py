"""What the files show of logs: collected, kept, structured, scrubbed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from seatrial.kit.cluster import has_cluster
from seatrial.kit.joined import first_of_each, joined
from seatrial.kit.live import components, is_aside, live_manifests
from seatrial.kit.releases import deployments
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.centralized_logging.lines import lines, prints
from seatrial.practices.centralized_logging.parts import Keeping, Shipper
from seatrial.practices.centralized_logging.settings import Settings
from seatrial.practices.centralized_logging.shippers import services, shippers
from seatrial.practices.centralized_logging.stores import stores

_DEAD_CHARTS = ("loki-stack", "loki-distributed", "loki-simple-scalable", "grafana-agent")
_MOVED = "grafana.github.io/helm-charts"
_HIGH = ("request_id", "requestid", "trace_id", "traceid", "user_id", "session_id", "pod_uid")
_SCRUBS = ("redact", "scrub", "mask", "sanitiz", "stage.replace", "replace:", "sensitive")


def not_applicable(site: Site[Settings]) -> str:
    """A library or a tool writes no logs that somebody would have to collect."""
    if has_cluster(site) or runs_for_somebody(site):
        return ""
    return "nothing here runs for somebody: a library or tool has no logs to collect"


@check("centralized-logging/no-store", severity=Severity.HIGH, requirement=True)
def no_store(site: Site[Settings]) -> Iterator[Observation]:
    """Logs stay where they were written, and are gone with the pod.

    Why: after a crash, a rollout or a scale-down the lines that would tell why are no more, and
    nobody can search across services.
    Fix: `seatrial apply centralized-logging` installs Loki with object storage and Alloy, or wires
    the store that is already there.
    """
    found = stores(site)
    yield from first_of_each(
        met(s.place, f"logs go to {s.name}", environments=s.environments) for s in found
    )
    if not found:
        yield fault(_where(site), "no store collects the logs: they are gone with their container")
        return
    if all(s.environments for s in found):
        covered = {e for s in found for e in s.environments}
        lacking = tuple(e.name for e in site.environments if e.name not in covered)
        if lacking:
            text = f"{found[0].name} collects the logs of {', '.join(sorted(covered))} only"
            yield fault(found[0].place, text, environments=lacking)


@check("centralized-logging/no-collector", severity=Severity.HIGH, requirement=True)
def no_collector(site: Site[Settings]) -> Iterator[Observation]:
    """There is a store, and nothing brings logs to it.

    Why: an empty store looks healthy until the day when somebody searches it.
    Fix: `seatrial apply centralized-logging` adds Alloy as a DaemonSet that reads every pod's logs.
    """
    found = shippers(site)
    yield from first_of_each(
        met(s.place, f"{s.name} ships logs", environments=s.environments) for s in found
    )
    own = [s for s in stores(site) if s.keeping is not Keeping.UNSEEN]
    if own and not found:
        yield fault(own[0].place, f"nothing brings logs to {own[0].name}")


@check("centralized-logging/no-retention", severity=Severity.HIGH, requirement=True)
def no_retention(site: Site[Settings]) -> Iterator[Observation]:
    """The store has no stated time after which it deletes.

    Why: without one the disk, or the bill, grows until something stops; and nobody can promise how
    far back a search reaches.
    Fix: state the time: `limits_config.retention_period` with `compactor.retention_enabled: true`
    for Loki, `retention_in_days` for CloudWatch, a lifecycle policy for Elasticsearch.
    """
    found = []
    for store in stores(site):
        if store.keeping is Keeping.ENDLESS:
            text = f"{store.name}: {store.lack}"
            found.append(fault(store.keeping_place, text, environments=store.environments))
        elif store.keeping is Keeping.STATED:
            text = f"{store.name} deletes after a stated time"
            found.append(met(store.keeping_place, text, environments=store.environments))
    yield from first_of_each(found)


@check("centralized-logging/unstructured", severity=Severity.MEDIUM, requirement=True)
def unstructured(site: Site[Settings]) -> Iterator[Observation]:
    """The application writes plain text.

    Why: level, service and request id cannot be searched for in prose, and a traceback arrives as
    forty entries.
    Fix: `seatrial apply centralized-logging` adds a logging module that writes one JSON object per
    line.
    """
    seen = lines(site)
    if seen.structured and stores(site):
        yield met(seen.structured, "the application writes structured logs")
    elif seen.structured is None and seen.code:
        text = "the application writes plain text: no JSON logging is configured"
        yield fault(seen.plain or _code(site), text)


@check("centralized-logging/unscrubbed", severity=Severity.MEDIUM, requirement=True)
def unscrubbed(site: Site[Settings]) -> Iterator[Observation]:
    """Nothing takes secrets out of the logs.

    Why: a token in a URL or a traceback is readable by everybody who may search, for as long as the
    store keeps it.
    Fix: a replace stage in the collector, or a filter in the logging module; `prove` plants a
    secret and looks for it.
    """
    if not stores(site):
        return
    for shipper in shippers(site):
        for text, place in shipper.texts:
            if any(word in text.lower() for word in _SCRUBS):
                yield met(place, f"{shipper.name} takes secrets out", environments=())
                return
    seen = lines(site)
    if seen.scrubbed:
        yield met(seen.scrubbed, "the application keeps secrets out of its logs")
        return
    place = shippers(site)[0].place if shippers(site) else stores(site)[0].place
    yield fault(place, "nothing on the way takes secrets out of the logs")


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


def _where(site: Site[Settings]) -> Place:
    """Where a reader would begin: the cluster's add-ons, the workloads, the compose file."""
    for installed in site.repo.helm_releases:
        return installed.place
    for workload in components(site):
        return workload.place
    for service in services(site):
        return service.place
    for module in site.repo.terraform.roots:
        return module.place()
    for release in deployments(site):
        return release.job.place
    for manifest in live_manifests(site):
        return manifest.place()
    return _code(site)


def _code(site: Site[Settings]) -> Place:
    """Where the application begins."""
    for dockerfile in site.repo.dockerfiles:
        if not is_aside(dockerfile.file.path):
            return dockerfile.file.place()
    return Place(site.repo.roots[0].name, "README.md")
