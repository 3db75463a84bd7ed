"""JSON logging in the application: one module beside it, and the lines that call it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.pyapps import PyApp, add, python_apps
from seatrial.kit.planning.render import render
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Risk

_MODULE: Final = "json_logging"
_CALLS: Final = {
    "asgi": ("use_json_for_asgi", "use_json_for_asgi({app})"),
    "flask": ("use_json_for_flask", "use_json_for_flask({app})"),
    "celery": ("use_json_for_celery", "use_json_for_celery()"),
    "script": ("use_json", "use_json()"),
}


def structured(site: Site[object]) -> Iterator[Generate | Edit | Leave]:
    """Yield a logging module for each folder with an application, and the calls of it."""
    by_home: dict[tuple[str, str], list[PyApp]] = defaultdict(list)
    for app in python_apps(site):
        by_home[app.file.root.name, app.beside(_MODULE)].append(app)
    for (repository, path), apps in by_home.items():
        kinds = sorted({app.kind for app in apps})
        text = render(
            "centralized_logging",
            "app/json_logging.py.j2",
            kinds=kinds,
            service=repository,
        )
        reason = "logs are JSON lines with level, version and request id, without secrets"
        yield Generate(repository, path, text, reason, Risk.MEDIUM)
        for app in apps:
            name, call = _CALLS[app.kind]
            written = call.format(app=app.variable)
            yield add(app, _MODULE, name, written, "write logs as JSON lines", first=True)
