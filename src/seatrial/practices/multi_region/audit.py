"""What the files show of several regions."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.anchors import anchor
from seatrial.kit.data.databases import databases
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.practice import check
from seatrial.practices.multi_region import pieces, written
from seatrial.practices.multi_region.regions import running
from seatrial.practices.multi_region.settings import Settings

_TWO = 2
_SHOWN = 4


def not_applicable(site: Site[Settings]) -> str:
    """Nothing runs that a region could take down."""
    if runs_for_somebody(site):
        return ""
    return "nothing here runs for anybody, so there is no region to lose"


def needed_in(site: Site[Settings], environment: str) -> bool:
    """Production alone, unless the settings say more or no environment is called production."""
    tiers = {e.name: e.tier for e in site.environments}
    if not set(tiers.values()) & set(site.settings.required_in):
        return True
    return tiers.get(environment, "other") in site.settings.required_in


@check("multi-region/one-region", severity=Severity.MEDIUM, requirement=True)
def one_region(site: Site[Settings]) -> Iterator[Observation]:
    """Production runs in one region.

    Why: zones share what a region has once: control plane, network, its operator's mistakes.
    When it is gone, the system is gone until it is back, or until it was built anew elsewhere.
    Fix: a module or provider alias per region (`seatrial apply multi-region`).
    """
    found = running(site)
    if len(found) >= _TWO:
        for region, place in sorted(found.items()):
            yield met(place, f"the system runs in {region}")
        return
    for region, place in found.items():
        others = tuple(p for p in written.in_variables(site, region) if p != place)
        what = f"the system runs in one region only ({region})"
        yield fault(place, what, related=others[:_SHOWN])
    if not found:
        yield fault(anchor(site), "nothing says that the system runs in a second region")


@check("multi-region/hardcoded-region", severity=Severity.MEDIUM, fix="manual")
def hardcoded_region(site: Site[Settings]) -> Iterator[Observation]:
    """The application itself names the region.

    Why: a second region then needs another build of the application, or talks to the first one,
    which is the one that has gone.
    Fix: take it from the environment.
    """
    for place, name, region in written.in_code(site):
        yield fault(place, f"{name} is {region} in the code, whichever region runs it")


@check("multi-region/data-in-one-region", severity=Severity.HIGH, requirement=True)
def data_in_one_region(site: Site[Settings]) -> Iterator[Observation]:
    """The data is kept in one region.

    Why: a second region without the data serves nothing; what was not replicated is lost.
    Fix: a standby or global database; state its lag as RPO.
    """
    found = pieces.replicas(site)
    for place, what in found:
        yield met(place, what)
    if not found and len(running(site)) >= _TWO:
        for database in databases(site):
            yield fault(
                database.place,
                f"{database.name} ({database.engine}) has no replica in another region",
                environments=database.environments,
            )
            return


@check("multi-region/no-routing", severity=Severity.HIGH, requirement=True)
def no_routing(site: Site[Settings]) -> Iterator[Observation]:
    """Nothing sends traffic to the region that is healthy.

    Why: without a health check a person has to notice and to change DNS, at night.
    Fix: DNS with health checks, an accelerator, or a global load balancer.
    """
    found = pieces.routers(site)
    for place, what in found:
        yield met(place, what)
    if not found and len(running(site)) >= _TWO:
        place = next(iter(running(site).values()))
        yield fault(place, "nothing sends traffic away from a region that fails")


@check("multi-region/blind-routing", severity=Severity.HIGH)
def blind_routing(site: Site[Settings]) -> Iterator[Observation]:
    """A DNS record chooses between regions without knowing which is healthy.

    Why: a record without a health check goes on answering with the region that is down.
    Fix: `health_check_id`, or `evaluate_target_health = true` for an alias.
    """
    for block in pieces.blind_records(site):
        yield fault(block.place, f"{block.address} chooses a region without a health check")


@check("multi-region/slow-records", severity=Severity.MEDIUM)
def slow_records(site: Site[Settings]) -> Iterator[Observation]:
    """A DNS record that fails over is cached for long.

    Why: for its time to live clients go on asking the region that is down.
    Fix: 60 seconds or less.
    """
    for block, ttl in pieces.slow_records(site, site.settings.max_ttl_seconds):
        attribute = block.attr("ttl")
        place = attribute.place if attribute else block.place
        yield fault(place, f"{block.address} is cached for {ttl} seconds")


@check(
    "multi-region/not-rehearsed", severity=Severity.MEDIUM, requirement=True, fix="regions failover"
)
def not_rehearsed(site: Site[Settings]) -> Iterator[Observation]:
    """The failover is never rehearsed.

    Why: the worst faults are in the way back and in the old primary that returns; they show in a
    rehearsal or in the disaster.
    Fix: `seatrial prove multi-region`, and a scheduled `seatrial regions failover` on staging.
    """
    found = pieces.rehearsals(site)
    several = len(running(site)) >= _TWO
    if several:
        for place, what in found:
            yield met(place, what)
    if several and not found:
        place = next(iter(running(site).values()))
        yield fault(place, "no pipeline or experiment ever takes a region away")
