"""Policies for a chart: who may call which port, in the mesh and in the network below it."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.render import render
from seatrial.kit.planning.targets import Target, targets
from seatrial.kit.platform.installs import installs
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Risk, Wish
from seatrial.model.edit import Block, SetKey
from seatrial.practices.service_mesh.talks import Door, doors, of_chart, peers
from seatrial.repo.kubernetes.charts import Chart

_WHY = "each workload is called by those only that are configured to call it"


def policies(site: Site[object], *, mesh: bool) -> Iterator[Wish]:
    """Yield the templates of each delivered chart, and the switch for them in its values."""
    by_chart: dict[Chart, list[Target]] = {}
    for target in targets(site):
        by_chart.setdefault(target.chart, []).append(target)
    for chart, found in by_chart.items():
        last = found[-1]
        manifests = of_chart(site, chart, last.environment.name)
        open_ports = doors(manifests)
        known = peers(manifests)
        if not known:
            yield Leave(
                f"write policies for the workloads of chart {chart.name}: their names are computed"
            )
            continue
        values = {
            "doors": open_ports,
            "peers": known,
            "ingress": _space(site, "ingress-nginx", "traefik", "contour", "haproxy-ingress"),
            "monitoring": _space(site, "prometheus", "kube-prometheus-stack") or "monitoring",
            "ingress_account": _ingress_account(site),
            "labels": _labels(chart),
        }
        if mesh:
            text = render("service_mesh", "chart/mesh-policies.yaml.j2", **values)
            path = f"{chart.folder}/templates/mesh-policies.yaml"
            yield Generate(chart.root.name, path, text, _WHY, Risk.HIGH)
        # A mesh that is here already has a switch of its own, or none.
        switch = not mesh and chart.values_file is not None
        network = render("service_mesh", "chart/networkpolicies.yaml.j2", switch=switch, **values)
        path = f"{chart.folder}/templates/networkpolicies.yaml"
        yield Generate(chart.root.name, path, network, _WHY, Risk.HIGH)
        yield from _switch(chart, mesh=mesh)
        yield from _unresolved(chart, open_ports)


def _switch(chart: Chart, *, mesh: bool) -> Iterator[Wish]:
    file = chart.values_file
    if file is None:
        return
    name = "mesh" if mesh else "networkPolicies"
    why = (
        "# false where no Linkerd runs, on a laptop"
        if mesh
        else "# jobs that come later ask it too"
    )
    edit = SetKey((), name, Block(f"enabled: true {why}\n"), replace=False)
    yield Edit(file.root.name, file.path, (edit,), "the policies can be switched off")


def _unresolved(chart: Chart, open_ports: tuple[Door, ...]) -> Iterator[Leave]:
    lonely = [d.peer.manifest.name for d in open_ports if not d.callers and not d.from_outside]
    if lonely:
        names = ", ".join(sorted(set(lonely)))
        yield Leave(
            f"chart {chart.name}: no configuration in git names a caller of {names}; whoever calls "
            "it (an address in a Secret outside of the chart?) is refused until the policy names it"
        )


def _space(site: Site[object], *charts: str) -> str:
    return next((i.namespace for i in installs(site) if i.chart in charts and i.namespace), "")


def _ingress_account(site: Site[object]) -> str:
    """ServiceAccount of the ingress controller: its chart calls it like the release."""
    for install in installs(site):
        if install.chart in {"ingress-nginx", "traefik"}:
            return install.name
    return "ingress-nginx"


def _labels(chart: Chart) -> str:
    """The labels that the chart gives its objects, as its own templates write them."""
    for path, file in sorted(chart.root.files.items()):
        if path.startswith(f"{chart.folder}/templates/"):
            for line, below in zip(file.lines, file.lines[1:], strict=False):
                if (
                    line == "  labels:"
                    and "include" in below
                    and "nindent 4" in below
                    and " . " in below
                ):
                    return f"{line}\n{below}\n"
    return ""
