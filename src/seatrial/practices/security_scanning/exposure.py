"""What Terraform opens to the whole net: ports, cluster APIs, old versions of TLS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from seatrial.kit.data.terraformruns import used_modules
from seatrial.kit.platform.joined import joined
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.security_scanning.ports import Opening, openings
from seatrial.practices.security_scanning.settings import Settings
from seatrial.repo.environments import environment_of
from seatrial.repo.infrastructure.hcl import Block, Expression
from seatrial.repo.infrastructure.tfmodules import Module

_TLS_NAMES: Final = frozenset(
    "ssl_policy min_tls_version minimum_tls_version minimum_protocol_version security_policy"
    " tls_security_policy min_tls minimum_tls".split()
)
_OLD_TLS: Final = frozenset(
    {
        "tls_1_0", "tls_1_1", "tls1_0", "tls1_1", "tlsv1", "tlsv1_2016", "tlsv1.1_2016", "sslv3",
        "1.0", "1.1", "tls1.0", "tls1.1", "tlsv1.0", "tlsv1.1", "tlsv1_0", "tlsv1_1",
        "versiontls10", "versiontls11",
        "policy-min-tls-1-0-2019-07", "elbsecuritypolicy-2016-08", "elbsecuritypolicy-2015-05",
        "elbsecuritypolicy-tls-1-0-2015-04", "elbsecuritypolicy-tls-1-1-2017-01",
        "elbsecuritypolicy-fs-2018-06", "elbsecuritypolicy-fs-1-1-2019-08",
        "elbsecuritypolicy-tls13-1-0-2021-06", "elbsecuritypolicy-tls13-1-1-2021-06",
    }
)  # fmt: skip
_TLS_KINDS: Final = frozenset(
    "Ingress Gateway TLSOption HTTPProxy Service ConfigMap FrontendConfig".split()
)
_TLS_KEYS: Final = frozenset(
    {
        "minProtocolVersion", "minVersion", "minimumProtocolVersion", "ssl-protocols",
        "alb.ingress.kubernetes.io/ssl-policy", "nginx.ingress.kubernetes.io/ssl-protocols",
        "service.beta.kubernetes.io/aws-load-balancer-ssl-negotiation-policy",
    }
)  # fmt: skip
_ANYWHERE: Final = ("0.0.0.0/0", "::/0")
_DEPTH: Final = 4


@check("security-scanning/old-tls", severity=Severity.MEDIUM, fix="manual")
def old_tls(site: Site[Settings]) -> Iterator[Observation]:
    """TLS 1.0 or 1.1 is still accepted.

    Why: both were withdrawn in 2021 (RFC 8996); an attacker on the way makes clients fall back.
    Fix: at least TLS 1.2 (`min_tls_version = "TLS_1_2"`, a policy such as
    `ELBSecurityPolicy-TLS13-1-2-2021-06`).
    """
    for module in used_modules(site):
        for block in module.blocks:
            for name, place in _old_in(module, block):
                yield fault(
                    place,
                    f"{block.address} accepts TLS below 1.2 ({name})",
                    environments=_environments(site, block.place),
                )
    yield from joined(_old_in_cluster(site))


def _old_in_cluster(site: Site[Settings]) -> Iterator[Observation]:
    for manifest in live_manifests(site):
        if manifest.kind not in _TLS_KINDS:
            continue
        for path, node in manifest.node.walk():
            name = path[-1] if path else ""
            if name in _TLS_KEYS and any(w in _OLD_TLS for w in node.text.lower().split()):
                yield fault(
                    manifest.place(*path),
                    f"{manifest.kind}/{manifest.name} accepts TLS below 1.2 ({name})",
                    environments=manifest.environments,
                )


def _old_in(module: Module, block: Block) -> Iterator[tuple[str, Place]]:
    if block.type not in {"resource", "module"}:
        return
    for inner in block.walk():
        yield from _old_among(module, inner.attributes, 0)


def _old_among(
    module: Module, attributes: Mapping[str, Expression], depth: int
) -> Iterator[tuple[str, Place]]:
    for name, expression in attributes.items():
        if name in _TLS_NAMES:
            value = module.resolve(expression)
            if isinstance(value, (str, float)) and str(value).lower() in _OLD_TLS:
                yield name, expression.place
        elif depth < _DEPTH and any(word in expression.text for word in _TLS_NAMES):
            yield from _old_among(module, dict(expression.pairs()), depth + 1)


@check("security-scanning/open-port", severity=Severity.MEDIUM, fix="manual")
def open_port(site: Site[Settings]) -> Iterator[Observation]:
    """A port that is not for the public is open to the whole net.

    Why: scanners find it within minutes; what listens there is then only as safe as its password
    and its last update.
    Fix: name the addresses or the security group that needs it (for a service behind a load
    balancer, the balancer's group).
    """
    for module in used_modules(site):
        for block in module.blocks:
            for opening in openings(module, block):
                yield fault(
                    opening.place,
                    f"{opening.owner} opens {opening.ports} to the whole net",
                    environments=_environments(site, block.place),
                    severity=_weight(opening),
                )


def _weight(opening: Opening) -> Severity:
    return Severity.HIGH if opening.grave else Severity.MEDIUM


@check("security-scanning/public-cluster-api", severity=Severity.MEDIUM, fix="manual")
def public_cluster_api(site: Site[Settings]) -> Iterator[Observation]:
    """The API of a cluster answers the whole net.

    Why: a leaked token or kubeconfig works from anywhere, and the next weakness of the API server
    is open to everybody.
    Fix: limit it to the addresses that need it (`public_access_cidrs`,
    `master_authorized_networks_config`, `authorized_ip_ranges`), or keep it private.
    """
    for module in used_modules(site):
        for block in module.blocks:
            place = _public_api(module, block)
            if place:
                yield fault(
                    place,
                    f"the API of {block.address} is public and limited to no addresses",
                    environments=_environments(site, block.place),
                )


def _public_api(module: Module, block: Block) -> Place | None:
    label = block.labels[0] if block.labels else ""
    if block.type == "module" and "eks" in _source(block):
        return _eks(module, block, ("cluster_endpoint_public_access", "endpoint_public_access"))
    if block.type != "resource":
        return None
    inside = block.child("vpc_config") if label == "aws_eks_cluster" else None
    if inside:
        return _eks(module, inside, ("endpoint_public_access",))
    networks = block.child("master_authorized_networks_config")
    if label == "google_container_cluster" and networks:
        for one in networks.children("cidr_blocks"):
            cidr = one.attr("cidr_block")
            if cidr and module.resolve(cidr) in _ANYWHERE:
                return cidr.place
    if label == "azurerm_kubernetes_cluster":
        for inner in block.walk():
            ranges = inner.attr("authorized_ip_ranges") or inner.attr(
                "api_server_authorized_ip_ranges"
            )
            if ranges and _anywhere(module, ranges):
                return ranges.place
    return None


def _eks(module: Module, block: Block, switches: tuple[str, ...]) -> Place | None:
    limits = ("cluster_endpoint_public_access_cidrs", "endpoint_public_access_cidrs")
    written = next(
        (a for name in (*limits, "public_access_cidrs") if (a := block.attr(name))), None
    )
    switch = next((a for name in switches if (a := block.attr(name))), None)
    on = switch is not None and module.resolve(switch) is True
    if written is not None:
        return written.place if _anywhere(module, written) else None
    return switch.place if on and switch else None


def _anywhere(module: Module, expression: Expression) -> bool:
    value = module.resolve(expression)
    return isinstance(value, list) and any(one in _ANYWHERE for one in value)


def _source(block: Block) -> str:
    written = block.attr("source")
    return written.text.strip('"') if written else ""


def _environments(site: Site[Settings], place: Place) -> tuple[str, ...]:
    name = environment_of(place.path)
    return (name,) if any(e.name == name for e in site.environments) and name else ()
