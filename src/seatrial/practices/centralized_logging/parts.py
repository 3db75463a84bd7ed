"""Names of collectors and stores, and the two types that the evidence is told in."""

from __future__ import annotations

import enum
from typing import Final

from seatrial.kit.platform.installs import Install
from seatrial.model.place import Place
from seatrial.model.struct import struct


class Keeping(enum.Enum):
    """How long a store keeps what it gets, as far as the files show."""

    STATED = "stated"
    ENDLESS = "endless"
    UNSEEN = "unseen"
    """A hosted service decides; its files are not here."""


@struct(eq=False)
class Store:
    """Where logs are kept.

    Attributes:
        lack: for ENDLESS, why nothing is deleted, as the end of a sentence.
        keeping_place: where retention is, or would be, stated.
    """

    name: str
    place: Place
    environments: tuple[str, ...]
    keeping: Keeping
    keeping_place: Place
    lack: str = ""
    install: Install | None = None


@struct(eq=False)
class Shipper:
    """What brings logs to a store.

    Attributes:
        hosted: name of the hosted service that it brings them to; empty for a store of one's own.
        texts: its configuration as far as it is here; may hold secrets, for looking only.
        of_tasks: True for what sees tasks of ECS only, no pods.
    """

    name: str
    place: Place
    environments: tuple[str, ...]
    hosted: str = ""
    texts: tuple[tuple[str, Place], ...] = ()
    install: Install | None = None
    of_tasks: bool = False


STORE_CHARTS: Final = {
    "loki": "Loki",
    "loki-stack": "Loki",
    "loki-distributed": "Loki",
    "loki-simple-scalable": "Loki",
    "victoria-logs-single": "VictoriaLogs",
    "victoria-logs-cluster": "VictoriaLogs",
    "graylog": "Graylog",
    "openobserve": "OpenObserve",
    "openobserve-standalone": "OpenObserve",
    "signoz": "SigNoz",
    "seq": "Seq",
    "parseable": "Parseable",
}
SEARCH_CHARTS: Final = {
    "elasticsearch": "Elasticsearch",
    "eck-elasticsearch": "Elasticsearch",
    "eck-stack": "Elasticsearch",
    "opensearch": "OpenSearch",
    "opensearch-cluster": "OpenSearch",
}
"""Also used for product search: log stores only where something ships logs."""

SHIPPER_CHARTS: Final = {
    "promtail": "Promtail",
    "loki-stack": "Promtail",
    "alloy": "Grafana Alloy",
    "grafana-agent": "Grafana Agent",
    "k8s-monitoring": "Grafana Alloy",
    "fluent-bit": "Fluent Bit",
    "fluentd": "Fluentd",
    "fluentd-elasticsearch": "Fluentd",
    "fluent-operator": "Fluent Bit",
    "logging-operator": "the logging operator",
    "vector": "Vector",
    "vector-agent": "Vector",
    "filebeat": "Filebeat",
    "logstash": "Logstash",
    "victoria-logs-collector": "the VictoriaLogs collector",
}
HOSTED_CHARTS: Final = {
    "datadog": "Datadog",
    "nri-bundle": "New Relic",
    "newrelic-logging": "New Relic",
    "splunk-otel-collector": "Splunk",
    "splunk-connect-for-kubernetes": "Splunk",
    "aws-for-fluent-bit": "CloudWatch",
    "amazon-cloudwatch-observability": "CloudWatch",
    "sumologic": "Sumo Logic",
    "logzio-monitoring": "Logz.io",
    "logzio-logs-collector": "Logz.io",
    "logdna-agent": "Mezmo",
    "better-stack-logs": "Better Stack",
    "dynatrace-operator": "Dynatrace",
    "otel-integration": "Coralogix",
    "papertrail": "Papertrail",
    "elastic-agent": "Elastic",
}
IMAGES: Final = {
    "promtail": "Promtail",
    "alloy": "Grafana Alloy",
    "fluent-bit": "Fluent Bit",
    "fluentd": "Fluentd",
    "fluentd-kubernetes-daemonset": "Fluentd",
    "vector": "Vector",
    "filebeat": "Filebeat",
    "logstash": "Logstash",
    "logspout": "Logspout",
    "aws-for-fluent-bit": "Fluent Bit",
}
STORE_IMAGES: Final = {
    "loki": "Loki",
    "victoria-logs": "VictoriaLogs",
    "graylog": "Graylog",
    "seq": "Seq",
    "openobserve": "OpenObserve",
}
SEARCH_IMAGES: Final = {"elasticsearch": "Elasticsearch", "opensearch": "OpenSearch"}
DRIVERS: Final = {
    "awslogs": "CloudWatch",
    "gcplogs": "Cloud Logging",
    "splunk": "Splunk",
    "logentries": "InsightOps",
    "loki": "",
    "fluentd": "",
    "gelf": "",
    "syslog": "",
}
LIBRARIES: Final = {
    "watchtower": "CloudWatch",
    "winston-cloudwatch": "CloudWatch",
    "google-cloud-logging": "Cloud Logging",
    "@google-cloud/logging-winston": "Cloud Logging",
    "@google-cloud/logging-bunyan": "Cloud Logging",
    "python-logging-loki": "Loki",
    "winston-loki": "Loki",
    "pino-loki": "Loki",
    "com.github.loki4j:loki-logback-appender": "Loki",
    "loki-logback-appender": "Loki",
    "logtail-python": "Better Stack",
    "@logtail/node": "Better Stack",
    "@logtail/pino": "Better Stack",
    "winston-papertrail": "Papertrail",
    "remote_syslog_logger": "Papertrail",
    "serilog.sinks.seq": "Seq",
    "serilog.sinks.elasticsearch": "Elasticsearch",
    "serilog.sinks.applicationinsights": "Application Insights",
    "serilog.sinks.datadog.logs": "Datadog",
    "serilog.sinks.grafana.loki": "Loki",
}


def image_name(image: str) -> str:
    """Last part of an image's name, without tag and digest."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0].lower()
