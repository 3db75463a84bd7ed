"""Where metrics come from, and what hosted or cloud monitoring Terraform declares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from seatrial.kit.cluster import has_cluster
from seatrial.kit.installs import addons, installs, live_modules, resources, scope_at
from seatrial.kit.live import is_aside, live_manifests, live_workloads
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.repo.hcl import Block


@dataclass(frozen=True, slots=True)
class Source:
    """Something that exposes, scrapes or watches.

    Attributes:
        scrapes: True for what collects, False for what only exposes.
    """

    what: str
    place: Place
    environments: tuple[str, ...]
    scrapes: bool


@dataclass(frozen=True, slots=True)
class Watch:
    """An alert of a hosted or cloud service.

    Attributes:
        tells: True when it leads to somebody.
    """

    what: str
    place: Place
    environments: tuple[str, ...]
    tells: bool


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
_WATCHES: Final = {
    "datadog_monitor": ("message", "@"),
    "datadog_synthetics_test": ("message", "@"),
    "aws_cloudwatch_metric_alarm": ("alarm_actions", ""),
    "aws_cloudwatch_composite_alarm": ("alarm_actions", ""),
    "google_monitoring_alert_policy": ("notification_channels", ""),
    "newrelic_nrql_alert_condition": ("", ""),
    "newrelic_alert_condition": ("", ""),
    "grafana_rule_group": ("", ""),
    "pingdom_check": ("integrationids", ""),
    "betteruptime_monitor": ("", ""),
    "uptimerobot_monitor": ("", ""),
    "statuscake_uptime_check": ("contact_groups", ""),
    "checkly_check": ("", ""),
    "honeycombio_trigger": ("", ""),
    "signalfx_detector": ("", ""),
    "digitalocean_monitor_alert": ("", ""),
}
_CHANNELS: Final = (
    "newrelic_notification_channel",
    "newrelic_workflow",
    "grafana_contact_point",
    "betteruptime_policy",
    "checkly_alert_channel",
    "pagerduty_service_integration",
    "uptimerobot_alert_contact",
    "honeycombio_",
)
_SLOS: Final = (
    "google_monitoring_slo",
    "datadog_service_level_objective",
    "aws_applicationsignals_service_level_objective",
    "grafana_slo",
    "newrelic_service_level",
    "nobl9_slo",
    "honeycombio_slo",
)


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
    for name, place, environments in addons(site):
        if name in _SCRAPERS or name == "adot":
            yield Source(f"the add-on {name} collects metrics", place, environments, scrapes=True)


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
    for _, block in resources(site, "aws_ecs_cluster"):
        for setting in block.children("setting"):
            value = setting.attr("value")
            if value and value.text.strip('"') in {"enabled", "enhanced"}:
                place = setting.place
                what = "Container Insights collects metrics"
                yield Source(what, place, scope_at(site, place), scrapes=True)


def _of_annotations(site: Site[object]) -> Iterator[Source]:
    key = "prometheus.io/scrape"
    for m in live_manifests(site):
        own = m.annotations.get(key)
        pod = m.node.at(*m.pod_path[:-1], "metadata", "annotations", key) if m.pod_path else None
        if own == "true":
            place = m.place("metadata", "annotations", key)
            what = f"{m.kind}/{m.name} offers its metrics"
            yield Source(what, place, m.environments, scrapes=False)
        elif pod and pod.text == "true":
            place = m.place(*m.pod_path[:-1], "metadata", "annotations", key)
            what = f"{m.kind}/{m.name} offers its metrics"
            yield Source(what, place, m.environments, scrapes=False)


def _of_code(site: Site[object]) -> Iterator[Source]:
    for dependency in site.repo.dependencies:
        if dependency.dev or is_aside(dependency.place.path):
            continue
        if dependency.name.lower() in LIBRARIES:
            what = f"the application exposes metrics ({dependency.name})"
            yield Source(what, dependency.place, (), scrapes=False)


@once
def watches(site: Site[object]) -> tuple[Watch, ...]:
    """Alerts that Terraform or an operator declares at a hosted or cloud service."""
    channels = any(True for _ in resources(site, *_CHANNELS))
    found: list[Watch] = []
    for kind, (attribute, word) in _WATCHES.items():
        for _, block in resources(site, kind):
            if block.labels[0] != kind:
                continue
            tells = _tells(block, attribute, word) if attribute else channels
            found.append(Watch(block.address, block.place, scope_at(site, block.place), tells))
    for _, block in resources(site, "azurerm_monitor_"):
        if "alert" in block.labels[0]:
            tells = bool(block.children("action"))
            found.append(Watch(block.address, block.place, scope_at(site, block.place), tells))
    for m in live_manifests(site):
        if m.kind == "DatadogMonitor":
            tells = "@" in m.node.at("spec", "message").text
            found.append(Watch(f"{m.kind}/{m.name}", m.place(), m.environments, tells))
    return tuple(found)


def _tells(block: Block, attribute: str, word: str) -> bool:
    value = block.attr(attribute)
    text = value.text.replace(" ", "") if value else ""
    return text not in {"", "[]", '""'} and word in text


def objectives(site: Site[object]) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    """Yield declared SLOs: what, place, environments."""
    for m in live_manifests(site):
        if m.kind in {"PrometheusServiceLevel", "ServiceLevelObjective", "SLO", "DatadogSLO"}:
            yield f"{m.kind}/{m.name}", m.place(), m.environments
    for _, block in resources(site, *_SLOS):
        yield block.address, block.place, scope_at(site, block.place)
    for root in site.repo.roots:
        for file in root.files.values():
            if file.suffix not in {".yaml", ".yml"} or "slo" not in file.path.lower():
                continue
            node = file.yaml.first
            if node.at("version").text == "prometheus/v1" and node.at("slos").items():
                yield f"{file.name} (Sloth)", file.place(node.line_of("slos")), ()


def has_exporter(site: Site[object], *words: str) -> bool:
    """True when a chart, image or object of this name is in the system."""
    names = [i.chart for i in installs(site)]
    names += [image for w in live_workloads(site) for image in w.images]
    names += [m.kind.lower() for m in live_manifests(site)]
    names += [s.image for c in site.repo.compose for s in c.services]
    names += [c.source for module in live_modules(site) for c in module.calls]
    return any(word in name for name in names for word in words)
