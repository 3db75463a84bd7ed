"""What the files show of logs: collected, kept, structured, scrubbed."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.cluster import has_cluster
from seatrial.kit.joined import first_of_each
from seatrial.kit.live import components, is_aside, live_manifests
from seatrial.kit.releases import deployments
from seatrial.kit.remote_parts import remote_parts
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.centralized_logging.lines import lines
from seatrial.practices.centralized_logging.parts import Keeping
from seatrial.practices.centralized_logging.settings import Settings
from seatrial.practices.centralized_logging.shippers import services, shippers
from seatrial.practices.centralized_logging.stores import stores
from seatrial.practices.centralized_logging.traps import (
    costly_label,
    end_of_life,
    ephemeral_store,
    print_logging,
    stale_chart_repository,
)

__all__ = [
    "costly_label", "end_of_life", "ephemeral_store", "no_collector", "no_retention", "no_store",
    "not_applicable", "print_logging", "stale_chart_repository", "unscrubbed", "unstructured",
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
        yield fault(_where(site), "no store collects the logs: they are gone with their container")
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
