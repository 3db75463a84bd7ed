"""Endpoints that tell whether the application can serve, and which version does."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databases import clients
from seatrial.kit.planning.pyapps import add
from seatrial.kit.planning.render import render
from seatrial.kit.planning.rollouts import rollouts
from seatrial.kit.platform.endpoints import all_routes
from seatrial.kit.platform.handlers import health_handlers
from seatrial.kit.platform.images import image_of
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.model.change import Edit, Generate, Leave, Risk, Wish
from seatrial.practices.health_checks.dependencies import Ask, asks
from seatrial.practices.health_checks.djangoapps import routed
from seatrial.practices.health_checks.djangofacts import is_guarded
from seatrial.practices.health_checks.expressapps import added, asked
from seatrial.practices.health_checks.probes import other_checks, probed
from seatrial.practices.health_checks.webapps import Web, web

MODULE: Final = "health"
VERSION_PATHS: Final = ("/version", "/api/version", "/api/v1/version", "/healthz/version")
_READY: Final = ("/ready", "/readyz", "/health/ready")
_ALIVE: Final = ("/health", "/healthz", "/livez", "/live", "/ping", "/alive", "/health/live")
_WHY: Final = "says whether its dependencies answer and which version serves"


@once
def ready_path(site: Site[object]) -> str:
    """Path that tells whether the application can serve; one of ours where it has none."""
    if _asking(site):
        return _asking(site)
    app = web(site)
    if app is None or not clients(site) or not asks(app):
        return ""
    return next((p for p in _READY if p not in _paths(site)), "")


@once
def _asking(site: Site[object]) -> str:
    """Path of an endpoint that asks what it depends on; empty without one."""
    found = (h for h in health_handlers(site) if h.asks and not is_aside(h.file.path))
    return next((h.route.path for h in found if _reached(site, h.route.path)), "")


def _reached(site: Site[object], path: str) -> bool:
    """False where Django's check of the host stands in front, unless a probe asks it already."""
    app = web(site)
    if app is None or app.kind != "django" or not is_guarded(app.file.root):
        return True
    probes = ("startupProbe", "readinessProbe", "livenessProbe")
    return any(one.path(probe) == path for one in probed(site) for probe in probes)


@once
def alive_path(site: Site[object]) -> str:
    """Path that tells whether the process answers, whatever its dependencies do."""
    taken = _paths(site)
    asked = {h.route.path for h in health_handlers(site) if h.asks}
    known: list[str] = [p for p in _ALIVE if p in taken and p not in asked]
    known += [h.route.path for h in health_handlers(site) if h.is_constant]
    own = next((p for p in known if _reached(site, p)), "")
    # Somebody asks it: Kubernetes, or Docker where nothing else does.
    asked_for = probed(site) or not other_checks(site)
    free = next((p for p in ("/livez", "/health/live") if p not in taken), "")
    return own or (free if web(site) and asked_for else "")


@once
def version_path(site: Site[object]) -> str:
    """Path that names the version that serves; `/version` where it can be added."""
    taken = _paths(site)
    found = next((p for p in VERSION_PATHS if p in taken), "")
    return found or ("/version" if web(site) and version_variable(site) else "")


@once
def version_variable(site: Site[object]) -> str:
    """Environment variable that holds the tag of the running image; empty without one."""
    for one in probed(site):
        tag = image_of(one.node.at("image").text).tag
        for item in one.node.at("env").items():
            if tag and item.at("value").text == tag:
                return item.at("name").text
    return ""


@once
def _paths(site: Site[object]) -> frozenset[str]:
    return frozenset(r.path for found in all_routes(site) for r in found.routes)


def endpoints(site: Site[object]) -> Iterator[Wish]:
    """Yield the module with the endpoints that are missing, and the call of it."""
    needs_ready = bool(clients(site)) and not _asking(site)
    released = [r for r in rollouts(site) if r.tag]
    needs_version = bool(released) and not any(p in _paths(site) for p in VERSION_PATHS)
    app = web(site)
    if app is None:
        if needs_ready:
            message = "add an endpoint that asks the database before it says that all is well"
            yield Leave(message, clients(site)[0][1])
        return
    checks = asks(app) if needs_ready else ()
    if needs_ready and not checks:
        message = "let the readiness endpoint ask the database: nothing shows how it is reached"
        yield Leave(message, app.file.place())
    if released and not version_variable(site):
        yield Leave(
            "give the containers a variable APP_VERSION with the image's tag, which the "
            "application answers with at /version",
            released[0].chart.file.place(),
        )
    alive = alive_path(site)
    needs_alive = bool(alive) and alive not in _paths(site)
    version = version_variable(site) if needs_version else ""
    if checks or version or needs_alive:
        yield from _written(site, app, checks, version, alive if needs_alive else "")


def _written(
    site: Site[object], app: Web, checks: tuple[Ask, ...], version: str, alive: str
) -> Iterator[Generate | Edit | Leave]:
    if app.kind == "express":
        paths = {"ready": ready_path(site), "version": version, "alive": alive}
        yield from added(app, MODULE, asked(app) if checks else (), paths, _WHY)
        return
    path = posixpath.join(app.file.folder, f"{MODULE}.py")
    module = f"{MODULE}_endpoints" if path in app.file.root.files else MODULE
    path = posixpath.join(app.file.folder, f"{module}.py")
    lines = {line for check in checks for line in check.imports}
    plain = {line for line in lines if line.startswith("import ")}
    ours = {line for line in lines - plain if not line.startswith(_LIBRARIES)}
    guarded = app.kind == "django" and is_guarded(app.file.root)
    outside = [
        *sorted(plain - {"import os"}),
        *sorted((lines - plain - ours) | _framework(app, checks, guarded=guarded)),
    ]
    text = render(
        "health_checks",
        "app/health.py.j2",
        kind=app.kind,
        checks=checks,
        outside=outside,
        inside=sorted(ours),
        ready_path=ready_path(site) or _READY[0],
        version=version,
        alive=alive,
        guarded=guarded,
        reads_environment=bool(version) or "import os" in plain,
    )
    yield Generate(app.file.root.name, path, text, _WHY, Risk.MEDIUM)
    if app.python:
        logging = (
            app.python.imported("json_logging", f"use_json_for_{app.kind}"),
            f"{app.python.indent}use_json_for_{app.kind}({app.variable})",
        )
        call = f"add_health({app.variable})"
        yield add(app.python, module, "add_health", call, _WHY, first=True, past=logging)
        return
    yield from routed(app, module, _WHY)


_LIBRARIES: Final = ("from sqlalchemy ", "from django.")


def _framework(app: Web, checks: tuple[Ask, ...], *, guarded: bool) -> set[str]:
    if app.kind == "asgi":
        return {
            "from fastapi import FastAPI, Response" if checks else "from fastapi import FastAPI"
        }
    if app.kind == "flask":
        return {"from flask import Flask"}
    found = {
        "from django.http import HttpRequest, JsonResponse",
        "from django.urls import path",
        "from django.views.decorators.cache import never_cache",
    }
    if guarded:
        found.add("from asgiref.sync import iscoroutinefunction, sync_to_async")
        found.add("from django.utils.decorators import sync_and_async_middleware")
    return found
