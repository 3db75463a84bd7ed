"""Where a Django project takes the routes of a new module, and what stands in their way."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.live import is_aside
from seatrial.model.change import Edit, Leave, Risk
from seatrial.model.edit import FileEdit, InsertText, ReplaceText
from seatrial.practices.health_checks.webapps import Web
from seatrial.repo.files import File, Root

MIDDLEWARE: Final = "answer_first"
_LIST: Final = re.compile(r"^MIDDLEWARE\s*(?::[^=\n]+)?=\s*\[[ \t]*$", re.MULTILINE)
_HOSTS: Final = re.compile(r"^[ \t]*ALLOWED_HOSTS\s*(?::[^=\n]+)?=[ \t]*(.*)$", re.MULTILINE)
_GUARDS: Final = re.compile(
    r"^[ \t]*SECURE_SSL_REDIRECT\s*=(?!\s*False\b)|LoginRequiredMiddleware",
    re.MULTILINE,
)
_SHARED: Final = re.compile(r"RedisCache|Memcache|PyLibMC|django_redis|DatabaseCache")
_NAMES: Final = ("include", "path")


def settings_of(root: Root) -> list[File]:
    """Files that hold settings of Django, by path."""
    words = ("ROOT_URLCONF", "ALLOWED_HOSTS", "MIDDLEWARE")
    return [
        file
        for path, file in sorted(root.files.items())
        if file.suffix == ".py" and not is_aside(path) and any(w in file.text for w in words)
    ]


def has_cache(root: Root) -> bool:
    """True where a cache is configured that processes share."""
    return any(
        "CACHES" in file.text and _SHARED.search(file.text)
        for path, file in root.files.items()
        if file.suffix == ".py" and not is_aside(path)
    )


def is_guarded(root: Root) -> bool:
    """True where Django refuses or redirects a probe, which asks by the pod's address."""
    texts = [file.text for file in settings_of(root)]
    hosts = [written for text in texts for written in _HOSTS.findall(text)]
    open_ = hosts and all(re.match(r"[\[(]\s*[\"']\*[\"']", written) for written in hosts)
    return not open_ or any(_GUARDS.search(text) for text in texts)


def routed(app: Web, module: str, why: str) -> Iterator[Edit | Leave]:
    """Yield the edits that let the project answer with the routes of a module beside its own."""
    target = f"{app.package}.{module}" if app.package else module
    imported = _imported(app.file)
    if imported is None or app.file.lines.count(app.line) != 1:
        message = f'add path("", include("{target}")) to these routes: the lines are not unique'
        yield Leave(message, app.file.place())
        return
    entry = InsertText(f'    path("", include("{target}")),\n', after=f"{app.line}\n")
    yield Edit(app.file.root.name, app.file.path, (*imported, entry), why, Risk.MEDIUM)
    if is_guarded(app.file.root):
        yield _first(app, target)


def _imported(file: File) -> tuple[FileEdit, ...] | None:
    """Edits that import what an entry needs; None where that cannot be told."""
    try:
        tree = ast.parse(file.text)
    except (SyntaxError, ValueError):
        return None
    imports = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    bound = {
        alias.asname or alias.name: str(getattr(node, "module", "") or "")
        for node in imports
        for alias in node.names
    }
    if any(not bound.get(name, "django").startswith("django") for name in _NAMES):
        return None
    missing = [name for name in _NAMES if name not in bound]
    if not missing:
        return ()
    lines = file.lines
    for node in imports:
        line = lines[node.lineno - 1]
        plain = re.fullmatch(r"from django\.urls import [\w, ]+", line)
        if plain and " as " not in line and lines.count(line) == 1:
            names = sorted({*(a.name for a in node.names), *missing})
            return (ReplaceText(f"{line}\n", f"from django.urls import {', '.join(names)}\n"),)
    new = f"from django.urls import {', '.join(missing)}\n"
    for node in reversed(imports):
        anchor = "".join(f"{x}\n" for x in lines[node.lineno - 1 : node.end_lineno])
        if file.text.replace("\r\n", "\n").count(anchor) == 1:
            return (InsertText(new, after=anchor),)
    return None


def _first(app: Web, target: str) -> Edit | Leave:
    """The module's middleware ahead of those that ask for a host, for HTTPS or for a login."""
    found = [(f, m) for f in settings_of(app.file.root) if (m := _LIST.search(f.text))]
    file, match = found[0] if len(found) == 1 else (app.file, None)
    if match is None or file.lines.count(match[0]) != 1:
        return Leave(
            f"put {target}.{MIDDLEWARE} first in MIDDLEWARE: without that Django answers a probe,"
            " which asks by the pod's address, with 400 or a redirect",
            file.place(),
        )
    quote = "'" if file.text.count("'") > file.text.count('"') else '"'
    edit = InsertText(f"    {quote}{target}.{MIDDLEWARE}{quote},\n", after=f"{match[0]}\n")
    why = "a probe asks by the pod's address, which Django's check of the host refuses"
    return Edit(file.root.name, file.path, (edit,), why, Risk.MEDIUM)
