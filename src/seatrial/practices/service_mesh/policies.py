"""Who may talk to whom: mTLS modes, authorization policies and NetworkPolicies."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.place import Place
from seatrial.practices.service_mesh.connect import CONNECT, connected
from seatrial.practices.service_mesh.meshes import meshes
from seatrial.repo.kubernetes.manifests import Manifest

Spot = tuple[str, Place, tuple[str, ...]]

_LINKERD_STRICT = frozenset({"deny", "all-authenticated", "cluster-authenticated"})


def strict_modes(site: Site[object]) -> Iterator[Spot]:
    """Yield what refuses plaintext."""
    for m in live_manifests(site):
        mode = m.node.at("spec", "mtls", "mode").text
        if m.kind == "PeerAuthentication" and mode == "STRICT":
            yield f"PeerAuthentication/{m.name} is STRICT", m.place("spec", "mtls"), m.environments
        policy = _linkerd_policy(m)
        if policy in _LINKERD_STRICT:
            text = f"{m.kind}/{m.name} admits only authenticated callers ({policy})"
            yield text, m.place("metadata", "annotations"), m.environments
        if m.kind.startswith("Cilium") and _requires_authentication(m):
            text = f"{m.kind}/{m.name} asks for mutual authentication"
            yield text, m.place("spec"), m.environments
        backends = m.node.at("spec", "mtls", "enabledBackend").text
        if m.kind == "Mesh" and backends:
            yield f"Mesh/{m.name} has mTLS switched on", m.place("spec", "mtls"), m.environments
    yield from _strict_installs(site)
    for one in connected(site):
        if one.has_tls:
            yield f"{one.name} takes {one.mesh} traffic by TLS only", one.place, one.environments


def _strict_installs(site: Site[object]) -> Iterator[Spot]:
    for mesh in meshes(site):
        install = mesh.install
        if install is None:
            continue
        for path in (("proxy", "defaultInboundPolicy"), ("policyController", "defaultPolicy")):
            found = install.get(*path)
            if found and found.text in _LINKERD_STRICT:
                text = f"{mesh.name} admits only authenticated callers ({found.text})"
                yield text, found.place, mesh.environments
        if mesh.name == "Consul" and install.is_on("global", "tls", "enabled"):
            yield "Consul has TLS switched on", install.place, mesh.environments
        if mesh.name == "Cilium" and install.is_on("encryption", "strictMode", "enabled"):
            yield "Cilium refuses unencrypted traffic", install.place, mesh.environments


def permissive_modes(site: Site[object]) -> Iterator[Spot]:
    """Yield what lets plaintext in, in so many words."""
    for m in live_manifests(site):
        if m.kind == "PeerAuthentication":
            modes = [m.node.at("spec", "mtls", "mode")]
            modes += [p.at("mode") for _, p in m.node.at("spec", "portLevelMtls").pairs()]
            for node in modes:
                if node.text in {"PERMISSIVE", "DISABLE"}:
                    text = f"PeerAuthentication/{m.name} is {node.text}"
                    yield text, m.file.place(node.line), m.environments
        if m.kind == "DestinationRule":
            mode = m.node.at("spec", "trafficPolicy", "tls", "mode").text
            host = m.node.at("spec", "host").text
            if mode == "DISABLE":
                text = f"DestinationRule/{m.name} switches TLS off for {host}"
                yield text, m.place("spec", "trafficPolicy", "tls"), m.environments
        if _linkerd_policy(m) in {"all-unauthenticated", "cluster-unauthenticated"}:
            text = f"{m.kind}/{m.name} admits callers without an identity"
            yield text, m.place("metadata", "annotations"), m.environments


def _linkerd_policy(manifest: Manifest) -> str:
    return manifest.annotations.get("config.linkerd.io/default-inbound-policy", "")


def _requires_authentication(manifest: Manifest) -> bool:
    return any(
        rule.at("authentication", "mode").text == "required"
        for direction in ("ingress", "egress")
        for rule in manifest.node.at("spec", direction).items()
    )


def default_denials(site: Site[object]) -> Iterator[Spot]:
    """Yield identity policies that deny what no other policy allows."""
    for m in live_manifests(site):
        spec = m.node.at("spec")
        if m.kind == "AuthorizationPolicy" and "istio.io" in m.api_version:
            denies = not spec.at("rules").items() and spec.at("action").text in {"", "ALLOW"}
            everywhere = not spec.has("selector") and not spec.has("targetRefs")
            if denies and everywhere:
                yield f"AuthorizationPolicy/{m.name} denies by default", m.place(), m.environments
        if _linkerd_policy(m) == "deny":
            text = f"{m.kind}/{m.name} denies by default"
            yield text, m.place("metadata", "annotations"), m.environments
        refused = spec.at("sources", 0, "action").text == "deny"
        everything = spec.at("destination", "name").text == "*"
        if m.kind == "ServiceIntentions" and everything and refused:
            yield f"ServiceIntentions/{m.name} denies by default", m.place(), m.environments
    for mesh in meshes(site):
        for path in (("proxy", "defaultInboundPolicy"), ("policyController", "defaultPolicy")):
            found = mesh.install.get(*path) if mesh.install else None
            if found and found.text == "deny":
                yield f"{mesh.name} denies by default", found.place, mesh.environments


def identity_policies(site: Site[object]) -> Iterator[Spot]:
    """Yield policies that name who may call."""
    for m in live_manifests(site):
        named = m.kind in {"ServerAuthorization", "ServiceIntentions", "MeshTrafficPermission"}
        if m.kind == "AuthorizationPolicy":
            named = bool(m.node.at("spec", "rules").items()) or "linkerd" in m.api_version
        if named:
            yield f"{m.kind}/{m.name} names who may call", m.place(), m.environments


def network_policies(site: Site[object]) -> Iterator[Manifest]:
    """Yield NetworkPolicies of Kubernetes, Cilium and Calico."""
    for m in live_manifests(site):
        if m.kind in {
            "NetworkPolicy",
            "CiliumNetworkPolicy",
            "CiliumClusterwideNetworkPolicy",
            "GlobalNetworkPolicy",
            "AdminNetworkPolicy",
        }:
            yield m


def route_rules(site: Site[object]) -> Iterator[Spot]:
    """Yield routes with timeouts or retries."""
    for one in connected(site):
        if one.limits or one.mesh == CONNECT:
            # Service Connect's proxies retry and time out unless they are told otherwise.
            text = f"calls to {one.name} have a timeout and retries ({one.mesh})"
            yield text, one.place, one.environments
    for m in live_manifests(site):
        spec = m.node.at("spec")
        routes = [*spec.at("http").items(), *spec.at("routes").items(), *spec.at("rules").items()]
        has = any(
            r.has(key)
            for r in routes
            if r.kind == "map"
            for key in ("timeout", "retries", "timeouts", "retry", "isRetryable")
        )
        if m.kind in {"VirtualService", "ServiceProfile", "HTTPRoute", "GRPCRoute"} and has:
            yield f"{m.kind}/{m.name} sets timeouts or retries", m.place("spec"), m.environments
        if m.kind in {"ServiceResolver", "ServiceRouter", "MeshTimeout", "MeshRetry"}:
            yield f"{m.kind}/{m.name} sets timeouts or retries", m.place("spec"), m.environments
        if m.kind == "Canary" and (spec.at("service").has("retries") or spec.has("retries")):
            text = f"Canary/{m.name} sets retries of its routes"
            yield text, m.place("spec", "service", "retries"), m.environments
