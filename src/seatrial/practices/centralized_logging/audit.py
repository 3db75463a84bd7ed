"""What the files show of logs: collected, kept, structured, scrubbed."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.platform.cluster import has_cluster
from seatrial.kit.platform.joined import first_of_each
from seatrial.kit.platform.live import live_workloads
from seatrial.kit.platform.remote_parts import remote_parts
from seatrial.kit.platform.spots import clusters
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.centralized_logging.defaults import default_retention, open_store
from seatrial.practices.centralized_logging.lines import lines
from seatrial.practices.centralized_logging.otel import collectors, redacts, without_logs
from seatrial.practices.centralized_logging.parts import Keeping
from seatrial.practices.centralized_logging.settings import Settings
from seatrial.practices.centralized_logging.shippers import COLLECTOR, shippers
from seatrial.practices.centralized_logging.spots import code_place, where
from seatrial.practices.centralized_logging.stores import stores
from seatrial.practices.centralized_logging.traps import (
    costly_label,
    end_of_life,
    ephemeral_store,
    print_logging,
    stale_chart_repository,
)

__all__ = [
    "costly_label", "default_retention", "end_of_life", "ephemeral_store", "no_collector",
    "no_retention", "no_store", "not_applicable", "open_store", "print_logging",
    "stale_chart_repository", "unscrubbed", "unstructured",
]  # fmt: skip

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
    hidden = list(remote_parts(site, "a log store", "logging", "loki", "observability"))
    if not found:
        yield from hidden
    if not found and not hidden:
        yield fault(where(site), "no store collects the logs: they are gone with their container")
    if found and all(s.environments for s in found):
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
    pods = clusters(site) and live_workloads(site)
    if pods and found and all(s.of_tasks for s in found):
        text = "nothing collects the logs of the cluster's pods: only those of ECS tasks arrive"
        yield fault(without_logs(site) or clusters(site)[0][0], text)


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
    if seen.by_hand:
        text = "JSON is put together by a format string: a quote or a traceback breaks the line"
        yield fault(seen.by_hand[0], text, related=seen.by_hand[1:])
    if seen.structured and stores(site):
        yield met(seen.structured, "the application writes structured logs")
    elif seen.by_hand:
        return
    elif seen.structured is None and seen.code:
        text = "the application writes plain text: no JSON logging is configured"
        yield fault(seen.plain or code_place(site), text)


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
    lacking = [
        (place, c.environments)
        for c in collectors(site)
        if c.redacts
        for node, place in c.logs()
        if not redacts(node)
    ]
    for place, environments in lacking:
        text = (
            "the pipeline of logs takes no secrets out, though another one of this collector does"
        )
        yield fault(place, text, environments=environments)
    if lacking:
        return
    places = list(_scrubbing(site))
    if places:
        yield met(*places[0])
        return
    found = [(s.place, s.environments) for s in shippers(site)]
    found += [(s.place, s.environments) for s in stores(site)]
    wanted = set(site.production)
    place = next((p for p, names in found if wanted & set(names)), found[0][0])
    yield fault(place, "nothing on the way takes secrets out of the logs")


def _scrubbing(site: Site[Settings]) -> Iterator[tuple[Place, str]]:
    """Where secrets are taken out: in a collector, then in the application."""
    for collector in collectors(site):
        for node, place in collector.logs():
            if redacts(node):
                yield place, f"{COLLECTOR} takes secrets out"
    for shipper in shippers(site):
        for text, place in shipper.texts if shipper.name != COLLECTOR else ():
            if any(word in text.lower() for word in _SCRUBS):
                yield place, f"{shipper.name} takes secrets out"
    seen = lines(site)
    if seen.scrubbed:
        yield seen.scrubbed, "the application keeps secrets out of its logs"
