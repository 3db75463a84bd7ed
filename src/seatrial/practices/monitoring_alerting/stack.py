"""Values of kube-prometheus-stack, where nothing measures yet."""

from __future__ import annotations

import textwrap

from seatrial.practices.monitoring_alerting.paging import INHIBITIONS, RECEIVERS, ROUTE, SECRET


def stack_values() -> str:
    """Values with routes, receivers and sizes; everything else is the chart's default."""
    return _VALUES.format(
        route=textwrap.indent(ROUTE.rstrip("\n"), "      "),
        receivers=textwrap.indent(RECEIVERS.rstrip("\n"), "      "),
        inhibitions=textwrap.indent(INHIBITIONS.rstrip("\n"), "      "),
        secret=SECRET,
    )


_VALUES = """\
prometheus:
  prometheusSpec:
    retention: 15d
    resources:
      requests:
        cpu: 200m
        memory: 1Gi
    storageSpec:
      volumeClaimTemplate:
        spec:
          accessModes: [ReadWriteOnce]
          resources:
            requests:
              storage: 20Gi
    # Services of other charts that carry the usual annotations.
    additionalScrapeConfigs:
      - job_name: annotated-services
        kubernetes_sd_configs:
          - role: endpoints
        relabel_configs:
          - source_labels: [__meta_kubernetes_service_annotation_prometheus_io_scrape]
            regex: "true"
            action: keep
          - source_labels: [__meta_kubernetes_service_annotation_prometheus_io_path]
            regex: (.+)
            target_label: __metrics_path__
          - source_labels: [__address__, __meta_kubernetes_service_annotation_prometheus_io_port]
            regex: ([^:]+)(?::[0-9]+)?;([0-9]+)
            replacement: $1:$2
            target_label: __address__
          - source_labels: [__meta_kubernetes_namespace]
            target_label: namespace
          - source_labels: [__meta_kubernetes_service_name]
            target_label: service

alertmanager:
  alertmanagerSpec:
    # Holds `slack-url` and `deadman-url`; addresses never stand in these values.
    secrets: [{secret}]
    resources:
      requests:
        cpu: 10m
        memory: 64Mi
  config:
    route:
{route}
    receivers:
{receivers}
    inhibit_rules:
{inhibitions}
"""
