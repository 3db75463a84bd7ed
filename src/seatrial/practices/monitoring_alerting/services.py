"""Services that people call, and the names under which they count their requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.composed import running
from seatrial.kit.planning.pyapps import PyApp, python_apps
from seatrial.kit.platform.live import components, is_aside, live_manifests
from seatrial.kit.platform.workloads import Workload
from seatrial.kit.site import Site, once
from seatrial.model.struct import struct
from seatrial.practices.monitoring_alerting.sources import LIBRARIES

_PER_RELEASE: Final = (
    "app.kubernetes.io/instance",
    "app.kubernetes.io/version",
    "app.kubernetes.io/managed-by",
    "helm.sh/chart",
    "release",
)
_SCRAPE: Final = "prometheus.io/scrape"
_SERVED: Final = ("asgi", "flask")
_CLIENT: Final = "prometheus-client"


@struct
class Dialect:
    """Names of an instrumentation's metrics.

    Attributes:
        total: counter of requests.
        status: its label with the status code.
        bad: values of that label that are failures, as a regular expression.
        seconds: histogram of request times, without `_bucket`; empty without one.
    """

    total: str
    status: str
    bad: str
    seconds: str


OWN: Final = Dialect("http_requests_total", "status", "5..", "http_request_duration_seconds")
"""What the module that the plan writes exposes."""
_KNOWN: Final = {
    "prometheus-fastapi-instrumentator": Dialect(
        "http_requests_total", "status", "5..|5xx", "http_request_duration_seconds"
    ),
    "starlette-prometheus": Dialect(
        "starlette_responses_total",
        "status_code",
        "5..",
        "starlette_requests_processing_time_seconds",
    ),
    "prometheus-flask-exporter": Dialect(
        "flask_http_request_total", "status", "5..", "flask_http_request_duration_seconds"
    ),
    "django-prometheus": Dialect(
        "django_http_responses_total_by_status_total",
        "status",
        "5..",
        "django_http_requests_latency_including_middlewares_seconds",
    ),
    "express-prom-bundle": Dialect(
        "http_request_duration_seconds_count",
        "status_code",
        "5..",
        "http_request_duration_seconds",
    ),
}  # fmt: skip
_COUNTER: Final = re.compile(
    r'Counter\(\s*"(?P<name>\w*requests?\w*)".{0,200}?"(?P<status>status|code|status_code)"',
    re.DOTALL,
)


@struct(eq=False)
class Service:
    """A Service of the cluster with the pods behind it.

    Attributes:
        labels: of its pods, the same in every environment.
        port: number of the pods' port.
        path: where they answer with their metrics.
    """

    name: str
    labels: tuple[tuple[str, str], ...]
    port: str
    path: str
    is_annotated: bool


@once
def served(site: Site[object]) -> tuple[Service, ...]:
    """Services of applications, those first that say that they have metrics."""
    found: dict[str, Service] = {s.name: s for s in _of_compose(site)}
    for workload in components(site):
        if not workload.is_store:
            for service in _of(site, workload):
                found.setdefault(service.name, service)
    return tuple(sorted(found.values(), key=lambda s: not s.is_annotated))


def _of_compose(site: Site[object]) -> Iterator[Service]:
    """Services that are built here and that publish a port."""
    compose = running(site)
    for service in compose.services if compose else ():
        port = service.ports[0].rpartition("/")[0] or service.ports[0] if service.ports else ""
        port = port.rpartition(":")[2]
        if service.build and port.isdigit():
            yield Service(service.name, (), port, "/metrics", is_annotated=False)


def _of(site: Site[object], workload: Workload) -> Iterator[Service]:
    pod = workload.manifest.pod_labels
    ports = [p for c in workload.containers for p in c.at("ports").items()]
    notes = workload.manifest.node.at(*workload.manifest.pod_path[:-1], "metadata", "annotations")
    for m in live_manifests(site):
        if m.kind != "Service" or m.file.root is not workload.manifest.file.root:
            continue
        wanted = {k: v.text for k, v in m.node.at("spec", "selector").pairs()}
        if not wanted or not wanted.items() <= pod.items():
            continue
        kept = tuple((k, v) for k, v in sorted(wanted.items()) if k not in _PER_RELEASE)
        target = m.node.at("spec", "ports", 0, "targetPort").text
        port = _port(target or m.node.at("spec", "ports", 0, "port").text, ports_of(ports))
        path = notes.at("prometheus.io/path").text or "/metrics"
        annotated = notes.at(_SCRAPE).text == "true"
        if kept and port:
            yield Service(m.name, kept, port, path, annotated)


def ports_of(nodes: object) -> dict[str, str]:
    """Numbers of the named ports of containers."""
    from seatrial.repo.yaml import Node

    found: dict[str, str] = {}
    for node in nodes if isinstance(nodes, list) else []:
        if isinstance(node, Node):
            number = node.at("containerPort").text
            found[node.at("name").text or number] = number
    return found


def _port(target: str, known: dict[str, str]) -> str:
    if target.isdigit():
        return target
    return known.get(target, "")


@once
def uninstrumented(site: Site[object]) -> tuple[PyApp, ...]:
    """Python web applications that expose no metrics."""
    names = {d.name.lower() for d in site.repo.dependencies if not d.dev}
    # The plan adds this library itself; it counts only where the team's own code uses it.
    if names & (LIBRARIES - {_CLIENT}) or any(_uses_client(site)):
        return ()
    return tuple(app for app in python_apps(site) if app.kind in _SERVED)


def _uses_client(site: Site[object]) -> Iterator[bool]:
    for file in site.repo.files():
        if file.suffix == ".py" and not is_aside(file.path):
            yield "prometheus_client" in file.text


@once
def dialect(site: Site[object]) -> Dialect | None:
    """How the application counts its requests, the module that the plan writes included."""
    if uninstrumented(site):
        return OWN
    names = [d.name.lower() for d in site.repo.dependencies if not d.dev]
    known = next((_KNOWN[name] for name in names if name in _KNOWN), None)
    return known or next(_in_code(site), None)


def _in_code(site: Site[object]) -> Iterator[Dialect]:
    for file in site.repo.files():
        if file.suffix == ".py" and not is_aside(file.path) and "Counter(" in file.text:
            found = _COUNTER.search(file.text)
            if found:
                yield Dialect(found["name"], found["status"], "5..", "")


@once
def measured(site: Site[object]) -> tuple[Service, ...]:
    """Services whose requests are counted."""
    found = served(site)
    annotated = tuple(s for s in found if s.is_annotated)
    if dialect(site) is None:
        return ()
    return annotated or (found if len(found) == 1 else ())
