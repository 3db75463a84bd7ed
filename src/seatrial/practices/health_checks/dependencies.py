"""How an application can ask what it depends on, with the objects that it has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.live import is_aside
from seatrial.model.struct import struct
from seatrial.practices.health_checks.djangofacts import has_cache
from seatrial.practices.health_checks.expressapps import asked
from seatrial.practices.health_checks.webapps import Web
from seatrial.repo.files import File, Root

_ENGINE: Final = re.compile(r"^(\w+)\s*(?::[^=]+)?=\s*create_engine\(", re.MULTILINE)
_FLASK_DB: Final = re.compile(r"^(\w+)\s*=\s*SQLAlchemy\(", re.MULTILINE)
_CELERY: Final = re.compile(r"^(\w+)\s*=\s*Celery\(", re.MULTILINE)


@struct
class Ask:
    """A function of the generated module that asks one dependency.

    Attributes:
        imports: lines that it needs, those of other packages and of the application.
    """

    name: str
    label: str
    imports: tuple[str, ...]
    lines: tuple[str, ...]


def asks(app: Web) -> tuple[Ask, ...]:
    """Questions to the database and the broker; empty where nothing shows how to ask."""
    if app.kind == "django":
        return tuple(_django(app))
    if app.kind == "express":
        return tuple(Ask(q.name, q.label, (), q.lines) for q in asked(app))
    return tuple(_python(app))


def _python(app: Web) -> Iterator[Ask]:
    root = app.file.root
    engine = _named(root, _ENGINE, app)
    database = None if engine or app.kind != "flask" else _named(root, _FLASK_DB, app)
    select = "from sqlalchemy import text"
    if engine:
        yield Ask(
            "ask_database",
            "database",
            (select, engine[0]),
            (
                f"with {engine[1]}.connect() as connection:",
                '    connection.execute(text("SELECT 1"))',
            ),
        )
    elif database:
        yield Ask(
            "ask_database",
            "database",
            (select, database[0]),
            (
                # The application, since the question is asked outside of a request.
                f"with application.app_context(), {database[1]}.engine.connect() as connection:",
                '    connection.execute(text("SELECT 1"))',
            ),
        )
    else:
        yield from _by_address(root)
    broker = _named(root, _CELERY, app)
    if broker:
        yield Ask("ask_broker", "broker", (broker[0],), _broker(broker[1]))


def _broker(name: str) -> tuple[str, ...]:
    return (
        f"with {name}.connection_for_write() as connection:",
        "    connection.ensure_connection(max_retries=1, timeout=2)",
    )


def _by_address(root: Root) -> Iterator[Ask]:
    """A driver that is used by itself, with the address that the code reads."""
    texts = [f.text for p, f in root.files.items() if f.suffix == ".py" and not is_aside(p)]
    for driver in ("psycopg", "psycopg2"):
        used = any(re.search(rf"^\s*(?:import|from) {driver}\b", t, re.MULTILINE) for t in texts)
        if used and any(re.search(r"environ\S*[\"']DATABASE_URL[\"']", t) for t in texts):
            address = 'os.environ["DATABASE_URL"], connect_timeout=2'
            yield Ask(
                "ask_database",
                "database",
                ("import os", f"import {driver}"),
                (
                    f"with {driver}.connect({address}) as connection:",
                    '    connection.cursor().execute("SELECT 1")',
                ),
            )
            return


def _django(app: Web) -> Iterator[Ask]:
    yield Ask(
        "ask_databases",
        "database",
        ("from django.db import connections",),
        (
            "try:",
            "    for name in connections:",
            "        with connections[name].cursor() as cursor:",
            '            cursor.execute("SELECT 1")',
            "finally:",
            "    # The thread that asks keeps no connections of its own.",
            "    connections.close_all()",
        ),
    )
    if has_cache(app.file.root):
        yield Ask(
            "ask_cache",
            "cache",
            ("from django.core.cache import caches",),
            (
                'cache = caches["default"]',
                'if "dummy" in type(cache).__module__:',
                "    return",
                'cache.set("health", "ok", 10)',
                'if cache.get("health") != "ok":',
                '    raise ConnectionError("the cache does not keep what it is given")',
            ),
        )
    broker = _named(app.file.root, _CELERY, app)
    if broker:
        yield Ask("ask_broker", "broker", (broker[0],), _broker(broker[1]))


def _named(root: Root, pattern: re.Pattern[str], app: Web) -> tuple[str, str] | None:
    """Import line and name of a module-level object; None unless there is exactly one."""
    found: list[tuple[File, str]] = []
    for path, file in root.files.items():
        if file.suffix != ".py" or is_aside(path) or file is app.file:
            continue
        match = pattern.search(file.text)
        if match and path.startswith(_home(app)):
            found.append((file, match[1]))
    if len(found) != 1:
        return None
    file, name = found[0]
    path = file.path.removeprefix(_base(app)).removesuffix(".py").removesuffix("/__init__")
    return f"from {path.replace('/', '.')} import {name}", name


def _home(app: Web) -> str:
    """The folder that holds all modules of the application."""
    top = app.python.package.partition(".")[0] if app.python else ""
    return f"{_base(app)}{top}/" if top else _base(app)


def _base(app: Web) -> str:
    """The folder that the application's imports start from, with a slash, or empty."""
    parts = app.file.folder.split("/") if app.file.folder else []
    depth = app.package.count(".") + 1 if app.package else 0
    return "".join(f"{part}/" for part in parts[: len(parts) - depth])
