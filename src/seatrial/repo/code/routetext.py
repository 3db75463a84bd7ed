"""Routes of .NET, Rust and PHP."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from seatrial.model.finding import Confidence
from seatrial.repo.code.route import Found, hits, joined, uncommented
from seatrial.repo.files import File


def dotnet(file: File, found: Found) -> None:
    """Add minimal APIs, health checks and attribute routes of a C# file."""
    text = uncommented(file.text)
    groups = dict(re.findall(r"\b(\w+)\s*=\s*\w+\.MapGroup\(\s*\"([^\"]*)\"", text))
    mapped = (
        r"\b(\w+)\s*\.Map(Get|Post|Put|Patch|Delete|HealthChecks|Metrics|Prometheus\w*|Fallback)"
        r"\(\s*(?:\"([^\"]*)\")?"
    )
    for match, line in hits(mapped, text):
        kind = match[2]
        default = "/metrics" if kind == "Metrics" or kind.startswith("Prometheus") else None
        path = match[3] if match[3] is not None else default
        if path is None:
            found.doubt(file, line, "a path that is computed")
            continue
        verb = kind if kind in {"Get", "Post", "Put", "Patch", "Delete"} else "*"
        found.add(file, line, verb, joined(groups.get(match[1], ""), path))
    if "[Http" in text or "[Route" in text:
        _attributes(file, text, found)


def _attributes(file: File, text: str, found: Found) -> None:
    declared = re.search(r"\bclass\s+(\w+)", text)
    name = declared[1].removesuffix("Controller").lower() if declared else ""
    before = text[: declared.start()] if declared else ""
    routes = re.findall(r"\[Route\(\s*\"([^\"]*)\"", before)
    prefix = (routes[-1] if routes else "").replace("[controller]", name)
    for match, line in hits(r"\[Http(Get|Post|Put|Patch|Delete)(?:\(\s*\"([^\"]*)\")?", text):
        path = match[2] or ""
        whole = path if path.startswith(("/", "~/")) else joined(prefix, path)
        found.add(file, line, match[1], whole.removeprefix("~"), Confidence.MEDIUM)


def rust(file: File, found: Found) -> None:
    """Add routes of axum, actix-web, rocket and warp-like attributes."""
    text = uncommented(file.text)
    nested = bool(re.search(r"\.nest\(|\bscope\(", text))
    confidence = Confidence.LOW if nested else Confidence.HIGH
    for match, line in hits(r"#\[(get|post|put|patch|delete|head)\(\s*\"([^\"]*)\"", text):
        found.add(file, line, match[1], match[2], Confidence.MEDIUM)
    for match, line in hits(r"\.route\(\s*\"([^\"]*)\"\s*,\s*(?:\w+::)*(\w+)", text):
        verb = match[2] if match[2] in {"get", "post", "put", "patch", "delete"} else "*"
        found.add(file, line, verb, match[1], confidence)
    for match, line in hits(r"\b(?:resource)\(\s*\"([^\"]*)\"", text):
        found.add(file, line, "*", match[1], confidence)
    if nested:
        for _, line in hits(r"\.nest\(|\bscope\(", text):
            found.doubt(file, line, "a nested router")


def php(file: File, found: Found) -> None:
    """Add routes of Laravel, Slim and Symfony attributes."""
    text = uncommented(file.text)
    base = "/api" if file.path.endswith("routes/api.php") else ""
    call = r"(?:\$\w+->|Route::)(get|post|put|patch|delete|any|options)\(\s*['\"]([^'\"]*)['\"]\s*,"
    framework = "Route::" in text or "slim" in text.lower() or "$app" in text
    for match, line in hits(call, text) if framework else ():
        verb = "*" if match[1] == "any" else match[1]
        found.add(file, line, verb, joined(base, match[2]), Confidence.MEDIUM)
    for match, line in hits(r"#\[Route\(\s*(?:path:\s*)?['\"]([^'\"]*)['\"]", text):
        found.add(file, line, "*", match[1], Confidence.MEDIUM)
    for _, line in hits(r"(?:Route::prefix|->group\(|::group\()", text):
        found.doubt(file, line, "a group of routes")


READERS: Final[dict[str, Callable[[File, Found], None]]] = {
    "dotnet": dotnet,
    "rust": rust,
    "php": php,
}
