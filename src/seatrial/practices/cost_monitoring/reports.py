"""A script that prices what the repository declares, and the workflow that runs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addons import way
from seatrial.kit.planning.homes import workflow_path
from seatrial.kit.planning.prometheus import rule_home
from seatrial.kit.planning.render import render
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave
from seatrial.practices.cost_monitoring.estate import estate
from seatrial.practices.cost_monitoring.monthly import monthly
from seatrial.practices.cost_monitoring.prices import (
    BALANCER,
    CONTROL_PLANE,
    LINODE,
    LINODE_DATE,
    VOLUME,
)
from seatrial.repo.files import Root

_PRACTICE: Final = "cost_monitoring"
_SCRIPT: Final = "scripts/cost.py"
_CLAIMS: Final = ("PersistentVolumeClaim", "StatefulSet")


def reports(site: Site[object], *, has_rules: bool) -> Iterator[Generate | Edit | Leave]:
    """Yield script and workflow for each repository that declares something with a price."""
    known = estate(site)
    if known is None:
        kept = list(monthly(site))
        yield from kept
        if not kept:
            yield Leave(
                "export the provider's cost report every month, and price pull requests (Infracost "
                "needs a key of yours): no price list of this provider is built in"
            )
        home = rule_home(site, "cost") if has_rules and way(site) else None
        for root in site.repo.roots if home else ():
            if home and root.name == home.repository:
                yield _workflow(site, root, "", [], has_rules=True, priced=False)
        return
    for root in site.repo.roots:
        folder = known.module.folder if root is known.module.root else ""
        charts = _charts(site, root)
        if folder or charts or root is known.module.root:
            is_home = root is known.module.root
            yield _script(site, root, (folder or ".") if is_home else "", charts)
            yield _workflow(site, root, folder, charts, has_rules=has_rules and is_home)


def _charts(site: Site[object], root: Root) -> list[tuple[str, str, list[str]]]:
    """Charts that ask the provider for volumes or load balancers: folder, environment, values."""
    asking = {
        m.chart.folder
        for m in site.repo.manifests
        if m.chart is not None
        and m.chart.root is root
        and (m.kind in _CLAIMS or m.node.at("spec", "type").text == "LoadBalancer")
    }
    return [
        (chart.folder, environment, [v.file.path for v in chart.layers(environment)])
        for chart in site.repo.charts
        if chart.root is root and chart.folder in asking
        for environment in chart.environments
    ]


def _script(
    site: Site[object], root: Root, folder: str, charts: list[tuple[str, str, list[str]]]
) -> Generate:
    text = render(
        _PRACTICE,
        "scripts/cost.py.j2",
        environments=_listed([e.name for e in site.environments] or ["all"]),
        terraform=folder,
        charts="[" + "".join(f"\n    {_entry(*chart)}," for chart in charts) + "\n]"
        if charts
        else "[]",
        date=LINODE_DATE,
        nodes=[(name, f"{price.monthly:g}") for name, price in LINODE.items()],
        volume=f"{VOLUME:g}",
        balancer=f"{BALANCER:g}",
        plane=f"{CONTROL_PLANE:g}",
    )
    why = "what each environment costs, from what the repository declares"
    return Generate(root.name, _SCRIPT, text, why, executable=True)


def _listed(names: list[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


def _entry(folder: str, environment: str, files: list[str]) -> str:
    return f'("{folder}", "{environment}", {_listed(files)})'


def _workflow(
    site: Site[object],
    root: Root,
    folder: str,
    charts: list[tuple[str, str, list[str]]],
    *,
    has_rules: bool,
    priced: bool = True,
) -> Generate:
    home = rule_home(site, "cost")
    watched = [f"{folder}/**" if folder else "*.tf*"] if folder or not charts else []
    watched = watched if priced else []
    watched += sorted({f"{chart}/**" for chart, _, _ in charts})
    tests = home.folder if home and has_rules and home.repository == root.name else ""
    if tests:
        watched.append(f"{tests.rpartition('/')[0]}/**")
    text = render(
        _PRACTICE,
        ".github/workflows/cost.yml.j2",
        priced=priced,
        paths=watched,
        tests=tests,
        extracts=[("cost", *home.extract)] if home and tests and home.extract[0] else [],
    )
    why = "pull requests say what they cost; the first of each month is exported"
    why = why if priced else "budget alerts are tested"
    path = workflow_path(root, "cost")
    if path in root.files:
        path = workflow_path(root, "cost-of-a-month")
    return Generate(root.name, path, text, why)
