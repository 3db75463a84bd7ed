"""Routes that OpenAPI and Swagger documents of a repository describe."""

from __future__ import annotations

import json
from typing import Final

from seatrial.model.finding import Confidence
from seatrial.repo.code.route import Found, joined
from seatrial.repo.files import File, Root
from seatrial.repo.yaml import Trouble

_METHODS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


def read(root: Root, found: Found) -> None:
    """Add the routes of all documents; described is not yet served, hence medium confidence."""
    for file in root.files.values():
        name = file.name.lower()
        if not name.startswith(("openapi", "swagger")):
            continue
        if file.suffix in {".yaml", ".yml"}:
            _yaml(file, found)
        elif file.suffix == ".json":
            _json(file, found)


def _yaml(file: File, found: Found) -> None:
    document = file.yaml.first
    base = _base(document.at("basePath").text, document.at("servers", 0, "url").text)
    paths = document.at("paths")
    for path, node in paths.pairs():
        for method in node.names():
            if method in _METHODS:
                line = paths.line_of(path)
                found.add(file, line, method, joined(base, path), Confidence.MEDIUM)


def _json(file: File, found: Found) -> None:
    try:
        document = json.loads(file.text)
    except (ValueError, RecursionError) as error:
        file.root.note(file.path, Trouble(1, f"not valid JSON: {str(error)[:80]}"))
        return
    paths = document.get("paths") if isinstance(document, dict) else None
    servers = document.get("servers") if isinstance(document, dict) else None
    first = servers[0] if isinstance(servers, list) and servers else {}
    url = first.get("url") if isinstance(first, dict) else ""
    base = _base(str(document.get("basePath") or ""), str(url or "")) if paths else ""
    for path, operations in paths.items() if isinstance(paths, dict) else ():
        for method in operations if isinstance(operations, dict) else ():
            if method in _METHODS:
                line = file.line_of(json.dumps(path)) or 1
                found.add(file, line, method, joined(base, str(path)), Confidence.MEDIUM)


def _base(base: str, url: str) -> str:
    rest = url.partition("://")[2]
    path = rest.partition("/")[2] if rest else url
    return base or ("" if "{" in path else path)
