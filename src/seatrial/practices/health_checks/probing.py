"""Probes for the containers that lack them, and paths of probes that ask the wrong endpoint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.verification import verifications
from seatrial.kit.planning.containers import container_edit
from seatrial.kit.planning.pyapps import python_apps
from seatrial.kit.platform.endpoints import answers, is_own
from seatrial.kit.platform.handlers import handlers
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import At, FileEdit, Item, ReplaceText, SetKey
from seatrial.practices.health_checks.addresses import split
from seatrial.practices.health_checks.endpoints import alive_path, ready_path
from seatrial.practices.health_checks.probes import Probed, probed
from seatrial.repo.code.route import Serves

_TIMES: Final = {
    "startupProbe": "periodSeconds: 2\nfailureThreshold: 60 # two minutes to start\n",
    "readinessProbe": "periodSeconds: 5\ntimeoutSeconds: 3\nfailureThreshold: 3\n",
    "livenessProbe": "periodSeconds: 10\ntimeoutSeconds: 3\nfailureThreshold: 6\n",
}
_HEALTH: Final = re.compile(r"/(?:healthz?|livez?|readyz?|ping|status|_status)$")
_MODULE: Final = re.compile(r"[A-Za-z_][\w.:]*")
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
        yield from _corrected(site, one)


def _whole(one: Probed) -> bool:
    return all(one.has(probe) for probe in _TIMES)


def _is_ours(site: Site[object], one: Probed) -> bool:
    alone = len({p.place() for p in probed(site) if p.serves}) == 1
    return is_own(site, one.node.at("image").text) or alone


def _serving(site: Site[object], one: Probed) -> Iterator[Key]:
    port = _port(one)
    if not port:
        return
    ours = _is_ours(site, one)
    known = next((p for p in (one.path(x) for x in _TIMES) if p), "") or _told(site, one)
    ready = (ready_path(site) if ours else "") or known
    alive = (alive_path(site) if ours else "") or known
    for probe, path in (
        ("startupProbe", alive),
        ("readinessProbe", ready or alive),
        ("livenessProbe", alive),
    ):
        if not one.has(probe) and path:
            yield probe, f"httpGet:\n  path: {path}\n  port: {port}\n{_TIMES[probe]}"


def _told(site: Site[object], one: Probed) -> str:
    """The path of health that a check behind the deployment asks, where one workload serves."""
    if not _is_ours(site, one):
        return ""
    paths = (split(url)[1] for seen in verifications(site) for url in seen.urls)
    return next((p for p in paths if _HEALTH.search(p) and "$" not in p), "")


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
    module = _celery(site, words)
    if "worker" in words and module and not {"-n", "--hostname"} & set(words):
        asked = f"celery -A {module} inspect ping -d celery@$HOSTNAME -t 10"
        # The broker carries the question: its short outage must not restart the workers.
        yield "livenessProbe", _exec(asked, "periodSeconds: 60\ntimeoutSeconds: 20\n", failures=5)
    elif "beat" in words and module:
        schedule = words[words.index("-s") + 1] if "-s" in words[:-1] else "celerybeat-schedule"
        # Beat writes its schedule every three minutes; dbm adds endings of its own to the name.
        asked = f"find {schedule}* -mmin -10 | grep -q ."
        times = "initialDelaySeconds: 300\nperiodSeconds: 60\n"
        yield "livenessProbe", _exec(asked, times, failures=3)


def _celery(site: Site[object], words: list[str]) -> str:
    """The module of the Celery application: as the command names it, else the only one."""
    starts = [words]
    for dockerfile in site.repo.dockerfiles:
        starts += [list(c.argv) for c in dockerfile.start if c.program == "celery"]
    for argv in starts:
        for flag in ("-A", "--app"):
            if flag in argv[:-1] and _MODULE.fullmatch(argv[argv.index(flag) + 1]):
                return argv[argv.index(flag) + 1]
    app = next((a for a in python_apps(site) if a.kind == "celery"), None)
    if app is None:
        return ""
    stem = app.file.name.removesuffix(".py")
    return f"{app.package}.{stem}" if app.package else stem


def _exec(command: str, times: str, *, failures: int) -> str:
    listed = f'exec:\n  command: ["/bin/sh", "-c", "{command}"]\n'
    return f"{listed}{times}failureThreshold: {failures}\n"


def _corrected(site: Site[object], one: Probed) -> Iterator[Wish]:
    """Paths that the application does not serve, or that look at the wrong things."""
    if not is_own(site, one.node.at("image").text):
        return
    for probe in _TIMES:
        path = one.path(probe)
        wanted = _wanted(site, probe, path) if path and path != "/" else ""
        if not wanted:
            continue
        edit = _path_edit(site, one, probe, wanted)
        place = one.place(probe, "httpGet", "path")
        if edit is None:
            yield Leave(f"let the {probe} of {one.name} ask {wanted} instead of {path}", place)
            continue
        why = f"the {probe} of {one.workload.name} asks what it is there for"
        yield Edit(place.repository, place.path, (edit,), why, Risk.MEDIUM)


def _wanted(site: Site[object], probe: str, path: str) -> str:
    """The path that a probe should ask; empty where the one that it asks is right."""
    found = handlers(site, path)
    asks = bool(found) and all(h.asks for h in found)
    lost = answers(site, path) is Serves.NO
    if probe == "readinessProbe":
        blind = bool(found) and all(h.is_constant and not h.asks for h in found)
        wanted = ready_path(site) if lost or blind else ""
    else:
        wanted = alive_path(site) if lost or (asks and probe == "livenessProbe") else ""
    return wanted if wanted != path else ""


def _path_edit(site: Site[object], one: Probed, probe: str, wanted: str) -> FileEdit | None:
    manifest, name = one.workload.manifest, one.node.at("name").text
    place = one.place(probe, "httpGet", "path")
    file = next(r.files[place.path] for r in site.repo.roots if r.name == place.repository)
    if manifest.source == "file" and "{{" not in file.text:
        documents = file.yaml.documents
        number = next((i for i, d in enumerate(documents) if d is manifest.node), None)
        if number is None or not name:
            return None
        at: At = (*manifest.pod_path, "containers", Item("name", name), probe, "httpGet")
        return SetKey(at, "path", wanted, document=number)
    lines = file.lines[one.place(probe).line - 1 : place.line]
    old = "".join(f"{line}\n" for line in lines)
    if not lines or file.text.count(old) != 1 or one.path(probe) not in lines[-1]:
        return None
    return ReplaceText(old, old[: old.rindex(one.path(probe))] + wanted + "\n")
