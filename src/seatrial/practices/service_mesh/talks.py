"""Who talks to whom, as far as the configuration of the workloads shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.templates import name_of, part_at
from seatrial.kit.site import Site
from seatrial.model.struct import struct
from seatrial.repo.kubernetes.charts import Chart
from seatrial.repo.kubernetes.manifests import Manifest

_POD_KINDS: Final = ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job")
_OPAQUE: Final = frozenset({5432, 3306, 6379, 27017, 5672, 9092, 11211, 1433})
"""Ports whose protocol the server or the client begins without a sign that a proxy can read."""


@struct(eq=False)
class Peer:
    """A workload of a chart.

    Attributes:
        name: its name as the chart's own template writes it.
        account: its present ServiceAccount as a template writes it; `default` where none is named.
        selector: labels by which its pods are known, as a template writes them.
    """

    manifest: Manifest
    name: str
    account: str
    selector: tuple[tuple[str, str], ...]

    @property
    def component(self) -> str:
        """A short word for file and object names: the last part of the rendered name."""
        return self.manifest.name.rpartition("-")[2] or self.manifest.name


@struct(eq=False)
class Door:
    """A port of a workload that others come to.

    Attributes:
        service: name of the Service before it, as a template writes it.
        service_port: number of the Service's port.
        port: name or number of the container's port.
        number: its number.
        callers: workloads that are configured to call it, by name.
        from_outside: True when an Ingress leads to it.
    """

    peer: Peer
    service: str
    service_port: int
    port: str
    number: int
    callers: tuple[Peer, ...]
    from_outside: bool

    @property
    def protocol(self) -> str:
        """Linkerd's `proxyProtocol`."""
        return "opaque" if self.number in _OPAQUE else "HTTP/1"


def peers(manifests: list[Manifest]) -> tuple[Peer, ...]:
    """Workloads whose name can be written again; each template's object once."""
    found: dict[str, Peer] = {}
    for m in manifests:
        if m.kind not in _POD_KINDS or m.source != "chart":
            continue
        part = part_at(m.file, m.place("kind").line)
        name = name_of(m.file, part) if part else ""
        if name:
            release = m.chart.name if m.chart else ""
            account = m.node.at(*m.pod_path, "serviceAccountName").text or "default"
            labels = tuple(
                (k, _written(n.text, release, exact=k.endswith(("instance", "release"))))
                for k, n in m.node.at("spec", "selector", "matchLabels").pairs()
            )
            if labels or m.kind in {"CronJob", "Job"}:
                found.setdefault(m.name, Peer(m, name, _written(account, release), labels))
    return tuple(found.values())


def _written(text: str, release: str, *, exact: bool = True) -> str:
    """A rendered text as a template writes it: the rendering takes the chart's name as release."""
    if exact and text == release:
        return "{{ .Release.Name }}"
    if release and text.startswith(f"{release}-"):
        return f"{{{{ .Release.Name }}}}{text.removeprefix(release)}"
    return text


def doors(manifests: list[Manifest]) -> tuple[Door, ...]:
    """Every port behind a Service, with those who are configured to call it."""
    known = peers(manifests)
    services = [m for m in manifests if m.kind == "Service"]
    found: list[Door] = []
    for peer in known:
        mine = [s for s in services if _selects(s, peer.manifest)]
        for port, number in _ports(peer.manifest):
            reached = [s for s in mine if _leads(s, port, number)]
            callers = tuple(
                other
                for other in known
                if other is not peer
                and any(_names(other.manifest, s.name, manifests) for s in reached)
            )
            outside = any(_is_public(s, manifests) for s in reached)
            for service in reached[:1]:
                part = part_at(service.file, service.place("kind").line)
                name = name_of(service.file, part) if part else ""
                outer = _outer(service, port, number)
                if name:
                    found.append(Door(peer, name, outer, port, number, callers, outside))
    return tuple(found)


def of_chart(site: Site[object], chart: Chart, environment: str) -> list[Manifest]:
    """Objects of a chart as one environment gets them."""
    return [
        m
        for m in site.repo.manifests
        if m.chart is chart and (not m.environments or environment in m.environments)
    ]


def _selects(service: Manifest, workload: Manifest) -> bool:
    selector = {k: n.text for k, n in service.node.at("spec", "selector").pairs()}
    return bool(selector) and selector.items() <= workload.pod_labels.items()


def _ports(workload: Manifest) -> Iterator[tuple[str, int]]:
    for container in workload.containers:
        for port in container.at("ports").items():
            number = port.at("containerPort").text
            if number.isdigit():
                yield port.at("name").text or number, int(number)


def _leads(service: Manifest, port: str, number: int) -> bool:
    for one in service.node.at("spec", "ports").items():
        target = one.at("targetPort").text or one.at("port").text
        if target in {port, str(number)}:
            return True
    return False


def _outer(service: Manifest, port: str, number: int) -> int:
    for one in service.node.at("spec", "ports").items():
        target = one.at("targetPort").text or one.at("port").text
        if target in {port, str(number)} and one.at("port").text.isdigit():
            return int(one.at("port").text)
    return number


def _is_public(service: Manifest, manifests: list[Manifest]) -> bool:
    kind = service.node.at("spec", "type").text
    if kind in {"LoadBalancer", "NodePort"}:
        return True
    return any(
        path[-2:] == ("service", "name") and node.text == service.name
        for m in manifests
        if m.kind in {"Ingress", "HTTPRoute"}
        for path, node in m.node.at("spec").walk()
    )


def _names(workload: Manifest, service: str, manifests: list[Manifest]) -> bool:
    """True when its configuration holds the Service's name where a host stands."""
    # A single slash before it is a path (`/var/lib/postgresql`), two are a URL.
    host = re.compile(rf"(?:^|//|@|[=,\s\"'])({re.escape(service)})(?=[.:/\s,\"']|$)")
    return any(host.search(text) for text in _texts(workload, manifests))


def _texts(workload: Manifest, manifests: list[Manifest]) -> Iterator[str]:
    for container in (*workload.containers, *workload.init_containers):
        for key in ("env", "args", "command"):
            for _, node in container.at(key).walk():
                if node.kind == "scalar":
                    yield node.text
        for _, node in container.walk():
            name = node.at("name").text if node.kind == "map" and node.has("key") else ""
            if name:
                yield from _data(name, node.at("key").text, manifests)
        for source in container.at("envFrom").items():
            name = source.at("secretRef", "name").text or source.at("configMapRef", "name").text
            yield from _data(name, "", manifests)


def _data(name: str, key: str, manifests: list[Manifest]) -> Iterator[str]:
    """Values of the chart's own ConfigMap or Secret; they are looked at and never kept."""
    for m in manifests:
        if m.kind in {"ConfigMap", "Secret"} and m.name == name:
            for part in ("data", "stringData"):
                for k, node in m.node.at(part).pairs():
                    if not key or k == key:
                        yield node.text
