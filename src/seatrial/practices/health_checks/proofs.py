"""By what a deployment can be proved: the version that an address names, or what kubectl sees."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from seatrial.kit.delivery.releases import Release
from seatrial.kit.delivery.targets import targets_of
from seatrial.kit.delivery.verification import of_release
from seatrial.kit.planning.fronts import Front, front_among, front_of
from seatrial.kit.planning.rollouts import Rollout, environment_text
from seatrial.kit.planning.targets import Target, targets
from seatrial.kit.platform.endpoints import all_routes, answers, is_own
from seatrial.kit.platform.handlers import handlers
from seatrial.kit.platform.live import live_manifests, live_workloads
from seatrial.kit.site import Site
from seatrial.model.struct import struct
from seatrial.practices.health_checks.addresses import split
from seatrial.practices.health_checks.endpoints import alive_path, ready_path, version_path
from seatrial.repo.code.route import Serves
from seatrial.repo.commands.command import Command
from seatrial.repo.kubernetes.manifests import Manifest

_MANY: Final = 3
_NOT_SMOKE: Final = ("/metrics", "/openapi.json", "/redoc", "/admin", "/internal")
_GUARDED: Final = re.compile(
    r"auth|login|token|permission|current_user|api_key|session\[|jwt|credential", re.IGNORECASE
)
_CANARY_SECONDS: Final = "2700"
"""A canary takes three quarters of an hour until all requests reach the new version."""
_PLAIN: Final = re.compile(r"[\w./:@-]+")


@struct
class Proof:
    """What the step that verifies is told.

    Attributes:
        env: names and values, as YAML.
        paths: tried when the new version serves.
    """

    env: tuple[tuple[str, str], ...]
    paths: tuple[str, ...]


def by_version(
    site: Site[object], release: Release, mine: list[Rollout]
) -> tuple[Proof | None, str]:
    """Proof by the version that the application names; else what is missing for it."""
    one = mine[-1]
    path, urls = version_path(site), _urls(site, mine)
    if not one.tag:
        return None, "nothing shows which version it brings"
    if not path:
        return None, "no endpoint names the version that serves, and none can be added by rule"
    if not urls:
        return None, "nothing shows the address of the application (no host in its Ingress)"
    env = [
        ("ENVIRONMENT", environment_text(one)),
        ("BASE_URL", _by_choice(one, urls, urls.get)),
        ("VERSION_PATH", path),
        ("VERSION", one.tag),
    ]
    slow = {e.name: _CANARY_SECONDS for e in site.environments if e.tier == "production"}
    if slow.keys() & urls.keys():
        env.append(("VERIFY_SECONDS", _by_choice(one, slow, slow.get, "600")))
    return Proof(tuple((n, v) for n, v in env if v), tuple(_paths(site, release))), ""


def _by_choice(
    one: Rollout, names: Iterable[str], of: Callable[[str], str | None], otherwise: str = ""
) -> str:
    """What holds for the job's environment, as an expression where a person chooses that."""
    if not one.choice:
        return of(one.environment) or otherwise
    arms = [f"{one.choice} == '{name}' && '{of(name)}'" for name in names if of(name)]
    rest = [f"'{otherwise}'"] if otherwise else []
    return f"${{{{ {' || '.join((*arms, *rest))} }}}}" if arms else otherwise


def _urls(site: Site[object], mine: list[Rollout]) -> dict[str, str]:
    """Base address of the application by environment, of those that the job reaches."""
    chosen = any(r.choice for r in mine)
    names = {e.name for e in site.environments} if chosen else {r.environment for r in mine}
    found: dict[str, str] = {}
    for target in targets(site):
        if target.environment.name in names and target.chart is mine[-1].chart:
            url = base_url(site, target)
            if url:
                found.setdefault(target.environment.name, url)
    return found if names and names <= set(found) else {}


def base_url(site: Site[object], target: Target) -> str:
    """Address of a chart's front in an environment; empty where no Ingress names a host."""
    return _address(front_of(site, target.chart, target.environment.name))


def _address(front: Front | None) -> str:
    if front is None or front.ingress is None:
        return ""
    spec = front.ingress.node.at("spec")
    host = next((r.at("host").text for r in spec.at("rules").items() if r.at("host").text), "")
    scheme = "https" if spec.at("tls").items() else "http"
    return f"{scheme}://{host}" if host and "*" not in host else ""


def by_workloads(site: Site[object], release: Release) -> tuple[Proof | None, str]:
    """Proof by what kubectl waits for, where a job applies manifests of its own."""
    commands = [
        a.command for a in release.acts if a.command and a.command.starts("kubectl", "apply")
    ]
    names = list(dict.fromkeys(n for c in commands for n in _workloads(site, release, c)))
    if not names:
        return None, "nothing shows the address of the application, or what the version is"
    spaces = {c.flag("-n", "--namespace") or "" for c in commands}
    namespace = spaces.pop() if len(spaces) == 1 else ""
    url = _asked(site, release) or _address(front_among(_applied(site, release)))
    env = [("WORKLOADS", " ".join(names)), ("NAMESPACE", namespace), ("BASE_URL", url)]
    paths = tuple(_paths(site, release)) if url else ()
    return Proof(
        tuple((n, v) for n, v in env if v and _PLAIN.fullmatch(v.replace(" ", ""))), paths
    ), ""


def _workloads(site: Site[object], release: Release, command: Command) -> Iterator[str]:
    """Deployments, StatefulSets and DaemonSets in the files that a command applies."""
    folders = [posixpath.normpath(f) for f in _values_of(command, "-f", "--filename", "-k")]
    hits = targets_of(site, release)
    for workload in live_workloads(site):
        manifest = workload.manifest
        if manifest.kind not in {"Deployment", "StatefulSet", "DaemonSet"} or workload.is_store:
            continue
        here = not manifest.environments or not hits or set(hits) & set(manifest.environments)
        if here and any(_lies_in(manifest.file.path, folder) for folder in folders):
            yield f"{manifest.kind.lower()}/{manifest.name}"


def _applied(site: Site[object], release: Release) -> list[Manifest]:
    hits = set(targets_of(site, release))
    return [
        m
        for m in live_manifests(site)
        if m.source != "chart" and (not m.environments or not hits or hits & set(m.environments))
    ]


def _values_of(command: Command, *flags: str) -> Iterator[str]:
    for index, word in enumerate(command.argv):
        name, equals, rest = word.partition("=")
        if name in flags:
            value = rest if equals else "".join(command.argv[index + 1 : index + 2])
            yield from (v for v in value.split(",") if v and "$" not in v and "://" not in v)


def _lies_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/") or folder == "."


def _asked(site: Site[object], release: Release) -> str:
    """The address that an older check asks, where nothing in it is computed."""
    for seen in of_release(site, release):
        for url in seen.urls:
            host, _ = split(url)
            if (
                url.startswith(("https://", "http://"))
                and _PLAIN.fullmatch(host)
                and is_own(site, host)
            ):
                return url.partition("://")[0] + "://" + host
    return ""


def _paths(site: Site[object], release: Release) -> Iterator[str]:
    """Paths to try: the readiness, what older checks asked, and pages that need no login."""
    own = {ready_path(site), alive_path(site), version_path(site), "", "/"}
    if ready_path(site):
        yield ready_path(site)
    told = [split(url)[1] for seen in of_release(site, release) for url in seen.urls]
    served = [p for p in told if answers(site, p) is not Serves.NO and _PLAIN.fullmatch(p)]
    routes = [
        route.path
        for found in all_routes(site)
        for route in found.routes
        if route.method in {"GET", "*"} and "{" not in route.path and not route.subtree
    ]
    plain = [p for p in routes if not p.startswith(_NOT_SMOKE) and not _is_guarded(site, p)]
    kept = [p for p in dict.fromkeys((*served, *plain)) if p not in own and _PLAIN.fullmatch(p)]
    yield from kept[:_MANY]


def _is_guarded(site: Site[object], path: str) -> bool:
    """True for a page that seems to need a login; without its text nobody can tell."""
    found = handlers(site, path)
    return not found or any(_GUARDED.search(h.own) for h in found)
