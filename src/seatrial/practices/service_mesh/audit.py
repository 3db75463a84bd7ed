"""What the files show of traffic between services: encrypted, refused, allowed by name."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.platform.cluster import has_cluster
from seatrial.kit.platform.joined import joined
from seatrial.kit.platform.live import components, live_workloads
from seatrial.kit.platform.remote_parts import remote_parts
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.practice import check
from seatrial.practices.service_mesh.connect import CONNECT, Connected, connected
from seatrial.practices.service_mesh.meshes import (
    is_in_mesh,
    meshed,
    meshed_namespaces,
    meshes,
)
from seatrial.practices.service_mesh.network import endless_job, open_load_tester, open_network
from seatrial.practices.service_mesh.paths import (
    dead_mesh,
    plain_address,
    plain_gateway,
    plain_store,
    switched_off_mesh,
)
from seatrial.practices.service_mesh.policies import (
    default_denials,
    identity_policies,
    permissive_modes,
    route_rules,
    strict_modes,
)
from seatrial.practices.service_mesh.settings import Settings
from seatrial.practices.service_mesh.spots import listed, space_place, where

__all__ = [
    "dead_mesh", "endless_job", "no_default_deny", "no_route_limits", "not_applicable",
    "not_enforced", "open_load_tester", "open_network", "plain_address", "plain_gateway",
    "plain_store", "plaintext", "switched_off_mesh",
]  # fmt: skip

_NAMED = 3


def not_applicable(site: Site[Settings]) -> str:
    """One component, or no cluster: there is no traffic between services to protect."""
    if meshes(site):
        return ""
    if not has_cluster(site):
        return "no Kubernetes cluster: nothing whose traffic a mesh could carry"
    count = len(components(site))
    if count < site.settings.components:
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
            where(site), f"{listed(names)} talk to each other without a mesh, in plain text"
        )
        return
    yield from joined(
        met(m.place, f"{m.name} is set up", environments=m.environments) for m in found
    )
    yield from (
        met(place, f"namespace {name} is in the mesh", environments=environments)
        for name, place, environments in spaces[:_NAMED]
    )
    if inside:
        first = next(iter(inside.values()))
        yield met(first.manifest.place(*first.manifest.pod_path), f"in the mesh: {listed(inside)}")
    if outside and (inside or not spaces):
        one = next(iter(outside.values()))
        yield fault(one.place, f"outside of the mesh, in plain text: {listed(outside)}")


@check("service-mesh/not-enforced", severity=Severity.HIGH, requirement=True)
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
    yield from _without_tls(site)
    own = [m for m in meshes(site) if m.name not in {c.mesh for c in connected(site)}]
    refused = [s for s in strict if s.place not in {c.place for c in connected(site)}]
    if (own or meshed(site)) and not refused and not loose:
        text = f"nothing makes {own[0].name if own else 'the mesh'} refuse plain text"
        place = space_place(site) or (own or meshed(site))[0].place
        yield fault(place, text, related=tuple(m.place for m in own[:1]))


def _without_tls(site: Site[Settings]) -> Iterator[Observation]:
    """Services of a cloud's mesh that speak plain text, one fault for each mesh."""
    open_ones: dict[str, list[Connected]] = {}
    for one in connected(site):
        if not one.has_tls:
            open_ones.setdefault(one.mesh, []).append(one)
    for mesh, ones in open_ones.items():
        names = list(dict.fromkeys(o.name for o in ones))
        shown = ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
        text = f"{mesh} carries plain text between the services: no TLS in {shown}"
        yield fault(ones[0].place, text, related=tuple(o.place for o in ones[1 : _NAMED + 1]))


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
        place = space_place(site) or (meshes(site) or meshed(site))[0].place
        text = "no policy denies calls by default: every workload may call every other"
        if meshes(site) and all(m.name == CONNECT for m in meshes(site)):
            text = f"{CONNECT} knows no identities: only security groups decide who may call"
        yield fault(place, text)


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
        place = (meshes(site) or meshed(site))[0].place
        yield fault(place, "no route between the services has a timeout or retries")
