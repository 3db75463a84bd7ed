"""Endpoints that tell whether the application can serve, and which version does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databases import clients
from seatrial.kit.planning.pyapps import PyApp, add, python_apps
from seatrial.kit.planning.render import render
from seatrial.kit.platform.endpoints import all_routes
from seatrial.kit.platform.handlers import health_handlers
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.model.change import Edit, Generate, Leave, Risk, Wish
from seatrial.model.struct import struct
from seatrial.practices.health_checks.probes import probed
from seatrial.repo.files import File, Root

MODULE: Final = "health"
VERSION_PATHS: Final = ("/version", "/api/version", "/api/v1/version", "/healthz/version")
_TEMPLATES: Final = {"asgi": "app/fastapi.py.j2", "flask": "app/flask.py.j2"}
_READY: Final = ("/ready", "/readyz", "/health/ready")
_ENGINE: Final = re.compile(r"^(\w+)\s*(?::[^=]+)?=\s*create_engine\(", re.MULTILINE)
_FLASK_DB: Final = re.compile(r"^(\w+)\s*=\s*SQLAlchemy\(", re.MULTILINE)
_CELERY: Final = re.compile(r"^(\w+)\s*=\s*Celery\(", re.MULTILINE)


@struct
class Ask:
    """A function of the generated module that asks one dependency."""

    name: str
    label: str
    imports: tuple[str, ...]
    lines: tuple[str, ...]


@once
def ready_path(site: Site[object]) -> str:
    """Path that tells whether the application can serve; one of ours where it has none."""
    for handler in health_handlers(site):
        if handler.asks and not is_aside(handler.file.path):
            return handler.route.path
    if _web(site) is None:
        return ""
    taken = _paths(site)
    return next((p for p in _READY if p not in taken), "")


@once
def alive_path(site: Site[object]) -> str:
    """Path that tells whether the process answers, whatever its dependencies do."""
    taken = _paths(site)
    asked = {h.route.path for h in health_handlers(site) if h.asks}
    known = ("/health", "/healthz", "/livez", "/live", "/ping", "/alive", "/health/live")
    own = next((p for p in known if p in taken and p not in asked), "")
    return own or ("/livez" if _web(site) else "")


@once
def version_path(site: Site[object]) -> str:
    """Path that names the version that serves; `/version` where it can be added."""
    taken = _paths(site)
    found = next((p for p in VERSION_PATHS if p in taken), "")
    return found or ("/version" if _web(site) else "")


@once
def _paths(site: Site[object]) -> frozenset[str]:
    return frozenset(r.path for found in all_routes(site) for r in found.routes)


@once
def _web(site: Site[object]) -> PyApp | None:
    """The Python application that gets the endpoints: the only one that serves."""
    found = [a for a in python_apps(site) if a.kind in _TEMPLATES and _is_framework(a)]
    return found[0] if len(found) == 1 else None


def _is_framework(app: PyApp) -> bool:
    return "FastAPI(" in app.file.text or "Flask(" in app.file.text


def endpoints(site: Site[object]) -> Iterator[Wish]:
    """Yield the module with the endpoints that are missing, and the call of it."""
    needs_ready = bool(clients(site)) and not any(h.asks for h in health_handlers(site))
    needs_version = not any(p in _paths(site) for p in VERSION_PATHS)
    needs_alive = alive_path(site) not in _paths(site) and bool(probed(site))
    app = _web(site)
    if app is None:
        if needs_ready:
            place = clients(site)[0][1]
            yield Leave(
                "add an endpoint that asks the database before it says that all is well", place
            )
        return
    checks = tuple(_asks(app)) if needs_ready else ()
    if needs_ready and not checks:
        yield Leave(
            "let the readiness endpoint ask the database: nothing shows the engine or the client",
            app.file.place(app.last),
        )
    if not (checks or needs_version or (needs_alive and needs_ready)):
        return
    yield from _written(site, app, checks, version=needs_version, alive=needs_alive)


def _written(
    site: Site[object], app: PyApp, checks: tuple[Ask, ...], *, version: bool, alive: bool
) -> Iterator[Generate | Edit | Leave]:
    taken = app.beside(MODULE) in app.file.root.files
    module = f"{MODULE}_endpoints" if taken else MODULE
    imports = sorted({line for check in checks for line in check.imports})
    text = render(
        "health_checks",
        _TEMPLATES[app.kind],
        checks=checks,
        imports=imports,
        home=f"from {app.package.partition('.')[0]}." if app.package else "from .",
        ready_path=ready_path(site) or _READY[0],
        version=version,
        alive=alive_path(site) if alive else "",
        environment=version or any("os." in line for c in checks for line in c.lines),
    )
    why = "says whether its dependencies answer and which version serves"
    yield Generate(app.file.root.name, app.beside(module), text, why, Risk.MEDIUM)
    logging = (
        app.imported("json_logging", f"use_json_for_{app.kind}"),
        f"{app.indent}use_json_for_{app.kind}({app.variable})",
    )
    call = f"add_health({app.variable})"
    yield add(app, module, "add_health", call, why, first=True, past=logging)
    if version:
        yield Leave(
            "give the containers APP_VERSION with the image's tag, if they have no such variable:"
            " the endpoint answers with it"
        )


def _asks(app: PyApp) -> Iterator[Ask]:
    root = app.file.root
    engine = _named(root, _ENGINE, app)
    if engine:
        yield Ask(
            "ask_database",
            "database",
            ("from sqlalchemy import text", engine[0]),
            (
                f"with {engine[1]}.connect() as connection:",
                '    connection.execute(text("SELECT 1"))',
            ),
        )
    database = _named(root, _FLASK_DB, app) if app.kind == "flask" and not engine else None
    if database:
        yield Ask(
            "ask_database",
            "database",
            ("from sqlalchemy import text", database[0]),
            (f'{database[1]}.session.execute(text("SELECT 1"))',),
        )
    broker = _named(root, _CELERY, app)
    if broker and (engine or database):
        yield Ask(
            "ask_broker",
            "broker",
            (broker[0],),
            (
                f"with {broker[1]}.connection_for_write() as connection:",
                "    connection.ensure_connection(max_retries=1, timeout=2)",
            ),
        )


def _named(root: Root, pattern: re.Pattern[str], app: PyApp) -> tuple[str, str] | None:
    """Import line and name of a module-level object; None unless there is exactly one."""
    found: list[tuple[File, str]] = []
    for path, file in root.files.items():
        if file.suffix != ".py" or is_aside(path) or not path.startswith(_top(app)):
            continue
        match = pattern.search(file.text)
        if match and file is not app.file:
            found.append((file, match[1]))
    if len(found) != 1:
        return None
    file, name = found[0]
    try:
        ast.parse(file.text)
    except SyntaxError:
        return None
    dotted = _dotted(file, app)
    return (f"from {dotted} import {name}", name) if dotted else None


def _top(app: PyApp) -> str:
    depth = app.package.count(".") + 1 if app.package else 0
    parts = app.folder.split("/") if app.folder else []
    kept = parts[: len(parts) - depth + 1] if depth else parts
    return "".join(f"{part}/" for part in kept)


def _dotted(file: File, app: PyApp) -> str:
    """Module name of a file, in the notation that the application's package uses."""
    depth = app.package.count(".") + 1 if app.package else 0
    parts = app.folder.split("/") if app.folder else []
    base = "/".join(parts[: len(parts) - depth])
    path = file.path.removeprefix(f"{base}/") if base else file.path
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
