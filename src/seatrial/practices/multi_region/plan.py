"""Runs production in a second region that follows the first one and can take over.

`standby-region.tf` beside the user's Terraform: a variable with the second region, a second cluster
like the first (production alone), providers, ingress controller and Argo CD for it, k8gb in both;
what stood there keeps its address. `argocd/<environment>-standby/` holds what the second region
delivers by itself. The chart's PostgreSQL can start as a streaming standby (`standbyOf`), RDS gets
a replica, `templates/regions.yaml` lets DNS follow health, records of Route 53 get health checks.
`docs/runbooks/failover.md` is the way over and back; `.github/workflows/failover-drill.yaml`
rehearses it on two real databases each month. What it costs stands in each reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.homes import app_root, workflow_path
from seatrial.kit.planning.remains import remains
from seatrial.kit.planning.render import render
from seatrial.kit.planning.targets import targets
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Wish
from seatrial.practices.multi_region import audit, pieces
from seatrial.practices.multi_region.delivered import deliveries
from seatrial.practices.multi_region.estate import Estate, estate
from seatrial.practices.multi_region.regions import running
from seatrial.practices.multi_region.runbook import failover
from seatrial.practices.multi_region.secondregion import second_region
from seatrial.practices.multi_region.settings import Settings
from seatrial.practices.multi_region.standby import follows, managed
from seatrial.practices.multi_region.traffic import Entry, entry_of, mended, routed

_TWO = 2


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """What is missing until production survives the loss of a region."""
    yield from mended(site)
    if len(running(site)) >= _TWO:
        if not pieces.replicas(site):
            replicas = list(managed(site))
            yield from replicas or remains(site, audit.data_in_one_region)
        yield from _rehearsed(site, None)
        yield from remains(site, audit.no_routing, audit.blind_routing)
    else:
        yield from _second(site)
    yield from remains(site, audit.hardcoded_region)


def _second(site: Site[Settings]) -> Iterator[Wish]:
    one = estate(site, site.settings.required_in)
    if one is None:
        yield Leave(
            "run production in a second region: no single cluster here can be repeated there by "
            "itself (its networks, its modules or its region are not plain), and a second one "
            "costs what the first costs"
        )
        yield from remains(site, audit.one_region)
        return
    mine = [t for t in targets(site) if not one.names or t.environment.name in one.names]
    entries = [e for e in (entry_of(site, t) for t in mine) if e]
    entry = entries[0] if entries and not pieces.routers(site) else None
    yield from second_region(site, one, entry)
    yield from deliveries(site, one, mine)
    yield from _traffic(site, one, entry)
    if not pieces.replicas(site):
        for target in mine:
            yield from follows(site, target)
    yield from _rehearsed(site, one)
    yield Leave(f"keep a copy of the backups in {one.standby}, with credentials of its own")


def _traffic(site: Site[Settings], one: Estate, entry: Entry | None) -> Iterator[Wish]:
    if entry is None:
        if not pieces.routers(site):
            yield Leave("send users to the healthy region: no Ingress here shows their address")
        return
    yield from routed(entry, one.region)
    yield Leave(
        f"delegate {entry.zone} to the addresses of the Services k8gb-coredns of both clusters "
        f"(NS and glue records in {entry.parent}), then make {entry.host} a CNAME of "
        f"{entry.follows}; certificates need DNS-01, since the standby answers no HTTP-01"
    )


def _rehearsed(site: Site[Settings], one: Estate | None) -> Iterator[Wish]:
    root = app_root(site)
    yield from failover(site, one)
    if pieces.rehearsals(site):
        return
    text = render("multi_region", ".github/workflows/failover-drill.yaml.j2")
    path = workflow_path(root, "failover-drill")
    yield Generate(root.name, path, text, "the way back is where failovers fail: it is rehearsed")
    script = render("multi_region", ".github/scripts/failover-drill.sh.j2")
    yield Generate(
        root.name,
        ".github/scripts/failover-drill.sh",
        script,
        "kills a primary under load, promotes its standby and brings the old one back",
        executable=True,
    )
