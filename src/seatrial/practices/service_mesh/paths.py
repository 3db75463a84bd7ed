"""Traps of what goes around a mesh, and of meshes that are off or dead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.joined import joined
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.practices.service_mesh.connect import CONNECT
from seatrial.practices.service_mesh.meshes import meshes
from seatrial.practices.service_mesh.plain import addresses, plain_gateways, stores_in_clear
from seatrial.practices.service_mesh.settings import Settings
from seatrial.practices.service_mesh.switches import switched_off

_NAMED: Final = 3
_RELATED: Final = 10
_DEAD: Final = {
    "App Mesh": "AWS ended App Mesh on 2026-09-30",
    "Open Service Mesh": "Open Service Mesh has been archived since 2023",
}


@check("service-mesh/switched-off", severity=Severity.HIGH)
def switched_off_mesh(site: Site[Settings]) -> Iterator[Observation]:
    """A mesh is written down, and its switch is off everywhere.

    Why: whoever reads the code takes the services for protected; what runs has no mesh.
    Fix: switch it on, in one environment after the other, or remove what nobody runs.
    """
    found: dict[str, Observation] = {}
    for name, switch, places in switched_off(site):
        text = f"{name} is switched off everywhere: {switch} is false and nothing sets it"
        found.setdefault(name, fault(places[0], text, related=places[1 : _NAMED + 1]))
    yield from found.values()


@check("service-mesh/dead-mesh", severity=Severity.MEDIUM)
def dead_mesh(site: Site[Settings]) -> Iterator[Observation]:
    """The mesh gets no fixes any more.

    Why: what stands between all services is the last thing to leave without security updates.
    Fix: Linkerd, Istio ambient, or the cloud's successor (ECS Service Connect, VPC Lattice).
    """
    yield from joined(
        fault(m.place, _DEAD[m.name], environments=m.environments)
        for m in meshes(site)
        if m.name in _DEAD
    )


@check("service-mesh/plain-store", severity=Severity.MEDIUM)
def plain_store(site: Site[Settings]) -> Iterator[Observation]:
    """A cache, broker or database takes plain text.

    Why: sessions, tokens and personal data pass the network readable; a mesh ends where a managed
    store begins.
    Fix: switch transit encryption on (`transit_encryption_enabled = true` for ElastiCache) and let
    the clients speak TLS.
    """
    yield from joined(stores_in_clear(site))


@check("service-mesh/plain-address", severity=Severity.MEDIUM)
def plain_address(site: Site[Settings]) -> Iterator[Observation]:
    """Production calls services of other namespaces by plain HTTP.

    Why: without a mesh that encrypts, everything on the way reads what is asked and answered.
    Fix: `https://` with a certificate of the cluster, or both ends in a mesh.
    """
    if any(mesh.name != CONNECT for mesh in meshes(site)):
        return
    found: dict[str, list[tuple[str, Observation]]] = {}
    for host, place, environment in addresses(site):
        one = fault(place, "", environments=(environment,))
        found.setdefault(place.path, []).append((host, one))
    for ones in found.values():
        hosts = list(dict.fromkeys(host.partition(".")[0] for host, _ in ones))
        shown = ", ".join(hosts[:_NAMED]) + (", ..." if len(hosts) > _NAMED else "")
        first = ones[0][1]
        places = tuple(o.place for _, o in ones[1 : _RELATED + 1] if o.place)
        if first.place:
            text = f"production calls {shown} in other namespaces by plain HTTP"
            yield fault(first.place, text, environments=first.environments, related=places)


@check("service-mesh/plain-gateway", severity=Severity.HIGH)
def plain_gateway(site: Site[Settings]) -> Iterator[Observation]:
    """The gateway to the outside speaks plain HTTP only.

    Why: the encrypted inside is of little use when logins and answers cross the internet readable.
    Fix: a server on 443 with `tls.mode: SIMPLE` and a certificate; `httpsRedirect` on 80.
    """
    yield from joined(
        fault(
            place,
            f"Gateway/{manifest.name} takes plain HTTP from outside and no TLS",
            environments=manifest.environments,
            severity=None if "istio" in manifest.api_version else Severity.MEDIUM,
        )
        for manifest, place in plain_gateways(site)
    )
