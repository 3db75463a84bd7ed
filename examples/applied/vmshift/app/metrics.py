"""Requests and their times for Prometheus, at `/metrics`.

Labels have few values: the route as it is declared, never the path that was asked for.
"""

from __future__ import annotations

import os
import time

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)

REQUESTS = Counter(
    "http_requests_total",
    "Requests that were answered.",
    ["method", "route", "status"],
)
# The bound 0.5 is that of the latency objective; its alert reads that bucket.
SECONDS = Histogram(
    "http_request_duration_seconds",
    "How long an answer took.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def _exposition() -> bytes:
    """All metrics of this process, or of all workers where they share a folder."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
    return generate_latest(registry)


def _count(method: str, route: str, status: int, seconds: float) -> None:
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(method, route).observe(seconds)


class MetricsMiddleware:
    """Counts every request of an ASGI application and answers at `/metrics`."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["path"] == "/metrics":
            await self._show(scope, send)
            return
        began, status = time.perf_counter(), 500

        async def answer(message):
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, answer)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            _count(scope["method"], route, status, time.perf_counter() - began)

    async def _show(self, scope, send):
        # What came through the ingress is not for Prometheus, which asks the pods themselves.
        outside = any(name == b"x-forwarded-for" for name, _ in scope["headers"])
        body = b"" if outside else _exposition()
        headers = [(b"content-type", CONTENT_TYPE_LATEST.encode())]
        status = 404 if outside else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def expose_metrics(app) -> None:
    """Metrics for a FastAPI or Starlette application."""
    app.add_middleware(MetricsMiddleware)
