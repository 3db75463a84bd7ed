"""What of a repository can be started in a job, and which of its routes a load test may ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.homes import app_root
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.model.finding import Confidence
from seatrial.model.struct import struct
from seatrial.repo.code import routes
from seatrial.repo.code.dockerfiles import Dockerfile
from seatrial.repo.files import Root

_WATCHING: Final = frozenset(
    "health healthz healthcheck live livez liveness ready readyz readiness startup startupz metrics"
    " version ping status openapi.json docs redoc swagger favicon.ico".split()
)
"""Last words of routes that no user asks."""
_MOST: Final = 12
_OVERRIDES: Final = ("override", "test", "dev", "ci", "prod")


@struct(eq=False)
class Startable:
    """One application that a job can start.

    Attributes:
        paths: routes to ask, without side effects and without parameters.
        port: on which it listens in its container.
        compose: path of the compose file; empty where a Dockerfile alone is there.
        service: its service in that file.
        published: other services that publish ports.
        migrate: command that brings the schema up in its image; empty without one.
    """

    root: Root
    paths: tuple[str, ...]
    port: int
    compose: str = ""
    service: str = ""
    published: tuple[str, ...] = ()
    dockerfile: str = ""
    context: str = "."
    migrate: str = ""


def startable(site: Site[object]) -> Startable | None:
    """The application of these repositories, if a job can start it and its routes are known."""
    root = app_root(site)
    paths = _paths(root)
    if not paths:
        return None
    composed = next(_composed(site, root, paths), None)
    return composed or next(_built(site, root, paths), None)


def _paths(root: Root) -> tuple[str, ...]:
    found = [
        r.path
        for r in routes.read(root).routes
        if r.method in {"GET", "*"} and r.confidence is Confidence.HIGH and _is_plain(r.path)
    ]
    asked = [p for p in found if p.rpartition("/")[2].lower() not in _WATCHING]
    # Another practice may add routes for probes; what is asked must not change with them.
    return tuple(dict.fromkeys(asked))[:_MOST] or tuple(sorted(found)[:1])


def _is_plain(path: str) -> bool:
    return not set(path) & set("{}*:<>\\()[]\"'$` ")


def _composed(site: Site[object], root: Root, paths: tuple[str, ...]) -> Iterator[Startable]:
    for compose in site.repo.compose:
        name = compose.file.name.rpartition(".")[0]
        if compose.file.root is not root or is_aside(compose.file.path):
            continue
        if any(word in name.replace("-", ".").split(".") for word in _OVERRIDES):
            continue
        for service in compose.services:
            port = _inner(service.ports[0]) if service.build and service.ports else 0
            if port:
                others = (s.name for s in compose.services if s.ports and s is not service)
                yield Startable(
                    root, paths, port, compose.file.path, service.name, tuple(others)
                )  # fmt: skip


def _inner(written: str) -> int:
    port = written.rpartition(":")[2].partition("/")[0]
    return int(port) if port.isdigit() else 0


def _built(site: Site[object], root: Root, paths: tuple[str, ...]) -> Iterator[Startable]:
    for dockerfile in site.repo.dockerfiles:
        file = dockerfile.file
        port = _exposed(dockerfile)
        if file.root is root and port and not is_aside(file.path):
            inside = file.folder and any(
                p.startswith(f"{file.folder}/{s}") for c in dockerfile.copies for s in c.sources
                for p in root.files
            )  # fmt: skip
            context = file.folder if inside else "."
            migrate = _migrate(root, "" if context == "." else context)
            yield Startable(
                root, paths, port, dockerfile=file.path, context=context, migrate=migrate
            )


def _exposed(dockerfile: Dockerfile) -> int:
    for line in dockerfile.file.lines:
        words = line.split()
        if words[:1] == ["EXPOSE"] and words[1:]:
            port = words[1].partition("/")[0]
            return int(port) if port.isdigit() else 0
    return 0


def _migrate(root: Root, folder: str) -> str:
    above = f"{folder}/" if folder else ""
    if f"{above}alembic.ini" in root.files:
        return "alembic upgrade head"
    return "python manage.py migrate" if f"{above}manage.py" in root.files else ""
