"""Probes of workloads: which containers have which, and what stands in for them elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.installs import resources, scope_of
from seatrial.kit.platform.live import is_aside, live_manifests, live_workloads
from seatrial.kit.platform.workloads import Workload, is_store
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.yaml import Node

_SIDECARS: Final = frozenset(
    "istio-proxy linkerd-proxy envoy cloud-sql-proxy cloudsql-proxy fluent-bit fluentd vault-agent"
    " datadog-agent otel-collector opentelemetry-collector filebeat promtail git-sync"
    " config-reloader oauth2-proxy nginx-exporter metrics exporter".split()
)
_GENERATORS: Final = (
    "loadgenerator",
    "load-generator",
    "loadtest",
    "load-test",
    "loadgen",
    "toolbox",
)


@struct(eq=False)
class Probed:
    """A container that should be probed.

    Attributes:
        serves: it listens for requests of others.
    """

    workload: Workload
    index: int
    node: Node
    serves: bool

    def place(self, *path: str) -> Place:
        """Place of a key of the container, or of the container."""
        pods = self.workload.manifest.pod_path
        return self.workload.manifest.place(*pods, "containers", self.index, *path)

    @property
    def name(self) -> str:
        """Workload, and the container where it is one of several."""
        workload = self.workload
        several = len([c for c in workload.containers if c.at("name").text not in _SIDECARS]) > 1
        return f"{workload.name} ({self.node.at('name').text})" if several else workload.name

    def has(self, probe: str) -> bool:
        """True when it has `livenessProbe`, `readinessProbe` or `startupProbe`."""
        return self.node.at(probe).kind == "map" and bool(self.node.at(probe).names())

    def path(self, probe: str) -> str:
        """HTTP path that a probe asks; empty for other probes."""
        return self.node.at(probe, "httpGet", "path").text


@once
def probed(site: Site[object]) -> tuple[Probed, ...]:
    """Containers of the team's own workloads; stores, sidecars and load generators left out."""
    selected = _selected(site)
    found: list[Probed] = []
    for workload in live_workloads(site):
        if workload.is_store or any(g in workload.manifest.name for g in _GENERATORS):
            continue
        for index, container in enumerate(workload.containers):
            name, image = container.at("name").text, container.at("image").text
            if name not in _SIDECARS and not is_store(image):
                ports = bool(container.at("ports").items())
                behind = len(workload.containers) == 1 and _is_selected(workload, selected)
                asked = container.has("readinessProbe")
                found.append(Probed(workload, index, container, ports or behind or asked))
    return tuple(found)


def _selected(site: Site[object]) -> tuple[dict[str, str], ...]:
    return tuple(
        {key: value.text for key, value in m.node.at("spec", "selector").pairs()}
        for m in live_manifests(site)
        if m.kind == "Service"
    )


def _is_selected(workload: Workload, selectors: tuple[dict[str, str], ...]) -> bool:
    labels = workload.manifest.pod_labels
    return any(s and all(labels.get(k) == v for k, v in s.items()) for s in selectors)


@once
def other_checks(site: Site[object]) -> tuple[tuple[str, Place, tuple[str, ...]], ...]:
    """Health checks outside Kubernetes: images, compose services, clouds, platforms."""
    return (
        *_images(site),
        *_services(site),
        *_clouds(site),
        *_platforms(site),
        *_operators(site),
    )


Seen = tuple[str, Place, tuple[str, ...]]


def _images(site: Site[object]) -> Iterator[Seen]:
    for dockerfile in site.repo.dockerfiles:
        check = dockerfile.healthcheck
        if check and not check.text.strip().upper().startswith("NONE"):
            path = dockerfile.file.path
            if not is_aside(path):
                yield f"{path} has a health check", dockerfile.file.place(check.line), ()


def _services(site: Site[object]) -> Iterator[Seen]:
    for compose in site.repo.compose:
        for service in compose.services if not is_aside(compose.file.path) else ():
            check = service.healthcheck
            disabled = check.at("disable").text == "true"
            if ".test." in compose.file.name or is_store(service.name):
                continue
            if check.kind == "map" and not disabled and not is_store(service.image):
                yield (
                    f"service {service.name} has a health check",
                    service.place_of("healthcheck"),
                    (),
                )


_BLOCKS: Final = (
    # resource, block in it
    ("aws_lb_target_group", "health_check"),
    ("aws_alb_target_group", "health_check"),
    ("aws_elb", "health_check"),
    ("google_cloud_run_", "liveness_probe"),
    ("google_cloud_run_", "startup_probe"),
    ("azurerm_container_app", "liveness_probe"),
    ("azurerm_container_app", "readiness_probe"),
    ("digitalocean_app", "health_check"),
    ("aws_apprunner_service", "health_check_configuration"),
    ("kubernetes_deployment", "liveness_probe"),
    ("kubernetes_deployment", "readiness_probe"),
)


def _clouds(site: Site[object]) -> Iterator[Seen]:
    for type_, child in _BLOCKS:
        for module, block in resources(site, type_):
            inner = next((b for b in block.walk() if b.type == child), None)
            if inner:
                yield f"{block.address} checks health", inner.place, scope_of(module)
    for module, block in resources(site, "aws_ecs_task_definition"):
        definitions = block.attr("container_definitions")
        texts = [e.text for e in module.locals.values()] if definitions else []
        if definitions and any("healthCheck" in t for t in (definitions.text, *texts)):
            yield f"{block.address} checks health", definitions.place, scope_of(module)
    for module, block in resources(site, "azurerm_linux_web_app"):
        if any(b.attr("health_check_path") for b in block.walk()):
            yield f"{block.address} checks health", block.place, scope_of(module)


def _operators(site: Site[object]) -> Iterator[Seen]:
    """Applications whose pods an operator makes: NAIS, Knative."""
    for manifest in live_manifests(site):
        spec, here = manifest.node.at("spec"), manifest.environments
        name = f"{manifest.kind}/{manifest.name}"
        if manifest.group == "nais.io" and manifest.kind == "Application":
            for key in ("readiness", "liveness", "startup"):
                if spec.at(key).kind == "map":
                    yield f"{name} has a {key} probe", manifest.place("spec", key), here
        if manifest.group == "serving.knative.dev" and manifest.kind == "Service":
            for path, node in spec.walk():
                if path[-1:] in {("readinessProbe",), ("livenessProbe",)} and node.kind == "map":
                    yield f"{name} has a {path[-1]}", manifest.place("spec", *path), here


_PLATFORMS: Final = (
    ("fly.toml", ("checks]]", "http_checks", "tcp_checks", "[checks")),
    ("render.yaml", ("healthCheckPath",)),
    ("railway.json", ("healthcheckPath",)),
    ("railway.toml", ("healthcheckPath",)),
    ("manifest.yml", ("health-check-type: http", "health-check-http-endpoint")),
    ("app.yaml", ("readiness_check", "liveness_check")),
    ("app.json", ("healthchecks",)),
    ("config/deploy.yml", ("healthcheck:",)),
)


def _platforms(site: Site[object]) -> Iterator[Seen]:
    for root in site.repo.roots:
        for name, marks in _PLATFORMS:
            file = root.files.get(name)
            line = next((n for m in marks if (n := file.line_of(m))), 0) if file else 0
            if file and line:
                yield f"{name} declares a health check", file.place(line), ()
