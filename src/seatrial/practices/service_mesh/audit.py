"""What the files show of traffic between services: encrypted, refused, allowed by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seatrial.kit.cluster import has_cluster
from seatrial.kit.joined import joined
from seatrial.kit.live import components, live_manifests, live_workloads
from seatrial.kit.remote_parts import remote_parts
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.service_mesh.meshes import is_in_mesh, meshed, meshed_namespaces, meshes
from seatrial.practices.service_mesh.policies import (
    default_denials,
    identity_policies,
    network_policies,
    permissive_modes,
    route_rules,
    strict_modes,
)
from seatrial.practices.service_mesh.settings import Settings
from seatrial.repo.manifests import Manifest

_NAMED = 3


def not_applicable(site: Site[Settings]) -> str:
    """One component, or no cluster: there is no traffic between services to protect."""
    if not has_cluster(site):
        return "no Kubernetes cluster: nothing whose traffic a mesh could carry"
    count = len(components(site))
    if count < site.settings.components and not meshes(site):
        return "a single component runs in the cluster" if count else "no workload in the cluster"
    return ""


@check("service-mesh/plaintext", severity=Severity.MEDIUM, requirement=True)
def plaintext(site: Site[Settings]) -> Iterator[Observation]:
    """Services talk to each other unencrypted, and without proving who they are.

    Why: whoever gets into one pod, or onto the node's network, reads and answers everything.
    Fix: `seatrial apply service-mesh` installs Linkerd (or Istio ambient) and puts the namespaces
    into it.
    """
    inside = {w.name: w for w in meshed(site)}
    outside = {
        w.name: w for w in live_workloads(site) if w.name not in inside and not is_in_mesh(site, w)
    }
    spaces = meshed_namespaces(site)
    found = meshes(site)
    if not found and not inside:
        hidden = list(remote_parts(site, "a mesh", "service-mesh", "istio", "linkerd"))
        yield from hidden
        if hidden:
            return
        names = [w.name for w in components(site)]
        yield fault(
            _where(site), f"{_list(names)} talk to each other without a mesh, in plain text"
        )
        return
    yield from joined(
        met(m.place, f"{m.name} is installed", environments=m.environments) for m in found
    )
    yield from (
        met(place, f"namespace {name} is in the mesh", environments=environments)
        for name, place, environments in spaces[:_NAMED]
    )
    if inside:
        first = next(iter(inside.values()))
        yield met(first.manifest.place(*first.manifest.pod_path), f"in the mesh: {_list(inside)}")
    if outside and (inside or not spaces):
        one = next(iter(outside.values()))
        yield fault(one.place, f"outside of the mesh, in plain text: {_list(outside)}")


@check("service-mesh/not-enforced", severity=Severity.MEDIUM, requirement=True)
def not_enforced(site: Site[Settings]) -> Iterator[Observation]:
    """The mesh also takes plaintext.

    Why: a permissive mesh encrypts only what comes encrypted; a caller without a sidecar, an
    attacker's for one, is served as well.
    Fix: a mesh-wide PeerAuthentication in mode STRICT, or Linkerd's default policy
    `all-authenticated` or `deny`.
    """
    if not meshes(site) and not meshed(site):
        return
    strict = [met(place, text, environments=e) for text, place, e in strict_modes(site)]
    yield from joined(strict)
    loose = [
        fault(place, f"{text}: plain text is let in", environments=e)
        for text, place, e in permissive_modes(site)
    ]
    yield from joined(loose)
    if not strict and not loose:
        for mesh in meshes(site)[:1]:
            yield fault(mesh.place, f"nothing makes {mesh.name} refuse plain text")


@check("service-mesh/no-default-deny", severity=Severity.MEDIUM, requirement=True)
def no_default_deny(site: Site[Settings]) -> Iterator[Observation]:
    """Every service may call every other one.

    Why: encryption says who calls; without a policy that denies by default, nobody acts on it.
    Fix: `seatrial apply service-mesh` writes a default deny and one policy for each edge that the
    configuration shows.
    """
    if not meshes(site) and not meshed(site):
        return
    denials = [met(place, text, environments=e) for text, place, e in default_denials(site)]
    named = [met(place, text, environments=e) for text, place, e in identity_policies(site)]
    yield from joined([*denials, *named])[: 2 * _NAMED]
    if not denials:
        place = meshes(site)[0].place if meshes(site) else meshed(site)[0].place
        yield fault(place, "no policy denies calls by default: every workload may call every other")


@check("service-mesh/no-route-limits", severity=Severity.LOW, requirement=True)
def no_route_limits(site: Site[Settings]) -> Iterator[Observation]:
    """No route has a timeout or retries.

    Why: one service that hangs makes all its callers hang.
    Fix: timeouts and retries per route, in a ServiceProfile, HTTPRoute or VirtualService.
    """
    if not meshes(site) and not meshed(site):
        return
    found = [met(place, text, environments=e) for text, place, e in route_rules(site)]
    yield from joined(found)[:_NAMED]
    if not found:
        place = meshes(site)[0].place if meshes(site) else meshed(site)[0].place
        yield fault(place, "no route between the services has a timeout or retries")


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
        yield fault(first.place, f"no NetworkPolicy covers {_list(open_ones)}")
    elif not policies and (meshes(site) or meshed(site)):
        yield fault(_where(site), "there is no NetworkPolicy")


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


def _where(site: Site[Settings]) -> Place:
    for workload in components(site):
        return workload.place
    for manifest in live_manifests(site):
        return manifest.place()
    return Place(site.repo.roots[0].name, "README.md")


def _list(names: Iterable[str]) -> str:
    known = list(dict.fromkeys(names))
    if len(known) <= _NAMED:
        return " and ".join(known)
    return f"{len(known)} workloads ({', '.join(known[:_NAMED])}, ...)"
