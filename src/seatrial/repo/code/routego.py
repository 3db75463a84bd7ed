"""Routes of Go: net/http, gorilla/mux, gin, echo, chi, fiber."""

from __future__ import annotations

import re
from typing import Final

from seatrial.model.finding import Confidence
from seatrial.repo.code.route import Found, hits, joined, uncommented
from seatrial.repo.files import File

_VERBS: Final = "GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|Get|Post|Put|Patch|Delete|Head|Options"
_CALL: Final = (
    r"\b([\w.]+)\.(HandleFunc|Handle|HandlerFunc|Any|All|Match|Mount|Method|MethodFunc|Static|StaticFS|"
    + _VERBS
    + r")\(\s*(?:(?:http\.Method(\w+)|\"([A-Z]+)\")\s*,\s*)?"
    r"(\"[^\"\n]*\"|`[^`]*`|[\w.]+\s*\+\s*\"[^\"\n]*\"|\w[\w.]*)\s*,"
)
_GROUP: Final = (
    r"\b(\w+)\s*(?::=|=)\s*([\w.]+)\.(?:Group|PathPrefix|Party)\(\s*\"([^\"]*)\"\s*\)?"
    r"|\b(\w+)\.(?:Route|Group)\(\s*\"([^\"]+)\"\s*,\s*func\(\s*(\w+)"
)
_CLIENTS: Final = frozenset({"http.Get", "http.Post", "http.Head", "client", "resty", "cache"})
_TARGETS: Final = ("net/http", "gin-gonic", "gorilla/mux", "labstack/echo", "go-chi", "gofiber")


def read(files: list[File], found: Found) -> None:
    """Add the routes of Go files."""
    for file in files:
        if any(target in file.text for target in _TARGETS):
            _file(file, found)


def _file(file: File, found: Found) -> None:
    text = uncommented(file.text)
    constants = dict(re.findall(r"\b(\w+)\s*(?:string\s*)?(?::=|=)\s*\"(/[^\"\n]*)\"", text))
    prefixes, scopes = _groups(text)
    for match, line in hits(_CALL, text):
        owner, verb = match[1], match[2]
        if f"{owner}.{verb}" in _CLIENTS or owner.rpartition(".")[2].lower() in _CLIENTS:
            continue
        path, sure = _path(match[5], constants)
        if path is None:
            if verb in {"HandleFunc", "Handle"} or verb.isupper():
                found.doubt(file, line, "a path that is computed")
            continue
        method = (match[3] or match[4] or (verb if verb.upper() in _VERBS else "*")).upper()
        first, _, rest = path.partition(" ")
        if rest and first.isupper():
            method, path = first, rest.strip()
        if not path.startswith("/") and path:
            continue
        scope = [p for start, end, p in scopes if start < match.start() < end]
        prefix = joined(*scope, prefixes.get(owner, ""))
        subtree = verb in {"Mount", "Static", "StaticFS"} or (
            path.endswith("/") and verb.startswith("Handle") and "gorilla/mux" not in text
        )
        confidence = Confidence.HIGH if sure else Confidence.MEDIUM
        found.add(file, line, method, joined(prefix, path), confidence, subtree=subtree)


def _path(written: str, constants: dict[str, str]) -> tuple[str | None, bool]:
    """The constant path of an argument, and whether it stands there whole."""
    if written[0] in '"`':
        return written[1:-1], True
    name, plus, literal = (part.strip() for part in written.partition("+"))
    if plus:
        base = constants.get(name)
        return (base + literal.strip('"'), False) if base is not None else (None, False)
    return constants.get(name), False


def _groups(text: str) -> tuple[dict[str, str], list[tuple[int, int, str]]]:
    """Prefixes by variable, and blocks of text with the prefix that holds inside."""
    prefixes: dict[str, str] = {}
    scopes: list[tuple[int, int, str]] = []
    for match, _ in hits(_GROUP, text):
        if match[1]:
            prefixes[match[1]] = joined(prefixes.get(match[2], ""), match[3])
        else:
            start = text.find("{", match.end())
            scopes.append((start, _closing(text, start), match[5]))
    return prefixes, scopes


def _closing(text: str, start: int) -> int:
    depth = 0
    for match in re.compile(r"[{}]").finditer(text, max(start, 0)):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.start()
    return len(text)
