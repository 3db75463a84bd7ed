"""Plan of practice 17.

A Rollout of Argo Rollouts and its analyses as a new template of the chart (`canary.yaml`), switched
on in the values of the environments that need it; the user's Deployment stays and is what the
Rollout refers to. 5, 25 and 50 percent of the traffic, ten minutes each: errors are compared with
those of the version that runs beside it by a test, latency by its mean, and a step that saw too few
requests withdraws the version. The controller is installed the way other charts are.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.progressive import deliveries
from seatrial.kit.planning.addonobjects import Addon
from seatrial.kit.planning.addons import install, way
from seatrial.kit.planning.fronts import front_among, front_of
from seatrial.kit.planning.prometheus import prometheus
from seatrial.kit.planning.remains import remains
from seatrial.kit.planning.targets import targets
from seatrial.kit.platform.installs import installed
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.change import Leave, Wish
from seatrial.practices.canary import audit
from seatrial.practices.canary.rollout import of_chart, of_manifests
from seatrial.practices.canary.settings import Settings

_CONTROLLER = Addon(
    name="argo-rollouts",
    chart="argo-rollouts",
    repository="https://argoproj.github.io/argo-helm",
    version="2.40.4",
    namespace="argo-rollouts",
    values=(
        "# The controller of canaries; one of the two leads.\n"
        "controller:\n  replicas: 2\n  metrics:\n    enabled: true\n  resources:\n    requests:\n"
        "      cpu: 50m\n      memory: 128Mi\n    limits:\n      memory: 256Mi\n"
    ),
    reason="Argo Rollouts moves the traffic of canaries and withdraws bad versions",
)


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """What is missing until a new version meets a little traffic first."""
    if deliveries(site):
        yield from remains(
            site,
            audit.all_at_once,
            audit.not_analysed,
            audit.waits_for_a_person,
            audit.missing_analysis,
            audit.passes_without_data,
            audit.fixed_threshold,
        )
        return
    made = list(_rollouts(site))
    if not made:
        yield from remains(site, audit.all_at_once)
        return
    yield from made
    if prometheus(site).install is None:
        yield Leave(
            f"let {prometheus(site).url} count the requests of each pod (monitoring-alerting does):"
            " without numbers no version is promoted"
        )
    if installed(site, "argo-rollouts"):
        return
    if way(site) is None:
        yield Leave("install Argo Rollouts in the cluster: nothing here shows how charts get there")
    yield from install(site, _CONTROLLER)


def _rollouts(site: Site[Settings]) -> Iterator[Wish]:
    needed = [t for t in targets(site) if audit.needed_in(site, t.environment.name)]
    for chart in dict.fromkeys(t.chart for t in needed):
        mine = [t for t in needed if t.chart is chart]
        front = front_of(site, chart, mine[0].environment.name)
        if front:
            yield from of_chart(site, mine, front)
    if needed:
        return
    for environment in site.environments:
        plain = [
            m
            for m in live_manifests(site)
            if m.source in {"file", "kustomize"} and environment.name in m.environments
        ]
        front = front_among(plain) if audit.needed_in(site, environment.name) else None
        if front:
            yield from of_manifests(site, front)
