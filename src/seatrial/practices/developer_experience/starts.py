"""What starts a running copy with one command, and whether a saved file is seen in it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databases import clients
from seatrial.kit.platform.live import is_aside
from seatrial.kit.platform.workloads import is_store
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.practices.developer_experience import devcontainers, servers
from seatrial.practices.developer_experience.sources import holds_code, holds_manifest
from seatrial.repo.code.compose import Compose, Service
from seatrial.repo.files import File

_TILT: Final = ("docker_build", "custom_build", "local_resource", "docker_compose", "k8s_yaml")
_NOT_DEV: Final = ("test", "prod", "ci.", "-ci", "e2e", "bench", "release", "deploy", "dist")
_OVERRIDE: Final = ("override", "dev", "local", "watch")


@struct
class Start:
    """One way to a running copy.

    Attributes:
        what: the command as one would type it, or the tool.
        reloads: True when a saved file is seen without another command.
        complete: True when the services that the application needs are started with it.
    """

    what: str
    place: Place
    reloads: bool
    complete: bool = True


@once
def starts(site: Site[object]) -> tuple[Start, ...]:
    """All ways, complete ones that reload first."""
    alone = not needs_services(site)
    tasks = (Start(w, place, reloads=r, complete=alone) for w, place, r in servers.of_tasks(site))
    found = [*_tools(site), *_composes(site), *_containers(site), *tasks]
    return tuple(sorted(found, key=lambda s: (not s.complete, not s.reloads)))


@once
def needs_services(site: Site[object]) -> bool:
    """True when the application cannot run without a database, a cache or a broker."""
    stores = any(is_store(s.image) for c in site.repo.compose for s in c.services if s.image)
    return stores or bool(clients(site))


def _tools(site: Site[object]) -> Iterator[Start]:
    """One start for each tool: in a monorepo the file nearest to the root speaks for all."""
    seen: set[str] = set()
    for file in sorted(site.repo.files(), key=lambda f: f.path.count("/")):
        what = "" if is_aside(file.path) else _tool(file)
        if what and what not in seen:
            seen.add(what)
            yield Start(what, file.place(), reloads=" " in what)


def _tool(file: File) -> str:
    """Command of the tool that a file sets up, empty for any other file."""
    name = file.name.lower()
    if name == "tiltfile":
        return "tilt up" if _calls(file, _TILT) else ""
    if name in {"process-compose.yaml", "process-compose.yml", "devenv.nix"}:
        return name
    stem = name.removesuffix(".yaml").removesuffix(".yml")
    if stem == name or stem.rpartition(".")[2] not in {"skaffold", "devspace", "okteto", "garden"}:
        return ""
    node = file.yaml.first
    wanted = {
        "skaffold": bool(node.at("build", "artifacts").items() or node.at("requires").items()),
        "devspace": bool(node.at("dev")),
        "okteto": bool(node.at("dev") or node.at("sync")),
        "garden": "kind: Project" in file.text,
    }
    tool = stem.rpartition(".")[2]
    verb = "up" if tool == "okteto" else "dev"
    return f"{tool} {verb}" if wanted[tool] else ""


def _calls(file: File, names: tuple[str, ...]) -> bool:
    lines = (line.partition("#")[0] for line in file.lines)
    return any(f"{name}(" in line for line in lines for name in names)


def _composes(site: Site[object]) -> Iterator[Start]:
    seen: set[tuple[str, str]] = set()
    for compose in _composes_in_order(site):
        folder = (compose.file.root.name, compose.file.folder)
        if not _is_for_development(compose.file) or folder in seen:
            continue
        ours = [s for s in compose.services if not (s.image and is_store(s.image))]
        ours = [s for s in ours if s.build or s.image or s.ports]
        include = compose.includes
        if ours or include:
            live = next((s for s in ours if _is_live(s)), None)
            place = live.place if live else (ours[0].place if ours else compose.file.place())
            up = "docker compose watch" if live and live.watch.items() else "docker compose up"
            seen.add(folder)
            yield Start(f"{up} ({compose.file.path})", place, reloads=live is not None)


def _composes_in_order(site: Site[object]) -> list[Compose]:
    """Compose files, those that show the code first, then those with the plain name."""

    def weight(compose: Compose) -> tuple[bool, int, int]:
        live = any(_is_live(s) for s in compose.services)
        return not live, compose.file.path.count("/"), len(compose.file.name)

    return sorted(site.repo.compose, key=weight)


def _is_for_development(file: File) -> bool:
    if is_aside(file.path) and not file.path.startswith(".devcontainer/"):
        return False
    stem = file.name.lower().rpartition(".")[0]
    tail = stem.replace("docker-compose", "").replace("compose", "")
    return not any(word in f"{tail}." for word in _NOT_DEV)


def _is_live(service: Service) -> bool:
    """True when the service sees the code on disk: watched, or mounted."""
    if service.watch.items():
        return True
    root, base = service.file.root, service.file.folder
    for mount in service.bind_mounts:
        source = mount.source.replace("${PWD}", ".").replace("$PWD", ".")
        if source.startswith(("/", "~", "$")):
            continue
        folder = posixpath.normpath(posixpath.join(base, source))
        folder = "" if folder in {".", ".."} else folder.removeprefix("./")
        if folder in root.files:
            continue
        # An image of others that gets a folder of settings runs no code of ours.
        if holds_manifest(root, folder) or (service.build and holds_code(root, folder)):
            return True
    return False


def _containers(site: Site[object]) -> Iterator[Start]:
    for container in devcontainers.containers(site):
        if not container.node.at("dockerComposeFile"):
            what = f"the dev container ({container.file.path})"
            alone = not needs_services(site)
            yield Start(what, container.place, reloads=True, complete=alone)


def compose_without_code(site: Site[object]) -> tuple[Compose, Service] | None:
    """A compose file that builds the application and shows no change of it."""
    for compose in _composes_in_order(site):
        if _is_for_development(compose.file) and not any(_is_live(s) for s in compose.services):
            built = sorted((s for s in compose.services if s.build), key=lambda s: not s.ports)
            if built:
                return compose, built[0]
    return None
