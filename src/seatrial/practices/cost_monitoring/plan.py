"""Says what each environment costs, watches a budget, and exports each month.

OpenCost in the way in which charts are installed here, with prices where it knows none; alert rules
on its metrics against a budget (stated in `seatrial.yaml`, else a quarter above the estimate), with
unit tests; tags on cloud resources; requests of CPU and memory where containers state none. On
Linode `scripts/cost.py` prices Terraform and charts, and a workflow comments pull requests with it
and exports the numbers every month; elsewhere a job in the cluster keeps what OpenCost says of each
month.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.anchors import anchor
from seatrial.kit.planning.addons import way
from seatrial.kit.planning.valueshome import release_of, values_home
from seatrial.kit.platform.installs import installed
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import Block, SetKey
from seatrial.model.finding import Outcome
from seatrial.practices.cost_monitoring.audit import no_prices, silent_budget
from seatrial.practices.cost_monitoring.estate import estate
from seatrial.practices.cost_monitoring.marking import marked
from seatrial.practices.cost_monitoring.opencost import budgets, opencost
from seatrial.practices.cost_monitoring.prices import HOURS, LINODE_DATE, VOLUME
from seatrial.practices.cost_monitoring.reports import reports
from seatrial.practices.cost_monitoring.settings import Settings
from seatrial.practices.cost_monitoring.shares import shared
from seatrial.practices.cost_monitoring.tools import Part, pieces


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """Yield what knowing, watching and exporting costs lack."""
    parts = {p.part for p in pieces(site)}
    if Part.KNOWN not in parts:
        if way(site):
            yield from opencost(site)
        elif estate(site) is None:
            text = "nothing here installs charts, so no plan can add OpenCost: turn the provider's"
            yield Leave(f"{text} cost report on", anchor(site))
    watches = Part.BUDGET not in parts
    if watches:
        yield from budgets(site)
    if Part.EXPORT not in parts:
        yield from reports(site, has_rules=watches)
    yield from marked(site)
    yield from shared(site)
    yield from _prices(site)
    for seen in silent_budget.look(site):
        if seen.outcome is Outcome.FAULT:
            yield Leave(seen.message, seen.place)


def _prices(site: Site[Settings]) -> Iterator[Edit | Leave]:
    """Prices for a cost tool that knows none of the provider."""
    lacking = {seen.place for seen in no_prices.look(site)}
    known = estate(site)
    for install in installed(site, "opencost", "cost-analyzer", "kubecost"):
        release = release_of(site, install)
        if release is None or release.place not in lacking:
            continue
        home = values_home(site, install)
        if home is None or known is None or install.chart != "opencost":
            yield Leave("give the cost tool prices: it knows none of this provider", install.place)
            continue
        node = known.node
        model = (
            f'description: "Linode, {LINODE_DATE}"\nCPU: {node.core_hour:.6f}\n'
            f"RAM: {node.memory_hour:.6f}\nstorage: {VOLUME / HOURS:.8f}\n"
        )
        at = (*home.at, "opencost", "customPricing")
        edits = (
            SetKey(at, "enabled", value=True, document=home.document),
            SetKey(at, "createConfigmap", value=True, document=home.document),
            SetKey(at, "provider", "custom", document=home.document),
            SetKey(at, "costModel", Block(model), document=home.document),
        )
        why = "prices per hour of a core and a GB, without which costs are made up"
        yield Edit(home.file.root.name, home.file.path, edits, why, Risk.MEDIUM)
