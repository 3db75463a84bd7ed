"""What the files show of cost monitoring."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.anchors import anchor
from seatrial.kit.platform.workloads import Workload, workloads
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.cost_monitoring.lacking import without_requests
from seatrial.practices.cost_monitoring.settings import Settings
from seatrial.practices.cost_monitoring.tags import tagging
from seatrial.practices.cost_monitoring.tools import Part, pieces

_RELATED = 8
_SHOWN: Final = 3
_WITHOUT_PRICES: Final = ("linode", "hcloud", "vultr", "scaleway", "ovh", "exoscale", "proxmox")
"""Providers whose prices OpenCost and Kubecost do not know."""


def not_applicable(site: Site[Settings]) -> str:
    """Nothing runs that could cost anything."""
    if runs_for_somebody(site):
        return ""
    return "nothing here runs for anybody, so it costs nothing"


@check("cost-monitoring/cost-unknown", severity=Severity.MEDIUM, requirement=True)
def cost_unknown(site: Site[Settings]) -> Iterator[Observation]:
    """Nothing works out what an environment or a service costs.

    Why: the bill names resources, not services; what grows is found a month after it was merged.
    Fix: OpenCost in the cluster and a cost comment on pull requests (`seatrial apply
    cost-monitoring`); `seatrial cost` answers at once.
    """
    found = [p for p in pieces(site) if p.part is Part.KNOWN]
    for piece in found:
        yield met(piece.place, f"{piece.what} works out costs", environments=piece.environments)
    if not found:
        yield fault(anchor(site), "nothing works out what an environment or a service costs")


@check("cost-monitoring/no-budget", severity=Severity.MEDIUM, requirement=True)
def no_budget(site: Site[Settings]) -> Iterator[Observation]:
    """There is no budget, so nobody is told when it is passed.

    Why: a forgotten node pool or a retry loop shows on the invoice, weeks later.
    Fix: a budget with an alert at 80 % in Terraform, or an alert rule on the cost metrics.
    """
    found = [p for p in pieces(site) if p.part is Part.BUDGET]
    for piece in found:
        if piece.alerts:
            yield met(piece.place, f"{piece.what} watches what is spent")
    if not found:
        yield fault(anchor(site), "no budget is set and no alert watches what is spent")


@check("cost-monitoring/silent-budget", severity=Severity.HIGH)
def silent_budget(site: Site[Settings]) -> Iterator[Observation]:
    """A budget tells nobody when it is passed.

    Why: a number in a console that nobody opens stops nothing.
    Fix: a `notification` block (AWS, Azure) or `threshold_rules` with `all_updates_rule` (Google).
    """
    for piece in pieces(site):
        if piece.part is Part.BUDGET and not piece.alerts:
            yield fault(piece.place, f"{piece.what} tells nobody when it is passed")


@check("cost-monitoring/no-export", severity=Severity.LOW, requirement=True)
def no_export(site: Site[Settings]) -> Iterator[Observation]:
    """Costs are not exported, so months cannot be compared.

    Why: OpenCost keeps what Prometheus keeps, often two weeks; the trend is what a plan needs.
    Fix: a cost export to a bucket, or a scheduled job (`seatrial cost --format csv`).
    """
    found = [p for p in pieces(site) if p.part is Part.EXPORT]
    for piece in found:
        yield met(piece.place, f"{piece.what} exports costs")
    if not found:
        yield fault(anchor(site), "nothing exports the costs of a month")


@check("cost-monitoring/untagged", severity=Severity.LOW, requirement=True)
def untagged(site: Site[Settings]) -> Iterator[Observation]:
    """Cloud resources carry no tags that tell whose they are.

    Why: a line of the bill without an environment, a service or an owner is nobody's.
    Fix: `default_tags` of the provider, or `tags` with environment, service and owner.
    """
    seen = tagging(site)
    for what, place in seen.defaults:
        yield met(place, f"{what} tags everything that it makes")
    if not seen.defaults and len(seen.tagged) > len(seen.untagged):
        address, place = seen.tagged[0]
        more = len(seen.tagged) - 1
        yield met(place, f"{address} {f'and {more} more carry' if more else 'carries'} tags")
    lacking = (*seen.untagged, *seen.modules)
    if lacking:
        names = ", ".join(address for address, _ in lacking[:_SHOWN])
        rest = len(lacking) - _SHOWN
        yield fault(
            lacking[0][1],
            f"{names}{f' and {rest} more' if rest > 0 else ''}"
            f" carr{'ies' if len(lacking) == 1 else 'y'} no tag that tells whose cost it is",
            related=tuple(place for _, place in lacking[1:_RELATED]),
        )


@check("cost-monitoring/no-requests", severity=Severity.MEDIUM)
def no_requests(site: Site[Settings]) -> Iterator[Observation]:
    """Workloads request no CPU or memory, so their share of a node cannot be told.

    Why: an allocation is the larger of request and use; without a request an idle service looks
    free, and the scheduler fills nodes blindly.
    Fix: `resources.requests` in the values of every environment.
    """
    lacking: dict[tuple[str, Place], list[str]] = {}
    for workload in workloads(site):
        for name, place in _without(workload):
            lacking.setdefault((name, place), []).extend(workload.environments)
    by_environments: dict[tuple[str, ...], list[tuple[str, Place]]] = {}
    for (name, place), environments in lacking.items():
        key = tuple(dict.fromkeys(environments))
        by_environments.setdefault(key, []).append((name, place))
    for names, found in by_environments.items():
        yield _without_requests(names, found)


@check("cost-monitoring/no-prices", severity=Severity.HIGH)
def no_prices(site: Site[Settings]) -> Iterator[Observation]:
    """The cost tool has no prices for the provider that is used.

    Why: OpenCost and Kubecost know AWS, Azure and Google; elsewhere they show made-up defaults.
    Fix: `customPricing` in the values, from the provider's price list.
    """
    used = [w for w in _WITHOUT_PRICES if _uses(site, w)]
    known = any(_uses(site, w) for w in ("aws", "google", "azurerm"))
    if not used or known:
        return
    for release in site.repo.helm_releases:
        if not any(w in release.chart for w in ("opencost", "kubecost", "cost-analyzer")):
            continue
        texts = [f.file.text for f in release.values_files if f.file]
        texts += [t.text for t in release.inline_values] + list(release.settings)
        if not any("custompric" in text.lower() for text in texts):
            yield fault(
                release.place,
                f"{release.block.address} has no customPricing and knows no prices of {used[0]}",
                environments=release.environments,
            )


def _uses(site: Site[Settings], provider: str) -> bool:
    return any(m.resources(f"{provider}_") for m in site.repo.terraform.modules if not m.is_example)


def _without(workload: Workload) -> Iterator[tuple[str, Place]]:
    manifest = workload.manifest
    for index, container in without_requests(workload):
        several = len(workload.containers) > 1
        name = f" (container {container.at('name').text})" if several else ""
        yield workload.name + name, manifest.place(*manifest.pod_path, "containers", index)


def _without_requests(names: tuple[str, ...], found: list[tuple[str, Place]]) -> Observation:
    shown = ", ".join(name for name, _ in found[:_SHOWN])
    rest = len(found) - _SHOWN
    return fault(
        found[0][1],
        f"{shown}{f' and {rest} more' if rest > 0 else ''} request"
        f"{'s' if len(found) == 1 else ''} no CPU or memory",
        environments=names,
        related=tuple(place for _, place in found[1:_SHOWN]),
    )
