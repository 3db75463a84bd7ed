"""Probes for the containers that lack them."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.containers import container_edit
from seatrial.kit.planning.pyapps import python_apps
from seatrial.kit.platform.endpoints import is_own
from seatrial.kit.site import Site
from seatrial.model.change import Leave, Wish
from seatrial.practices.health_checks.endpoints import alive_path, ready_path
from seatrial.practices.health_checks.probes import Probed, probed

_TIMES = {
    "startupProbe": "periodSeconds: 2\nfailureThreshold: 60 # two minutes to start\n",
    "readinessProbe": "periodSeconds: 5\ntimeoutSeconds: 3\nfailureThreshold: 3\n",
    "livenessProbe": "periodSeconds: 10\ntimeoutSeconds: 3\nfailureThreshold: 6\n",
}
Key = tuple[str, str]


def probing(site: Site[object]) -> Iterator[Wish]:
    """Yield one edit for each container that lacks a probe, whatever environments get it."""
    seen: set[object] = set()
    for one in probed(site):
        if one.place() in seen:
            continue
        seen.add(one.place())
        keys = tuple(_serving(site, one) if one.serves else _working(site, one))
        lacking = not one.has("livenessProbe") if not one.serves else not _whole(one)
        if keys:
            why = f"Kubernetes can tell whether {one.workload.name} is well"
            yield container_edit(site, one.workload.manifest, one.index, keys, why)
        elif lacking:
            yield Leave(
                f"give {one.name} a probe: nothing shows a path or command that tells how it is",
                one.place(),
            )


def _whole(one: Probed) -> bool:
    return all(one.has(probe) for probe in _TIMES)


def _serving(site: Site[object], one: Probed) -> Iterator[Key]:
    port = _port(one)
    if not port:
        return
    ours = is_own(site, one.node.at("image").text) or len({p.place() for p in probed(site)}) == 1
    known = next((p for p in (one.path(x) for x in _TIMES) if p), "")
    ready = (ready_path(site) if ours else "") or known
    alive = (alive_path(site) if ours else "") or known
    for probe, path in (
        ("startupProbe", alive),
        ("readinessProbe", ready or alive),
        ("livenessProbe", alive),
    ):
        if not one.has(probe) and path:
            yield probe, f"httpGet:\n  path: {path}\n  port: {port}\n{_TIMES[probe]}"


def _port(one: Probed) -> str:
    """Name or number of the port that requests come to."""
    for probe in _TIMES:
        written = one.node.at(probe, "httpGet", "port").text
        if written:
            return written
    ports = one.node.at("ports").items()
    for port in ports:
        if port.at("name").text in {"http", "web", "api"}:
            return port.at("name").text
    return ports[0].at("name").text or ports[0].at("containerPort").text if ports else ""


def _working(site: Site[object], one: Probed) -> Iterator[Key]:
    """Celery's worker and beat can be asked; of other workers nothing shows how."""
    if one.has("livenessProbe"):
        return
    words = [n.text for key in ("command", "args") for n in one.node.at(key).listed()]
    app = next((a for a in python_apps(site) if a.kind == "celery"), None)
    if app is None:
        return
    if "worker" in words:
        stem = app.file.name.removesuffix(".py")
        module = f"{app.package}.{stem}" if app.package else stem
        asked = f"celery -A {module} inspect ping -d celery@$HOSTNAME -t 10"
        yield "livenessProbe", _exec(asked, "periodSeconds: 60\ntimeoutSeconds: 20\n")
    elif "beat" in words:
        schedule = words[words.index("-s") + 1] if "-s" in words[:-1] else "celerybeat-schedule"
        # Beat writes its schedule every three minutes; dbm adds endings of its own to the name.
        asked = f"find {schedule}* -mmin -10 | grep -q ."
        yield "livenessProbe", _exec(asked, "initialDelaySeconds: 300\nperiodSeconds: 60\n")


def _exec(command: str, times: str) -> str:
    return f'exec:\n  command: ["/bin/sh", "-c", "{command}"]\n{times}failureThreshold: 3\n'
