"""Encrypts the connections between services, and lets each call only what it is configured to call.

Where no mesh is there, Linkerd is installed through the user's Terraform (`service-mesh.tf`, with
its certificates), refusing what no policy allows; namespaces that Terraform declares, the ingress
controller and Prometheus are put into it. Each delivered chart gets `templates/mesh-policies.yaml`
(a Server, the callers and their authorisation for every port, timeouts for HTTP) and
`templates/networkpolicies.yaml`, from who talks to whom in the rendered configuration. A mesh that
is there is kept; what it lacks is named.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.remains import remains
from seatrial.kit.platform.remote_parts import remote_parts
from seatrial.kit.site import Site
from seatrial.model.change import Wish
from seatrial.practices.service_mesh import audit
from seatrial.practices.service_mesh.edges import policies
from seatrial.practices.service_mesh.meshed_in import inside, linkerd
from seatrial.practices.service_mesh.meshes import meshed, meshes
from seatrial.practices.service_mesh.policies import default_denials, network_policies
from seatrial.practices.service_mesh.settings import Settings


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """What is missing until services prove who they are to each other."""
    new = not meshes(site) and not meshed(site)
    if new and not any(
        True for _ in remote_parts(site, "a mesh", "service-mesh", "istio", "linkerd")
    ):
        yield from linkerd(site)
        yield from inside(site)
        yield from policies(site, mesh=True)
    elif not any(True for _ in network_policies(site)):
        yield from policies(site, mesh=False)
    yield from remains(
        site,
        audit.dead_mesh,
        audit.endless_job,
        audit.plain_address,
        audit.plain_gateway,
        audit.plain_store,
        audit.open_load_tester,
        audit.switched_off_mesh,
    )
    if not new:
        yield from remains(
            site, audit.plaintext, audit.not_enforced, audit.no_default_deny, audit.no_route_limits
        )
        if any(True for _ in default_denials(site)) or any(True for _ in network_policies(site)):
            yield from remains(site, audit.open_network)
