"""NetworkPolicies below the mesh, and Jobs that a mesh keeps from ending."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.platform.cluster import has_cluster
from seatrial.kit.platform.joined import joined
from seatrial.kit.platform.live import live_manifests, live_workloads
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.service_mesh.meshes import meshed, meshed_namespaces, meshes
from seatrial.practices.service_mesh.policies import (
    default_denials,
    identity_policies,
    network_policies,
)
from seatrial.practices.service_mesh.settings import Settings
from seatrial.practices.service_mesh.spots import listed, space_place, where
from seatrial.repo.kubernetes.manifests import Manifest

_NAMED = 3


@check("service-mesh/open-network", severity=Severity.MEDIUM, requirement=True)
def open_network(site: Site[Settings]) -> Iterator[Observation]:
    """No NetworkPolicy stands before the workloads.

    Why: a mesh holds only for pods that are in it; the network below stays open to everything else
    in the cluster.
    Fix: `seatrial apply service-mesh` writes NetworkPolicies from who really talks to whom.
    """
    policies = list(network_policies(site))
    found = [
        met(p.place(), f"{p.kind}/{p.name} limits traffic", environments=p.environments)
        for p in policies
    ]
    yield from joined(found)[:_NAMED]
    open_ones = {
        w.name: w for w in live_workloads(site) if not any(_covers(p, w.manifest) for p in policies)
    }
    if open_ones and (policies or meshes(site)):
        first = next(iter(open_ones.values()))
        place = first.place if policies else space_place(site) or first.place
        text = f"no NetworkPolicy covers {listed(open_ones)}"
        yield fault(place, text, related=(first.place,) if place != first.place else ())
    elif not policies and has_cluster(site) and (meshes(site) or meshed(site)):
        yield fault(where(site), "there is no NetworkPolicy")


@check("service-mesh/endless-job", severity=Severity.HIGH)
def endless_job(site: Site[Settings]) -> Iterator[Observation]:
    """A Job in the mesh never ends, because its sidecar does not.

    Why: the proxy keeps running after the work is done; the Job never completes and the next run of
    a CronJob never starts.
    Fix: a native sidecar (Kubernetes 1.29 or later), or leave the Job's pods out of the mesh.
    """
    spaces = {name for name, _, _ in meshed_namespaces(site)}
    found = []
    for m in live_manifests(site):
        if m.kind not in {"Job", "CronJob"} or not _is_injected(m, spaces):
            continue
        place = m.place(*m.pod_path)
        text = f"{m.kind}/{m.name} gets a sidecar that never ends, so neither does the Job"
        found.append(fault(place, text, environments=m.environments))
    yield from joined(found)


def _is_injected(manifest: Manifest, spaces: set[str]) -> bool:
    if manifest.namespace not in spaces:
        return False
    node = manifest.node.at(*manifest.pod_path[:-1], "metadata")
    marks = {k: v.text for key in ("labels", "annotations") for k, v in node.at(key).pairs()}
    left_out = any(
        marks.get(key) in {"false", "disabled"}
        for key in ("sidecar.istio.io/inject", "linkerd.io/inject", "kuma.io/sidecar-injection")
    )
    native = marks.get("config.alpha.linkerd.io/proxy-enable-native-sidecar") == "true"
    words = " ".join(
        n.text for c in manifest.containers for k in ("command", "args") for n in c.at(k).items()
    )
    return not (left_out or native or "linkerd-await" in words or "quitquitquit" in words)


@check("service-mesh/open-load-tester", severity=Severity.MEDIUM)
def open_load_tester(site: Site[Settings]) -> Iterator[Observation]:
    """A load tester runs the commands that anything in the cluster sends it.

    Why: Flagger's load tester takes shell commands over HTTP without asking who sends them; one
    pod that is broken into runs what it likes under the tester's identity.
    Fix: a NetworkPolicy or AuthorizationPolicy that lets only Flagger in.
    """
    policies = list(network_policies(site))
    guarded = any(True for _ in identity_policies(site)) or any(True for _ in default_denials(site))
    found = []
    for workload in live_workloads(site):
        tester = any("flagger-loadtester" in image for image in workload.images)
        if tester and not guarded and not any(_covers(p, workload.manifest) for p in policies):
            place = _service_place(site, workload.manifest) or workload.place
            text = f"{workload.name} runs commands for whoever in the cluster reaches it"
            found.append(fault(place, text, environments=workload.environments))
    yield from joined(found)


def _service_place(site: Site[Settings], workload: Manifest) -> Place | None:
    """The Service by which others reach a workload."""
    labels = workload.pod_labels.items()
    for m in live_manifests(site):
        wanted = {k: v.text for k, v in m.node.at("spec", "selector").pairs()}
        if m.kind == "Service" and wanted and wanted.items() <= labels:
            return m.place()
    return None


def _covers(policy: Manifest, workload: Manifest) -> bool:
    if policy.namespace and workload.namespace and policy.namespace != workload.namespace:
        return False
    spec = policy.node.at("spec")
    selector = spec.at("podSelector") or spec.at("endpointSelector")
    wanted = {k: v.text for k, v in selector.at("matchLabels").pairs()}
    if selector.at("matchExpressions").items() or spec.at("selector").text:
        return True
    labels = workload.pod_labels
    return all(labels.get(k) == v for k, v in wanted.items())
