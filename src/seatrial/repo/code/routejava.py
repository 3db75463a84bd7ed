"""Routes of Java and Kotlin: Spring, JAX-RS, Micronaut, Ktor; Actuator and Quarkus health."""

from __future__ import annotations

import re
from typing import Final

from seatrial.model.finding import Confidence
from seatrial.repo.code import dependencies
from seatrial.repo.code.route import Found, hits, joined, uncommented
from seatrial.repo.files import File, Root

_SPRING: Final = r"@(Get|Post|Put|Patch|Delete|Request)Mapping\b(\((?:[^()]|\([^()]*\))*\))?"
_MICRONAUT: Final = r"@(Get|Post|Put|Patch|Delete|Head)\b(\([^)]*\))?"
_JAX: Final = r"@Path\(\s*(\"[^\"]*\")\s*\)"
_TYPE: Final = r"\b(?:class|interface|object)\s+\w+"
_KTOR: Final = r"\b(get|post|put|delete|patch)\(\"([^\"]*)\"\)\s*\{"


def read(root: Root, files: list[File], found: Found) -> None:
    """Add the routes of Java and Kotlin files, and those that libraries bring along."""
    _libraries(root, found)
    for file in files:
        text = uncommented(file.text)
        if "@FeignClient" in text:
            continue
        base = _context(root, file)
        if "Mapping" in text and "springframework" in text:
            _annotated(file, text, _SPRING, base, found)
        elif "@Controller" in text and "micronaut" in text:
            _annotated(file, text, _MICRONAUT, base, found)
        elif "@Path" in text:
            _jax(file, text, found)
        elif "io.ktor" in text:
            for match, line in hits(_KTOR, text):
                found.add(file, line, match[1], match[2], Confidence.MEDIUM)


def _annotated(file: File, text: str, pattern: str, base: str, found: Found) -> None:
    types = [m.start() for m in re.finditer(_TYPE, text)]
    first = types[0] if types else 0
    prefixes = [""]
    controller = re.search(r"@Controller\(\s*\"([^\"]*)\"", text)
    if controller:
        prefixes = [controller[1]]
    for match, line in hits(pattern, text):
        paths = _paths(match[2] or "", file, text)
        if match[1] == "Request" and match.start() < first:
            prefixes = paths or [""]
            continue
        if paths is None:
            found.doubt(file, line, "a path that is computed")
            continue
        given = re.findall(r"RequestMethod\.(\w+)", match[2] or "")
        methods = given or ["*" if match[1] == "Request" else match[1]]
        for method in methods:
            for prefix in prefixes:
                for path in paths or [""]:
                    found.add(file, line, method, joined(base, prefix, path))


def _paths(arguments: str, file: File, text: str) -> list[str] | None:
    """Constant paths of an annotation; None when they are computed."""
    del file
    inside = re.sub(
        r"\b(?:produces|consumes|headers|params|name)\s*=\s*(?:\{[^}]*\}|[^,)]+)", "", arguments
    )
    found = re.findall(r"\"([^\"]*)\"", inside)
    if found:
        return [f for f in found if "${" not in f] or None
    name = re.search(r"\(\s*(?:value\s*=|path\s*=)?\s*([A-Z_]+)\s*\)?", inside)
    if name:
        constant = re.search(rf"\b{name[1]}\s*=\s*\"([^\"]*)\"", text)
        return [constant[1]] if constant else None
    return []


def _jax(file: File, text: str, found: Found) -> None:
    first = re.search(_TYPE, text)
    prefix = ""
    for match, line in hits(_JAX, text):
        if first and match.start() < first.start():
            prefix = match[1].strip('"')
            continue
        near = text[max(0, match.start() - 200) : match.end() + 200]
        verbs = re.findall(r"@(GET|POST|PUT|DELETE|PATCH|HEAD)\b", near)
        found.add(file, line, verbs[0] if verbs else "*", joined(prefix, match[1].strip('"')))
    for match, line in hits(r"@(GET|POST|PUT|DELETE|PATCH)\b(?![\s\S]{0,200}?@Path)", text):
        found.add(file, line, match[1], prefix, Confidence.MEDIUM)


def _context(root: Root, file: File) -> str:
    """Context path of the application that holds a source file."""
    return _setting(root, file, "server.servlet.context-path") or _setting(
        root, file, "spring.webflux.base-path"
    )


def _setting(root: Root, file: File, key: str) -> str:
    head = file.path.partition("src/main/")[0] + "src/main/resources/application"
    for ending in (".properties", ".yml", ".yaml"):
        settings = root.files.get(head + ending)
        if settings is None:
            continue
        if ending == ".properties":
            match = re.search(rf"^{re.escape(key)}\s*[=:]\s*(\S+)", settings.text, re.MULTILINE)
            value = match[1] if match else ""
        else:
            value = settings.yaml.first.at(*key.split(".")).text or settings.yaml.first.at(key).text
        if value:
            return value if "$" not in value else ""
    return ""


def _libraries(root: Root, found: Found) -> None:
    for dependency in dependencies.read(root):
        if dependency.ecosystem != "java":
            continue
        file = root.files[dependency.place.path]
        line = dependency.place.line
        if dependency.name == "spring-boot-starter-actuator":
            source = File(root, f"{file.folder}/src/main/x" if file.folder else "src/main/x")
            _actuator(root, file, line, source, found)
        elif dependency.name == "quarkus-smallrye-health":
            for path in ("/q/health", "/q/health/live", "/q/health/ready", "/q/health/started"):
                found.add(file, line, "GET", path, Confidence.MEDIUM)


def _actuator(root: Root, file: File, line: int, source: File, found: Found) -> None:
    base = _setting(root, source, "management.endpoints.web.base-path") or "/actuator"
    shown = _setting(root, source, "management.endpoints.web.exposure.include") or "health"
    prefix = _context(root, source)
    for path in ("health", "health/liveness", "health/readiness", "health/{}"):
        found.add(file, line, "GET", joined(prefix, base, path), Confidence.MEDIUM)
    names = ["info", "prometheus", "metrics", "env"] if "*" in shown else shown.split(",")
    for name in names:
        if name.strip() != "health":
            found.add(file, line, "GET", joined(prefix, base, name.strip()), Confidence.MEDIUM)
