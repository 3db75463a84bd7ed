"""A Grafana dashboard for a service: its requests against its objectives, and its pods."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from seatrial.practices.monitoring_alerting.burnrates import Objective
from seatrial.practices.monitoring_alerting.services import Dialect, Service

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
_SOURCE: Final[Json] = {"type": "prometheus", "uid": "${source}"}
_WIDTH: Final = 12
_HEIGHT: Final = 8


def board(service: Service, objectives: Sequence[Objective], words: Dialect) -> str:
    """The dashboard's JSON."""
    job = f'job="{service.name}",namespace=~"$namespace"'
    pods = f'namespace=~"$namespace",pod=~"{service.name}-.*",container!=""'
    rows: list[tuple[str, str, list[tuple[str, str]]]] = [
        (
            "Requests per second, by status",
            "reqps",
            [(f"sum by ({words.status}) (rate({words.total}{{{job}}}[5m]))", "")],
        ),
        *(_ratio(service, objective) for objective in objectives),
    ]
    if words.seconds:
        buckets = f"sum by (le) (rate({words.seconds}_bucket{{{job}}}[5m]))"
        lines = [
            (f"histogram_quantile({q}, {buckets})", f"p{q * 100:g}") for q in (0.5, 0.95, 0.99)
        ]
        rows.append(("Time to answer", "s", lines))
    used = f"max by (pod) (container_memory_working_set_bytes{{{pods}}})"
    busy = f"sum by (pod) (rate(container_cpu_usage_seconds_total{{{pods}}}[5m]))"
    again = f"sum by (pod) (increase(kube_pod_container_status_restarts_total{{{pods}}}[1h]))"
    rows += [
        ("Memory, by pod", "bytes", [(used, "{{pod}}")]),
        ("CPU cores, by pod", "short", [(busy, "{{pod}}")]),
        ("Restarts in an hour, by pod", "short", [(again, "{{pod}}")]),
    ]
    panels: list[Json] = [_panel(n, *row) for n, row in enumerate(rows)]
    return json.dumps(_board(service.name, panels), indent=2) + "\n"


def _ratio(service: Service, objective: Objective) -> tuple[str, str, list[tuple[str, str]]]:
    which = f'{{service="{service.name}",slo="{objective.slo}",namespace=~"$namespace"}}'
    bad = f"slo:error_ratio:rate1h{which}"
    left = f"1 - slo:error_ratio:rate3d{which} / {objective.budget:g}"
    title = f"{objective.slo.capitalize()}: budget of {objective.budget:.2%} of requests"
    return title, "percentunit", [(bad, "bad, last hour"), (left, "pace of 3 days: budget left")]


def _panel(number: int, title: str, unit: str, lines: list[tuple[str, str]]) -> Json:
    targets: list[Json] = [
        {"refId": chr(ord("A") + n), "expr": expression, "legendFormat": legend or "__auto"}
        for n, (expression, legend) in enumerate(lines)
    ]
    return {
        "id": number + 1,
        "title": title,
        "type": "timeseries",
        "datasource": _SOURCE,
        "gridPos": {
            "h": _HEIGHT,
            "w": _WIDTH,
            "x": number % 2 * _WIDTH,
            "y": number // 2 * _HEIGHT,
        },
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": targets,
    }


def _board(name: str, panels: list[Json]) -> Json:
    choices: list[Json] = [
        {"name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus"},
        {
            "name": "namespace",
            "type": "query",
            "label": "Namespace",
            "datasource": _SOURCE,
            "query": f'label_values(up{{job="{name}"}}, namespace)',
            "includeAll": True,
            "allValue": ".*",
            "current": {"text": "All", "value": "$__all"},
            "refresh": 2,
        },
    ]
    return {
        "title": name,
        "uid": f"service-{name}"[:40],
        "tags": ["service"],
        "timezone": "utc",
        "schemaVersion": 39,
        "refresh": "1m",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": choices},
        "panels": panels,
    }
