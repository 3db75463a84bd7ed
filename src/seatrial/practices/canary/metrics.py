"""Under which names the application counts its requests, by the library that it uses."""

from __future__ import annotations

from typing import Final

from seatrial.kit.site import Site
from seatrial.model.struct import struct


@struct
class Metrics:
    """Names of metrics.

    Attributes:
        total: counter of requests.
        status: its label with the status code.
        bad: values of that label that are failures, as a regular expression.
        seconds: histogram of times, without `_sum` and `_count`.
    """

    total: str
    status: str
    bad: str
    seconds: str


_USUAL: Final = Metrics("http_requests_total", "status", "5..|5xx", "http_request_duration_seconds")
_OTHERS: Final = {
    "starlette-prometheus": Metrics(
        "starlette_responses_total",
        "status_code",
        "5..",
        "starlette_requests_processing_time_seconds",
    ),
    "prometheus-flask-exporter": Metrics(
        "flask_http_request_total", "status", "5..", "flask_http_request_duration_seconds"
    ),
    "django-prometheus": Metrics(
        "django_http_responses_total_by_status_total",
        "status",
        "5..",
        "django_http_requests_latency_including_middlewares_seconds",
    ),
    "express-prom-bundle": Metrics(
        "http_request_duration_seconds_count",
        "status_code",
        "5..",
        "http_request_duration_seconds",
    ),
}


def metrics(site: Site[object]) -> Metrics:
    """Names of the library that the application depends on, else those that are usual."""
    for dependency in site.repo.dependencies:
        known = _OTHERS.get(dependency.name.lower())
        if known:
            return known
    return _USUAL
