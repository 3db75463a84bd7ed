"""Where metrics come from: what exposes them, and what scrapes or receives them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.cluster import has_cluster
from seatrial.kit.platform.installs import (
    addon_texts,
    addons,
    blueprints,
    installs,
    live_modules,
    resources,
    scope_at,
)
from seatrial.kit.platform.live import is_aside, live_manifests, live_workloads
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.kubernetes.manifests import Manifest


@struct
class Source:
    """Something that exposes, scrapes or watches.

    Attributes:
        scrapes: True for what collects, False for what only exposes.
        is_code: True for a library of the application.
        of_tasks: True for what sees tasks of ECS only, no pods.
    """

    what: str
    place: Place
    environments: tuple[str, ...]
    scrapes: bool
    is_code: bool = False
    of_tasks: bool = False


_SCRAPERS: Final = {
    "prometheus": "Prometheus",
    "kube-prometheus-stack": "Prometheus",
    "prometheus-operator": "Prometheus",
    "kube-prometheus": "Prometheus",
    "victoria-metrics-k8s-stack": "VictoriaMetrics",
    "victoria-metrics-single": "VictoriaMetrics",
    "victoria-metrics-agent": "VictoriaMetrics",
    "k8s-monitoring": "Grafana's Kubernetes monitoring",
    "datadog": "Datadog",
    "nri-bundle": "New Relic",
    "newrelic-infrastructure": "New Relic",
    "amazon-cloudwatch-observability": "CloudWatch",
    "aws-cloudwatch-metrics": "CloudWatch",
    "dynatrace-operator": "Dynatrace",
    "splunk-otel-collector": "Splunk",
    "signoz": "SigNoz",
    "netdata": "Netdata",
    "zabbix": "Zabbix",
    "coroot": "Coroot",
}
_MONITORS: Final = frozenset(
    "ServiceMonitor PodMonitor Probe ScrapeConfig PodMonitoring ClusterPodMonitoring"
    " VMServiceScrape"
    " VMPodScrape VMProbe Prometheus VMAgent VMSingle DatadogAgent".split()
)
_IMAGES: Final = {
    "prometheus": "Prometheus",
    "victoria-metrics": "VictoriaMetrics",
    "vmagent": "VictoriaMetrics",
    "telegraf": "Telegraf",
    "netdata": "Netdata",
    "zabbix": "Zabbix",
}
LIBRARIES: Final = frozenset(
    "prometheus-client prometheus_client prometheus-fastapi-instrumentator starlette-prometheus"
    " prometheus-flask-exporter django-prometheus gds-metrics prom-client express-prom-bundle"
    " @willsoto/nestjs-prometheus fastify-metrics prometheus_exporter prometheus-client-mmap yabeda"
    " yabeda-prometheus github.com/prometheus/client_golang micrometer-registry-prometheus"
    " io.micrometer:micrometer-registry-prometheus micrometer-registry-stackdriver"
    " com.google.cloud:spring-cloud-gcp-starter-metrics micrometer-registry-datadog"
    " micrometer-registry-cloudwatch2 io.micrometer:micrometer-registry-stackdriver prometheus-net"
    " prometheus-net.aspnetcore opentelemetry-exporter-prometheus prometheus"
    " ddtrace datadog dd-trace"
    " newrelic newrelic_rpm statsd hot-shots statsd-instrument dogstatsd-ruby"
    " metrics-exporter-prometheus"
    " @opentelemetry/exporter-prometheus opentelemetry-exporter-gcp-monitoring appmetrics"
    " applicationinsights @azure/monitor-opentelemetry azure-monitor-opentelemetry".split()
)
_SENDERS: Final = tuple(
    "stackdriver datadog dd-trace ddtrace newrelic cloudwatch gcp statsd hot-shots azure"
    " applicationinsights appmetrics".split()
)
"""Libraries that push: nothing has to scrape them."""


@once
def sources(site: Site[object]) -> tuple[Source, ...]:
    """All of them, scrapers first."""
    found = [
        *_of_installs(site),
        *_of_objects(site),
        *_of_compose(site),
        *_of_terraform(site),
        *_of_annotations(site),
        *_of_code(site),
    ]
    return tuple(sorted(found, key=lambda s: not s.scrapes))


def _of_installs(site: Site[object]) -> Iterator[Source]:
    for install in installs(site):
        name = _SCRAPERS.get(install.chart)
        if name:
            yield Source(f"{name} scrapes", install.place, install.environments, scrapes=True)
        elif install.is_on("prometheus", "install"):
            what = f"chart {install.chart} brings a Prometheus"
            yield Source(what, install.place, install.environments, scrapes=True)
    switches = ("enable_kube_prometheus_stack", "enable_aws_cloudwatch_metrics")
    for name, place, environments in blueprints(site, *switches):
        what = f"the blueprint's {name.removeprefix('enable_')} scrapes"
        yield Source(what, place, environments, scrapes=True)
    for name, place, environments in addons(site):
        if name in _SCRAPERS or (name == "adot" and _takes_metrics(site)):
            yield Source(f"the add-on {name} collects metrics", place, environments, scrapes=True)


def _takes_metrics(site: Site[object]) -> bool:
    """The operator of ADOT collects nothing by itself: its configuration says what."""
    texts = [text for text, _ in addon_texts(site, "adot")]
    collector = any(m.kind == "OpenTelemetryCollector" for m in live_manifests(site))
    return collector or any("metrics" in t or "prometheus" in t for t in texts)


def _of_objects(site: Site[object]) -> Iterator[Source]:
    for m in live_manifests(site):
        if m.kind in _MONITORS and "." in m.api_version:
            yield Source(f"{m.kind}/{m.name} scrapes", m.place(), m.environments, scrapes=True)
    for workload in live_workloads(site):
        for image in workload.images:
            name = _IMAGES.get(_last(image))
            if name:
                place = workload.place
                yield Source(f"{name} scrapes", place, workload.environments, scrapes=True)


def _last(image: str) -> str:
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0].lower()


def _of_compose(site: Site[object]) -> Iterator[Source]:
    if has_cluster(site):
        return
    for compose in site.repo.compose:
        if is_aside(compose.file.path) or "test" in compose.file.name:
            continue
        for service in compose.services:
            name = _IMAGES.get(_last(service.image)) or _IMAGES.get(service.name)
            if name:
                yield Source(f"{name} scrapes", service.place, (), scrapes=True)


def _of_terraform(site: Site[object]) -> Iterator[Source]:
    for kind, what in (
        ("aws_prometheus_workspace", "Amazon Managed Prometheus"),
        ("azurerm_monitor_workspace", "Azure Monitor"),
        ("aws_prometheus_scraper", "Amazon Managed Prometheus"),
    ):
        for _, block in resources(site, kind):
            scope = scope_at(site, block.place)
            yield Source(f"{what} keeps metrics", block.place, scope, scrapes=True)
    for module, block in resources(site, "aws_ecs_cluster"):
        for setting in block.children("setting"):
            if module.text(setting.attr("value")) in {"enabled", "enhanced"}:
                place = setting.place
                what = "Container Insights collects metrics of the tasks"
                scope = scope_at(site, place)
                yield Source(what, place, scope, scrapes=True, of_tasks=True)


def _of_annotations(site: Site[object]) -> Iterator[Source]:
    key = "prometheus.io/scrape"
    for m in live_manifests(site):
        pod = m.node.at(*m.pod_path[:-1], "metadata", "annotations", key) if m.pod_path else None
        what = f"{m.kind}/{m.name} offers its metrics"
        path: tuple[str, ...] = ()
        if m.annotations.get(key) == "true":
            path = ("metadata", "annotations", key)
        elif pod and pod.text == "true":
            path = (*m.pod_path[:-1], "metadata", "annotations", key)
        if path:
            place = _in_values(m, key) or m.place(*path)
            yield Source(what, place, m.environments, scrapes=False)


def _in_values(manifest: Manifest, key: str) -> Place | None:
    """Where the chart's values set an annotation, which is where a reader would look."""
    folder, found, _ = manifest.file.path.rpartition("/templates/")
    file = manifest.file.root.files.get(f"{folder}/values.yaml") if found else None
    if file is None or key not in file.text:
        return None
    for path, node in file.yaml.first.walk():
        if path and path[-1] == key and node.text == "true":
            return file.place(node.line)
    return None


def _of_code(site: Site[object]) -> Iterator[Source]:
    for dependency in site.repo.dependencies:
        if dependency.dev or is_aside(dependency.place.path):
            continue
        if dependency.name.lower() in LIBRARIES:
            sends = any(word in dependency.name.lower() for word in _SENDERS)
            verb = "sends" if sends else "exposes"
            what = f"the application {verb} metrics ({dependency.name})"
            yield Source(what, dependency.place, (), scrapes=sends, is_code=True)


def has_exporter(site: Site[object], *words: str) -> bool:
    """True when a chart, image or object of this name is in the system."""
    names = [i.chart for i in installs(site)]
    names += [image for w in live_workloads(site) for image in w.images]
    names += [m.kind.lower() for m in live_manifests(site)]
    names += [s.image for c in site.repo.compose for s in c.services]
    names += [c.source for module in live_modules(site) for c in module.calls]
    return any(word in name for name in names for word in words)
