"""Brings every line of every environment into one store, with what is there already.

Where nothing collects logs: Loki (values, retention of a month, object storage where the cluster's
provider has it, else a volume) and Grafana Alloy, in the way in which these repositories install
charts: a Terraform file and a values file beside theirs, a Flux HelmRelease or an Argo CD
Application; or as services of a file that their compose file includes. Their Grafana gets a data
source and a dashboard. A store that is there is kept: it gets what it lacks (retention, a
collector, the other environments). Python applications get a module `json_logging.py` beside the
file that makes the application, and one call of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.addons import way
from seatrial.kit.planning.composed import running
from seatrial.kit.planning.everywhere import everywhere
from seatrial.kit.planning.valueshome import release_of
from seatrial.kit.platform.cluster import has_cluster
from seatrial.kit.platform.remote_parts import remote_parts
from seatrial.kit.platform.spots import clusters
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Wish
from seatrial.model.finding import Outcome
from seatrial.practices.centralized_logging import traps
from seatrial.practices.centralized_logging.audit import no_collector, open_store, unscrubbed
from seatrial.practices.centralized_logging.composelogs import compose_logs
from seatrial.practices.centralized_logging.jsonlines import structured
from seatrial.practices.centralized_logging.lines import lines
from seatrial.practices.centralized_logging.loki import collector, store
from seatrial.practices.centralized_logging.parts import Keeping
from seatrial.practices.centralized_logging.retention import retention
from seatrial.practices.centralized_logging.settings import Settings
from seatrial.practices.centralized_logging.shippers import shippers
from seatrial.practices.centralized_logging.spots import where
from seatrial.practices.centralized_logging.stores import stores


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """Yield what the logs of all environments lack on their way into a store."""
    found = stores(site)
    if not found and not any(True for _ in _hidden(site)):
        yield from _new(site)
    for kept in found:
        yield from _everywhere(site, kept.install)
        if kept.keeping is Keeping.ENDLESS:
            yield from retention(site, kept)
    added = list(_collected(site)) if found else []
    yield from added
    lines_added = list(_lines(site))
    yield from lines_added
    scrubbed = any(isinstance(wish, Generate) for wish in (*added, *lines_added))
    yield from _left(site, scrubbed=scrubbed)


def _hidden(site: Site[Settings]) -> Iterator[object]:
    yield from remote_parts(site, "a log store", "logging", "loki", "observability")


def _new(site: Site[Settings]) -> Iterator[Wish]:
    if way(site):
        yield from store(site)
        if not shippers(site):
            yield from collector(site)
        return
    compose = running(site)
    if compose:
        yield from compose_logs(compose)
    elif has_cluster(site):
        text = "nothing here installs charts (Terraform, Flux or Argo CD), so no plan can add Loki"
        yield Leave(f"{text} and Alloy: choose one of the three, or a hosted store", where(site))
    else:
        text = "name a store for the logs of what runs here without a cluster"
        yield Leave(f"{text}: the platform's own, or a hosted one", where(site))


def _everywhere(site: Site[Settings], install: object) -> Iterator[Wish]:
    from seatrial.kit.platform.install import Install

    release = release_of(site, install) if isinstance(install, Install) else None
    wish = everywhere(site, release, "its logs have no store") if release else None
    if wish:
        yield wish


def _collected(site: Site[Settings]) -> Iterator[Wish]:
    """A collector for a store that gets nothing."""
    own = [s for s in stores(site) if s.keeping is not Keeping.UNSEEN]
    if own and not shippers(site):
        kept = own[0]
        if kept.name == "Loki" and kept.install and way(site):
            name = "loki" if "loki" in kept.install.name else f"{kept.install.name}-loki"
            space = kept.install.namespace or "default"
            yield from collector(site, f"http://{name}-gateway.{space}.svc")
        else:
            yield Leave(f"add a collector that sends the logs to {kept.name}", kept.place)
    elif clusters(site) or not own:
        for seen in no_collector.look(site):
            if seen.outcome is Outcome.FAULT:
                yield Leave(f"add a collector for the cluster: {seen.message}", seen.place)


def _lines(site: Site[Settings]) -> Iterator[Wish]:
    seen = lines(site)
    for place in seen.by_hand:
        yield Leave("let a JSON formatter write these lines instead of a format string", place)
    if seen.structured or seen.by_hand or not seen.code:
        return
    wishes = list(structured(site))
    yield from wishes
    if not wishes:
        text = "switch the JSON formatter of your logging library on: it is no Python that we know"
        yield Leave(text, seen.plain or where(site))


_TRAPS = (
    traps.end_of_life,
    traps.stale_chart_repository,
    traps.ephemeral_store,
    traps.costly_label,
    traps.print_logging,
    open_store,
)


def _left(site: Site[Settings], *, scrubbed: bool) -> Iterator[Wish]:
    """Faults of what people wrote that a plan does not mend for them."""
    if not stores(site):
        return
    for check in _TRAPS if scrubbed else (*_TRAPS, unscrubbed):
        for seen in check.look(site):
            if seen.outcome is Outcome.FAULT:
                yield Leave(seen.message, seen.place)
