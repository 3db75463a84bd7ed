"""Facts of a Django project: what its settings ask of a request, and what its routes can take."""

from __future__ import annotations

import ast
import re
from typing import Final

from seatrial.kit.platform.live import is_aside
from seatrial.model.edit import FileEdit, InsertText, ReplaceText
from seatrial.repo.files import File, Root

_LIST: Final = re.compile(r"^MIDDLEWARE\s*(?::[^=\n]+)?=.*$", re.MULTILINE)
_HOSTS: Final = re.compile(r"^[ \t]*ALLOWED_HOSTS\s*(?::[^=\n]+)?=[ \t]*(.*)$", re.MULTILINE)
_GUARDS: Final = re.compile(
    r"^[ \t]*SECURE_SSL_REDIRECT\s*=(?!\s*False\b)|LoginRequiredMiddleware", re.MULTILINE
)
_SHARED: Final = re.compile(
    r"RedisCache|Memcache|PyLibMC|django_redis|DatabaseCache|env\.cache(?:_url)?\("
)
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


def middleware_lists(root: Root) -> list[tuple[File, str]]:
    """Files that set MIDDLEWARE, each with the line that opens the list; empty if it is not clear.

    Each is a whole list of its own, so what belongs first has to be put in each.
    """
    found: list[tuple[File, str]] = []
    for file in settings_of(root):
        opened = _LIST.findall(file.text)
        if not opened:
            continue
        plain = re.search(r"=\s*[\[(][ \t]*$", opened[0])
        if len(opened) != 1 or plain is None or file.lines.count(opened[0]) != 1:
            return []
        found.append((file, opened[0]))
    return found


def takes_routes(file: File, line: str) -> bool:
    """True where routes can be added behind a line, and a probe reaches them.

    Args:
        file: the root list of routes.
        line: the line that opens the list.
    """
    reached = not is_guarded(file.root) or bool(middleware_lists(file.root))
    return reached and file.lines.count(line) == 1 and imported(file) is not None


def imported(file: File) -> tuple[FileEdit, ...] | None:
    """Edits that import what an entry needs; None where that cannot be told.

    Args:
        file: the root list of routes.
    """
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
