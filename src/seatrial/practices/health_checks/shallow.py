"""Checks that cannot see what they should: an open port, their own process, nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.grouping import named
from seatrial.kit.platform.installs import resources, scope_of
from seatrial.kit.platform.live import is_aside
from seatrial.kit.platform.workloads import is_store
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.health_checks.probes import probed
from seatrial.practices.health_checks.settings import Settings
from seatrial.repo.code.compose import Compose, Service
from seatrial.repo.code.dockerwords import filled
from seatrial.repo.files import File
from seatrial.repo.infrastructure.hcl import Block

_PORT: Final = ("/dev/tcp/", "nc -z", "nc -vz", "ncat -z", "wait-for-it", "netstat -", "ss -l")
_ASIDE: Final = ("test", "override", "dev", "local", "ci", "debug", "example")
_PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")


@check("health-checks/port-only", severity=Severity.MEDIUM, fix="manual")
def port_only(site: Site[Settings]) -> Iterator[Observation]:
    """A check only sees that a port is open.

    Why: a process that hangs still accepts connections, so it stays healthy for ever.
    Fix: ask an endpoint over HTTP or gRPC (`grpc_health_probe`), and look at the answer.
    """
    for compose in _composed(site):
        seen = [
            (service, service.place_of("healthcheck", "test"))
            for service in compose.services
            if not (is_store(service.image) or is_store(service.name))
            and _opens_port(_test(service))
        ]
        if seen:
            names = named(service.name for service, _ in seen)
            count = f" ({len(seen)} services)" if len(seen) > 1 else ""
            yield fault(
                seen[0][1],
                f"the health check of {names} only opens the port{count}",
                related=tuple(place for _, place in seen[1:]),
            )
    for dockerfile in site.repo.dockerfiles:
        health = dockerfile.healthcheck
        if health and _opens_port(health.text) and not is_aside(dockerfile.file.path):
            place = dockerfile.file.place(health.line)
            yield fault(place, f"the health check of {dockerfile.file.path} only opens the port")
    yield from _platforms(site)


def _opens_port(text: str) -> bool:
    return any(mark in text for mark in _PORT)


def _test(service: Service) -> str:
    return " ".join(n.text for n in service.healthcheck.at("test").listed())


_PROBE_BLOCKS: Final = (
    # resource, blocks of which one asks more than the port
    ("google_cloud_run_v2_service", ("liveness_probe", "startup_probe")),
    ("google_cloud_run_service", ("liveness_probe", "startup_probe")),
    ("azurerm_container_app", ("liveness_probe", "readiness_probe", "startup_probe")),
    ("aws_apprunner_service", ("health_check_configuration",)),
)


def _platforms(site: Site[Settings]) -> Iterator[Observation]:
    for type_, children in _PROBE_BLOCKS:
        for module, block in resources(site, type_):
            if block.labels[0] != type_ or any(_asks(block, child) for child in children):
                continue
            yield fault(
                block.place,
                f"{block.address} has no health check of its own, so only its port is looked at",
                environments=scope_of(module),
            )


def _asks(block: Block, child: str) -> bool:
    for inner in block.walk():
        if inner.type == child:
            protocol = inner.attr("protocol")
            tcp = protocol is not None and protocol.text.strip('"').upper() == "TCP"
            return not tcp and not inner.children("tcp_socket")
    return False


@check("health-checks/service-unchecked", severity=Severity.MEDIUM)
def service_unchecked(site: Site[Settings]) -> Iterator[Observation]:
    """Services of a compose file have no health check, while others have one.

    Why: what depends on them starts before they can answer, and nothing restarts them when they
    hang.
    Fix: add `healthcheck:` to the service or `HEALTHCHECK` to its image.
    """
    checked = {d.file.path for d in site.repo.dockerfiles if d.healthcheck}
    for compose in _composed(site):
        own = [s for s in compose.services if _is_own(s)]
        bare = [s for s in own if not s.healthcheck and not _by_image(s, checked)]
        if bare and len(bare) < len(own):
            names = named(service.name for service in bare)
            have = "has" if len(bare) == 1 else "have"
            yield fault(
                bare[0].place,
                f"{names} {have} no health check, other services of {compose.file.path} do",
                related=tuple(service.place for service in bare[1:]),
            )


def _composed(site: Site[Settings]) -> Iterator[Compose]:
    for compose in site.repo.compose:
        words = compose.file.name.lower().replace("-", ".").split(".")
        if not is_aside(compose.file.path) and not set(words) & set(_ASIDE):
            yield compose


def _is_own(service: Service) -> bool:
    stays = bool(service.ports) or service.restart not in {"", "no"}
    store = is_store(service.image) or is_store(service.name)
    return bool(service.build) and stays and not store and not service.profiles


def _by_image(service: Service, checked: set[str]) -> bool:
    context = service.build.removeprefix("./").strip("/").removeprefix(".")
    name = filled(service.dockerfile, service.env).removeprefix("./") or "Dockerfile"
    # Whether a computed Dockerfile has a check is told only where none has.
    return f"{context}/{name}".lstrip("/") in checked or ("$" in name and bool(checked))


@check("health-checks/probe-matches-itself", severity=Severity.HIGH, fix="manual")
def probe_matches_itself(site: Site[Settings]) -> Iterator[Observation]:
    """A check looks for a process by a word that stands in its own command line.

    Why: `pgrep -f` finds the shell or script that asks, so the check passes with the process gone.
    Fix: ask the process itself, or write the pattern so that it does not match (`[s]idekiq`).
    """
    seen: set[Place] = set()
    for place, text, own in (*_exec_probes(site), *_other_commands(site)):
        if place not in seen and _matches_itself(text, own):
            seen.add(place)
            word = _pattern(text)
            yield fault(place, f"the check looks for `{word}` and finds its own process")


def _exec_probes(site: Site[Settings]) -> Iterator[tuple[Place, str, str]]:
    for one in probed(site):
        for probe in _PROBES:
            words = [n.text for n in one.node.at(probe, "exec", "command").listed()]
            if not words:
                continue
            place = one.place(probe, "exec", "command")
            # Without a shell only pgrep itself runs, and it leaves itself out.
            yield place, " ".join(words), " ".join(words) if "-c" in words[:3] else ""
            for root in site.repo.roots:
                script = root.files.get(words[0].removeprefix("./").lstrip("/"))
                if script:
                    yield from _in_script(script)


def _in_script(script: File) -> Iterator[tuple[Place, str, str]]:
    for number, line in enumerate(script.lines[:200], 1):
        if "pgrep" in line and not line.lstrip().startswith("#"):
            yield script.place(number), line, script.name


def _other_commands(site: Site[Settings]) -> Iterator[tuple[Place, str, str]]:
    for compose in site.repo.compose:
        for service in compose.services:
            text = _test(service)
            if "CMD-SHELL" in text or service.healthcheck.at("test").kind == "scalar":
                yield service.place_of("healthcheck", "test"), text, text
    for dockerfile in site.repo.dockerfiles:
        health = dockerfile.healthcheck
        if health and "[" not in health.text.partition("CMD")[2][:3]:
            yield dockerfile.file.place(health.line), health.text, health.text


def _matches_itself(text: str, own: str) -> bool:
    word = _pattern(text)
    return bool(word) and word in own and "[" not in word and "grep -v" not in text


def _pattern(text: str) -> str:
    """The word that `pgrep -f` or `ps | grep` looks for; empty for other commands."""
    words = text.replace("'", " ").replace('"', " ").replace(")", " ").split()
    for index, word in enumerate(words):
        rest = words[index + 1 :]
        full = word.endswith("pgrep") and any(w.startswith("-") and "f" in w for w in rest[:2])
        piped = word == "grep" and "ps" in words[:index]
        if full or piped:
            return next((w for w in rest if not w.startswith("-")), "")
    return ""
