"""OpenCost, and the alerts that compare what it measures with a budget."""

from __future__ import annotations

import math
import posixpath
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addonobjects import Addon
from seatrial.kit.planning.addons import environment_expression, install, way
from seatrial.kit.planning.prometheus import load_rules, prometheus, rule_home
from seatrial.kit.planning.render import render
from seatrial.kit.planning.rules import Rule, Series, group, tests
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave
from seatrial.practices.cost_monitoring.estate import Estate, estate
from seatrial.practices.cost_monitoring.prices import (
    BALANCER,
    HOURS,
    LINODE_DATE,
    VOLUME,
)
from seatrial.practices.cost_monitoring.settings import Settings

_REPOSITORY: Final = "https://opencost.github.io/opencost-helm-chart"
_VERSION: Final = "2.5.20"
_PAGE: Final = "docs/runbooks/costs.md"
_ROOM: Final = 1.25
"""How much above the estimate a budget is that nobody has stated."""


def opencost(site: Site[Settings]) -> Iterator[Generate | Edit]:
    """Yield OpenCost in the way in which charts are installed here."""
    seen = prometheus(site)
    host, _, port = seen.url.removeprefix("http://").partition(":")
    service, namespace = host.split(".")[:2]
    known = estate(site)
    values = render(
        "cost_monitoring",
        "helm-values/opencost.yaml.j2",
        service=service,
        namespace=namespace,
        port=port,
        core=f"{known.node.core_hour:.6f}" if known else "",
        memory=f"{known.node.memory_hour:.6f}" if known else "",
        storage=f"{VOLUME / HOURS:.8f}",
        provider="Linode",
        date=LINODE_DATE,
        operator=not seen.by_annotation,
        release=seen.release,
    )
    found = way(site)
    named = environment_expression(found.modules[0]) if found and found.modules else ""
    cluster = f"yamlencode({{ opencost = {{ exporter = {{ defaultClusterId = {named} }} }} }})"
    addon = Addon(
        "opencost",
        "opencost",
        _REPOSITORY,
        _VERSION,
        "opencost",
        values,
        "works out what each namespace and workload costs",
        computed=(cluster,) if named else (),
    )
    yield from install(site, addon)


def budgets(site: Site[Settings]) -> Iterator[Generate | Edit | Leave]:
    """Yield alert rules on the cost of each environment, with their tests."""
    known = estate(site)
    by_name = _budgets(site, known)
    home = rule_home(site, "cost")
    if home is None or way(site) is None:
        yield Leave("set a budget with an alert at the provider: no Prometheus here can watch one")
        return
    if not by_name:
        text = "state `monthly_budget` (USD) in seatrial.yaml: until then an alert only tells when "
        yield Leave(f"{text}costs are 30 % above those of the day before")
        by_name = {"": 0}
    found = way(site)
    module = found.modules[0] if found and found.modules else None
    apart = module is not None and environment_expression(module) == "terraform.workspace"
    if not apart:
        by_name = {"": max(by_name.values())}
    shown = list(_alerts("", max(by_name.values()), is_linode=known is not None))
    page = render("cost_monitoring", "docs/runbooks/costs.md.j2", rules=shown)
    yield Generate(home.repository, _PAGE, page, "what to do when an alert on costs fires")
    for environment, budget in by_name.items():
        yield from _rules(site, environment, budget, is_linode=known is not None)


def _budgets(site: Site[Settings], known: Estate | None) -> dict[str, int]:
    stated = site.settings.monthly_budget
    names = [e.name for e in site.environments] or ["all"]
    if stated:
        return dict.fromkeys(names, stated)
    monthly = known.monthly if known else {}
    return {n: math.ceil(c * _ROOM / 10) * 10 for n, c in monthly.items()}


def _rules(
    site: Site[Settings], environment: str, budget: int, *, is_linode: bool
) -> Iterator[Generate | Edit | Leave]:
    home = rule_home(site, "cost")
    if home is None:
        return
    rules = list(_alerts(environment, budget, is_linode=is_linode))
    runbooks = f"{home.repository}/"
    body = group("cost", rules, runbooks)
    text = "groups:\n" + "".join(f"  {line}\n" for line in body.splitlines())
    why = "somebody hears of it before the invoice comes"
    yield from load_rules(site, "cost", text, why, environment)
    name = f"cost_{environment}_test.yaml" if environment else "cost_test.yaml"
    below = f"../rules/{environment}/cost.yaml" if environment else home.rule_file("cost")
    path = posixpath.join(home.folder, name)
    yield Generate(home.repository, path, tests(rules, below, runbooks), why)


def _alerts(environment: str, budget: int, *, is_linode: bool) -> Iterator[Rule]:
    where = f" of {environment}" if environment else ""
    cost = f"sum(node_total_hourly_cost) * {HOURS}"
    if is_linode:
        volumes = f"sum(kube_persistentvolume_capacity_bytes) / 1073741824 * {VOLUME:g}"
        balancers = f'count(kube_service_spec_type{{type="LoadBalancer"}}) * {BALANCER:g}'
        cost += f"\n+ (({volumes}) or vector(0))\n+ (({balancers}) or vector(0))"
    to_do = (
        "OpenCost shows which namespace grew. Look for node pools, volumes and load balancers that "
        "nobody needs any more; raise `monthly_budget` in seatrial.yaml if the growth is meant."
    )
    if not budget:
        yield _jump()
    for name, factor, severity in (
        ()
        if not budget
        else (
            ("BudgetExceeded", 1.0, "ticket"),
            ("BudgetRunaway", 1.5, "page"),
        )
    ):
        limit = round(budget * factor)
        yield Rule(
            name,
            f"(\n{cost}\n) > {limit}",
            severity,
            f"the cluster{where} costs more than {limit} USD a month (budget {budget})",
            to_do,
            _nodes(limit * 1.2),
            _nodes(limit * 0.8),
            500,
            waits="6h",
            page=_PAGE,
        )
    yield Rule(
        "CostUnknown",
        "absent(node_total_hourly_cost)",
        "ticket",
        f"nothing measures the cost{where}: OpenCost is down or is not scraped",
        "Look at the pod in namespace opencost and at its target in Prometheus.",
        (),
        _nodes(1),
        500,
        waits="6h",
        page=_PAGE,
    )


def _jump() -> Rule:
    """A rise from one day to the next, where nobody has stated a budget."""
    cost = "sum(avg_over_time(node_total_hourly_cost[6h]{then}))"
    return Rule(
        "CostJump",
        f"{cost.format(then='')}\n> 1.3 *\n{cost.format(then=' offset 1d')}",
        "ticket",
        "the nodes of the cluster cost 30 % more than a day ago",
        "OpenCost shows which namespace grew. An autoscaler or a new node pool is the usual cause.",
        (Series('node_total_hourly_cost{node="1"}', "0.1x1500 0.2x500"),),
        (Series('node_total_hourly_cost{node="1"}', "0.1x2000"),),
        1960,
        waits="1h",
        page=_PAGE,
    )


def _nodes(monthly: float) -> tuple[Series, ...]:
    hourly = monthly / HOURS
    return (Series('node_total_hourly_cost{node="1"}', f"{hourly:.6f}x520"),)
