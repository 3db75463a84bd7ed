"""Which workload of a chart serves users, and whose number of pods git does not decide."""

from __future__ import annotations

from seatrial.kit.site import Site
from seatrial.model.struct import struct
from seatrial.repo.kubernetes.charts import Chart
from seatrial.repo.kubernetes.manifests import Manifest


@struct(eq=False)
class Front:
    """A Deployment that serves, as one environment gets it.

    Attributes:
        service: the Service before it; None where the pods have ports and no Service is here.
        ingress: an Ingress that leads to the Service, or None.
        autoscaler: a HorizontalPodAutoscaler of the Deployment, or None.
    """

    deployment: Manifest
    service: Manifest | None
    ingress: Manifest | None
    autoscaler: Manifest | None


def front_of(site: Site[object], chart: Chart, environment: str) -> Front | None:
    """The Deployment of a chart that users reach: that of an Ingress, else of the only Service."""
    mine = [
        m
        for m in site.repo.manifests
        if m.chart is chart and (not m.environments or environment in m.environments)
    ]
    return front_among(mine)


def front_among(manifests: list[Manifest]) -> Front | None:
    """The same for any objects of one environment."""
    from seatrial.kit.platform.workloads import is_store

    ingresses = [m for m in manifests if m.kind == "Ingress"]
    services = [m for m in manifests if m.kind == "Service"]
    reached = [s for s in services if any(_leads(i, s.name) for i in ingresses)]
    pairs: list[tuple[Manifest, Manifest]] = []
    for service in reached or services:
        selector = {k: n.text for k, n in service.node.at("spec", "selector").pairs()}
        for deployment in manifests:
            labels = deployment.pod_labels
            images = [c.at("image").text for c in deployment.containers]
            if (
                deployment.kind == "Deployment"
                and selector
                and all(labels.get(k) == v for k, v in selector.items())
                and not any(is_store(image) for image in images)
            ):
                pairs.append((service, deployment))
    if not services:
        alone = [m for m in manifests if m.kind == "Deployment" and _serves(m)]
        return Front(alone[0], None, None, None) if len(alone) == 1 else None
    if len({d.name for _, d in pairs}) != 1:
        return None
    service, deployment = pairs[0]
    return Front(
        deployment,
        service,
        next((i for i in ingresses if _leads(i, service.name)), None),
        next((m for m in manifests if m.kind == "HorizontalPodAutoscaler"
              and m.node.at("spec", "scaleTargetRef", "name").text == deployment.name), None),
    )  # fmt: skip


def _serves(deployment: Manifest) -> bool:
    from seatrial.kit.platform.workloads import is_store

    containers = deployment.containers
    own = not any(is_store(c.at("image").text) for c in containers)
    return own and any(c.at("ports").items() for c in containers)


def _leads(ingress: Manifest, service: str) -> bool:
    return any(
        path[-2:] == ("service", "name") and node.text == service
        for path, node in ingress.node.at("spec").walk()
    )


def scaled_by_others(site: Site[object], chart: Chart, environment: str) -> tuple[str, ...]:
    """Deployments whose replicas an autoscaler or, in production, a canary decides.

    Args:
        site: the site.
        chart: whose Deployments.
        environment: in which environment.
    """
    front = front_of(site, chart, environment)
    tiers = {e.name: e.tier for e in site.environments}
    found: list[str] = []
    if front and (front.autoscaler or tiers.get(environment) == "production"):
        found.append(front.deployment.name)
    return tuple(sorted(found))
