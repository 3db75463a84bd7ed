"""What brings logs to a store: agents, add-ons, drivers, pipelines, libraries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.cluster import has_cluster
from seatrial.kit.platform.installs import Install, addons, blueprints, installs
from seatrial.kit.platform.live import is_aside, live_manifests, live_workloads
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.practices.centralized_logging.managed import of_terraform
from seatrial.practices.centralized_logging.otel import mounted_files
from seatrial.practices.centralized_logging.parts import (
    DRIVERS,
    HOSTED_CHARTS,
    IMAGES,
    LIBRARIES,
    SHIPPER_CHARTS,
    Shipper,
    image_name,
)
from seatrial.repo.code.compose import Service
from seatrial.repo.files import File
from seatrial.repo.yaml import Node

COLLECTOR: Final = "the OpenTelemetry Collector"
_QUIET: Final = ("debug", "logging", "nop", "file")
_CONFIG_WORDS: Final = ("promtail", "alloy", "fluent", "vector", "filebeat", "logstash")
_CONFIG_ENDINGS: Final = (".yaml", ".yml", ".conf", ".alloy", ".toml", ".river")


@once
def shippers(site: Site[object]) -> tuple[Shipper, ...]:
    """All shippers that are switched on."""
    return (
        *_of_charts(site),
        *_of_addons(site),
        *_of_workloads(site),
        *_of_objects(site),
        *of_terraform(site),
        *_of_compose(site),
        *_of_collector_files(site),
        *_of_libraries(site),
    )


def _of_charts(site: Site[object]) -> Iterator[Shipper]:
    for install in installs(site):
        hosted = HOSTED_CHARTS.get(install.chart, "")
        name = SHIPPER_CHARTS.get(install.chart) or (f"the {hosted} agent" if hosted else "")
        if install.chart == "opentelemetry-collector" and _collects(install):
            name, hosted = COLLECTOR, ""
        if name and not _is_off(install):
            yield Shipper(
                name, install.place, install.environments, hosted, tuple(install.texts()), install
            )


def _is_off(install: Install) -> bool:
    """Agents that collect logs only when told to, and stacks without their agent."""
    if install.chart == "datadog":
        return not (
            install.is_on("datadog", "logs", "enabled")
            or install.is_on("datadog", "logs", "containerCollectAll")
        )
    if install.chart == "loki-stack":
        return install.is_off("promtail", "enabled")
    if install.chart == "nri-bundle":
        return not (
            install.is_on("logging", "enabled") or install.is_on("newrelic-logging", "enabled")
        )
    if install.chart == "k8s-monitoring":
        return not any(
            install.is_on(key, "enabled") for key in ("podLogs", "podLogsViaLoki", "logs")
        )
    return install.chart == "splunk-otel-collector" and install.is_off("logsCollection", "enabled")


def _collects(install: Install) -> bool:
    found = install.get("config", "service", "pipelines", "logs")
    if found and found.node.kind == "map":
        return _exports(found.node)
    return install.is_on("presets", "logsCollection", "enabled")


def _exports(pipeline: Node) -> bool:
    return any(
        n.text.partition("/")[0] not in _QUIET for n in pipeline.at("exporters").listed() if n.text
    )


def _of_addons(site: Site[object]) -> Iterator[Shipper]:
    for name, place, environments in blueprints(site, "enable_aws_for_fluentbit"):
        shown = f"the blueprint's {name.removeprefix('enable_')}"
        yield Shipper(shown, place, environments, "CloudWatch")
    for name, place, environments in addons(site):
        hosted = HOSTED_CHARTS.get(name, "")
        if hosted:
            yield Shipper(f"the {name} add-on", place, environments, hosted)


def _of_workloads(site: Site[object]) -> Iterator[Shipper]:
    for workload in live_workloads(site):
        for image in workload.images:
            name = IMAGES.get(image_name(image))
            if name is None and "datadog/agent" in image and _collects_all(workload.containers):
                yield Shipper("the Datadog agent", workload.place, workload.environments, "Datadog")
            if name:
                texts = _config_maps(site, workload.manifest.pod_spec)
                yield Shipper(name, workload.place, workload.environments, "", texts)


def _collects_all(containers: list[Node]) -> bool:
    return any(
        e.at("name").text == "DD_LOGS_ENABLED" and e.at("value").text == "true"
        for c in containers
        for e in c.at("env").items()
    )


def _config_maps(site: Site[object], pod: Node) -> tuple[tuple[str, Place], ...]:
    names = {v.at("configMap", "name").text for v in pod.at("volumes").items()} - {""}
    return tuple(
        (node.text, m.file.place(node.line))
        for m in live_manifests(site)
        if m.kind == "ConfigMap" and m.name in names
        for _, node in m.node.at("data").pairs()
    )


def _of_objects(site: Site[object]) -> Iterator[Shipper]:
    for m in live_manifests(site):
        spec = m.node.at("spec")
        if m.kind == "OpenTelemetryCollector":
            pipeline = spec.at("config", "service", "pipelines", "logs")
            text = spec.at("config").text
            if (pipeline and _exports(pipeline)) or ("logs:" in text and "pipelines:" in text):
                name = COLLECTOR
                yield Shipper(name, m.place(), m.environments, "", ((text, m.place()),))
        elif m.kind in {"ClusterOutput", "ClusterFlow", "ClusterLogForwarder"}:
            yield Shipper(f"{m.kind}/{m.name}", m.place(), m.environments)
        elif m.kind == "ConfigMap" and m.name == "aws-logging":
            yield Shipper("Fargate's log router", m.place(), m.environments, "CloudWatch")
        elif m.kind == "Beat" and spec.at("type").text == "filebeat":
            yield Shipper("Filebeat", m.place(), m.environments)
        elif m.kind == "DatadogAgent" and spec.at("features", "logCollection", "enabled").text == (
            "true"
        ):
            yield Shipper("the Datadog agent", m.place(), m.environments, "Datadog")


def services(site: Site[object]) -> Iterator[Service]:
    """Services of compose files by which the system runs."""
    if has_cluster(site):
        return
    for compose in site.repo.compose:
        if not is_aside(compose.file.path) and "test" not in compose.file.name:
            yield from compose.services


def _of_compose(site: Site[object]) -> Iterator[Shipper]:
    for service in services(site):
        name = IMAGES.get(image_name(service.image))
        if name:
            yield Shipper(name, service.place, (), "", tuple(_near(service.file, name)))
        driver = service.node.at("logging", "driver").text
        if driver in DRIVERS:
            place = service.place_of("logging", "driver")
            yield Shipper(f"Docker's {driver} driver", place, (), DRIVERS[driver])


def _near(file: File, name: str) -> Iterator[tuple[str, Place]]:
    word = name.lower().split()[-1]
    for other in file.root.files.values():
        low = other.path.lower()
        if word in low and low.endswith(_CONFIG_ENDINGS) and other is not file:
            yield other.text, other.place()


def _of_collector_files(site: Site[object]) -> Iterator[Shipper]:
    """Configurations of an OpenTelemetry Collector that a compose service mounts."""
    for file in mounted_files(site):
        document = file.yaml.first
        pipeline = document.at("service", "pipelines", "logs")
        if pipeline and _exports(pipeline):
            place = file.place(document.at("service", "pipelines").line_of("logs"))
            texts = ((file.text, file.place()),)
            yield Shipper(COLLECTOR, place, (), _hosted(pipeline), texts)


def _hosted(pipeline: Node) -> str:
    names = {n.text.partition("/")[0] for n in pipeline.at("exporters").listed()}
    known = {
        "datadog": "Datadog",
        "awscloudwatchlogs": "CloudWatch",
        "googlecloud": "Cloud Logging",
        "splunk_hec": "Splunk",
        "azuremonitor": "Application Insights",
        "coralogix": "Coralogix",
    }
    return next((shown for name, shown in known.items() if name in names), "")


def _of_libraries(site: Site[object]) -> Iterator[Shipper]:
    for dependency in site.repo.dependencies:
        hosted = LIBRARIES.get(dependency.name.lower())
        if hosted and not dependency.dev:
            yield Shipper(dependency.name, dependency.place, (), hosted)
