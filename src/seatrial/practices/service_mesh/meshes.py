"""Which mesh is installed, which workloads are in it, and whether it refuses plaintext."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.installs import Install, installs, resources, scope_at
from seatrial.kit.platform.live import live_manifests, live_workloads
from seatrial.kit.platform.workloads import Workload
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.practices.service_mesh.connect import CONNECT, connected
from seatrial.repo.kubernetes.manifests import Manifest

CHARTS: Final = {
    "istiod": "Istio",
    "istio": "Istio",
    "istio-control-plane": "Istio",
    "ztunnel": "Istio",
    "linkerd-control-plane": "Linkerd",
    "linkerd2": "Linkerd",
    "linkerd-enterprise-control-plane": "Linkerd",
    "consul": "Consul",
    "kuma": "Kuma",
    "kong-mesh": "Kuma",
    "osm": "Open Service Mesh",
    "traefik-mesh": "Traefik Mesh",
    "nginx-service-mesh": "NGINX Service Mesh",
    "appmesh-controller": "App Mesh",
}
_RESOURCES: Final = {
    "aws_appmesh_mesh": "App Mesh",
    "google_gke_hub_feature_membership": "Cloud Service Mesh",
    "consul_config_entry": "Consul",
}
_INJECTED: Final = {
    "istio-injection": ("enabled",),
    "istio.io/dataplane-mode": ("ambient",),
    "linkerd.io/inject": ("enabled", "ingress"),
    "kuma.io/sidecar-injection": ("enabled", "true"),
    "consul.hashicorp.com/connect-inject": ("true",),
    "openservicemesh.io/sidecar-injection": ("enabled",),
    "sidecar.istio.io/inject": ("true",),
}
_SIDECARS: Final = ("istio-proxy", "linkerd-proxy", "envoy-sidecar", "consul-dataplane")


@struct
class Mesh:
    """An installed mesh."""

    name: str
    place: Place
    environments: tuple[str, ...] = ()
    install: Install | None = None


@once
def meshes(site: Site[object]) -> tuple[Mesh, ...]:
    """Meshes that are installed and not switched off."""
    found = [*_of_charts(site), *_of_objects(site), *_of_terraform(site)]
    return tuple({(m.name, m.environments): m for m in reversed(found)}.values())


def _of_charts(site: Site[object]) -> Iterator[Mesh]:
    for install in installs(site):
        name = CHARTS.get(install.chart)
        if name == "Consul" and not install.is_on("connectInject", "enabled"):
            continue
        if name:
            yield Mesh(name, install.place, install.environments, install)
        if install.chart == "cilium" and (
            install.is_on("encryption", "enabled")
            or install.is_on("authentication", "mutual", "spire", "enabled")
        ):
            yield Mesh("Cilium", install.place, install.environments, install)


def _of_objects(site: Site[object]) -> Iterator[Mesh]:
    for manifest in live_manifests(site):
        kind = manifest.kind
        if kind in {"IstioOperator", "ControlPlaneRevision", "ServiceMeshControlPlane"} or (
            kind == "Istio" and "istio" in manifest.api_version
        ):
            yield Mesh("Istio", manifest.place(), manifest.environments)
        elif manifest.kind == "Mesh" and "kuma" in manifest.api_version:
            yield Mesh("Kuma", manifest.place(), manifest.environments)
        elif manifest.kind == "Deployment" and manifest.name in {"istiod", "linkerd-destination"}:
            yield Mesh(manifest.name, manifest.place(), manifest.environments)


def _of_terraform(site: Site[object]) -> Iterator[Mesh]:
    for _, block in resources(site, *_RESOURCES):
        if block.labels[0] == "google_gke_hub_feature_membership" and not block.child("mesh"):
            continue
        yield Mesh(_RESOURCES[block.labels[0]], block.place, scope_at(site, block.place))
    for service in connected(site):
        if service.mesh == CONNECT:
            yield Mesh(CONNECT, service.place, service.environments)
    for _, block in resources(site, "azurerm_kubernetes_cluster"):
        if block.child("service_mesh_profile"):
            yield Mesh("Istio add-on", block.place, scope_at(site, block.place))


def is_in_mesh(site: Site[object], workload: Workload) -> bool:
    """True for a workload whose pods get, or already hold, a sidecar (or are ambient)."""
    manifest = workload.manifest
    own = {**_marks(manifest), **manifest.pod_labels, **_pod_annotations(manifest)}
    explicit = [own[k] for k in _INJECTED if k in own]
    if explicit:
        return any(own.get(k) in wanted for k, wanted in _INJECTED.items())
    if any(c.at("name").text in _SIDECARS for c in manifest.containers + manifest.init_containers):
        return True
    namespace = _namespace(site, manifest)
    return namespace is not None and marks_namespace(namespace)


def marks_namespace(namespace: Manifest) -> bool:
    """True for a namespace whose pods are put into the mesh."""
    marks = _marks(namespace)
    return any(marks.get(k) in wanted for k, wanted in _INJECTED.items()) or (
        bool(marks.get("istio.io/rev")) and marks.get("istio-injection") != "disabled"
    )


def _marks(manifest: Manifest) -> dict[str, str]:
    return {**manifest.labels, **manifest.annotations}


def _pod_annotations(manifest: Manifest) -> dict[str, str]:
    if not manifest.pod_path:
        return {}
    node = manifest.node.at(*manifest.pod_path[:-1], "metadata", "annotations")
    return {k: v.text for k, v in node.pairs()}


def _namespace(site: Site[object], manifest: Manifest) -> Manifest | None:
    spaces = [m for m in live_manifests(site) if m.kind == "Namespace"]
    if manifest.namespace:
        return next((m for m in spaces if m.name == manifest.namespace), None)
    # A chart is installed into a namespace that it does not name: the only one is meant.
    return spaces[0] if len(spaces) == 1 else None


def namespace_of(site: Site[object], workload: Workload) -> Manifest | None:
    """The Namespace in which a workload runs, when it is declared here."""
    return _namespace(site, workload.manifest)


@once
def meshed(site: Site[object]) -> tuple[Workload, ...]:
    """Workloads that are in a mesh."""
    return tuple(w for w in live_workloads(site) if is_in_mesh(site, w))


def meshed_namespaces(site: Site[object]) -> tuple[tuple[str, Place, tuple[str, ...]], ...]:
    """Namespaces whose pods are put into a mesh: of manifests and of Terraform."""
    found = [
        (m.name, m.place("metadata"), m.environments)
        for m in live_manifests(site)
        if m.kind == "Namespace" and marks_namespace(m)
    ]
    for module, block in resources(site, "kubernetes_namespace"):
        for metadata in block.children("metadata"):
            for kind in ("labels", "annotations"):
                value = module.resolve(metadata.attr(kind))
                marks = value if isinstance(value, dict) else {}
                if any(marks.get(k) in wanted for k, wanted in _INJECTED.items()):
                    name = module.text(metadata.attr("name"))
                    found.append((name, metadata.place, scope_at(site, block.place)))
    return tuple(found)
