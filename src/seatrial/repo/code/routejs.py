"""Routes of JavaScript and TypeScript: Express, Fastify, Koa, Hono, NestJS, Next.js handlers."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from seatrial.model.finding import Confidence
from seatrial.model.struct import field, struct
from seatrial.repo.code.route import Found, hits, joined, uncommented
from seatrial.repo.files import File

_NAME: Final = r"(?:\w*[aA]pp|\w*[rR]outer?s?|\w*[sS]erver|fastify|api|instance|\w*Routes?|v\d)"
_ROUTE: Final = (
    rf"\b({_NAME})\s*\.(get|post|put|patch|delete|del|all|head|options)"
    r"(?:<[^>(]*>)?\(\s*(?:(['\"`])([^'\"`\n]*)\3|([\w.]+|\[))\s*,"
)
_CHAIN: Final = rf"\b({_NAME})\s*\.route\(\s*(['\"`])([^'\"`\n]*)\2"
_USE: Final = (
    rf"\b({_NAME})\s*\.(?:use|register|route)\(\s*(?:(['\"`])([^'\"`\n]*)\2\s*,\s*)?"
    r"(?:require\(\s*['\"]([^'\"]+)['\"]\s*\)|(\w+)(?:\.\w+)*(?:\(\))?)([^;\n]*)"
)
# Repetitions are bounded: a hostile file must not make the search quadratic.
_IMPORT: Final = (
    r"\b(?:import\s{1,9}(?:\*\s{1,9}as\s{1,9})?\{?([\w,\s]{1,300}?)\}?\s{0,9}from\s{0,9}"
    r"|(?:const|let|var)\s{1,9}\{?([\w,\s]{1,300}?)\}?\s{0,9}=\s{0,9}require\(\s{0,9})"
    r"['\"](\.{1,2}/[^'\"\n]{0,300})['\"]"
)
_APP: Final = (
    r"\b(\w+)\s*(?::\s*[\w.]+\s*)?=\s*(?:await\s+)?"
    r"(?:express\(\)|[fF]astify\(|new Koa\(|new Hono\(|restify\.createServer)"
)
_ENDINGS: Final = ("", ".js", ".ts", ".mjs", ".cjs", "/index.js", "/index.ts")


@struct(frozen=False)
class _Source:
    """One file: its code without comments, its apps, and what it mounts."""

    file: File
    text: str = field(repr=False)
    apps: frozenset[str] = frozenset()
    imports: dict[str, str] = field(default_factory=dict)
    prefix: str = ""


def read(files: list[File], found: Found) -> None:
    """Add the routes of JavaScript and TypeScript files."""
    sources = {file.path: _source(file) for file in files}
    mounts: dict[str, list[tuple[str, str]]] = {}
    for source in sources.values():
        for path, prefix in _mounts(source, sources, found):
            mounts.setdefault(path, []).append((source.file.path, prefix))
    base = next((p for s in sources.values() if (p := _nest_prefix(s.text))), "")
    for source in sources.values():
        if "@nestjs/" in source.text:
            _nest(source, base, found)
        else:
            _plain(source, mounts, found)


def _source(file: File) -> _Source:
    text = uncommented(file.text)
    imports = {
        name.strip().rpartition(" ")[2]: m[3]
        for m in re.finditer(_IMPORT, text)
        for name in (m[1] or m[2] or "").split(",")
        if name.strip()
    }
    return _Source(file, text, frozenset(re.findall(_APP, text)), imports)


def _mounts(
    source: _Source, sources: dict[str, _Source], found: Found
) -> Iterator[tuple[str, str]]:
    """Yield the files that a file mounts, each with its prefix."""
    for match, line in hits(_USE, source.text):
        written = match[4] or source.imports.get(match[5] or "", "")
        if not written.startswith("."):
            if match[3] and match[5] and match[5] not in source.text[: match.start()]:
                found.add(source.file, line, "*", match[3], Confidence.LOW, subtree=True)
            continue
        base = posixpath.normpath(posixpath.join(source.file.folder, written))
        stem = base.removesuffix(".js")
        target = next((p for e in _ENDINGS for b in (base, stem) if (p := b + e) in sources), "")
        option = re.search(r"prefix:\s*['\"]([^'\"]*)['\"]", match[6] or "")
        prefix = match[3] or (option[1] if option else "")
        if "${" in prefix:
            found.doubt(source.file, line, "a prefix that is computed")
        elif target:
            yield target, prefix


def _plain(source: _Source, mounts: dict[str, list[tuple[str, str]]], found: Found) -> None:
    local = _local(source)
    above = list(_above(source.file.path, mounts, 0))
    for match, line in hits(_ROUTE, source.text):
        path = match[4]
        if path is None or "${" in path:
            if path is not None or match[1] in source.apps:
                found.doubt(source.file, line, "a path that is computed")
            continue
        if path and not path.startswith(("/", "*")):
            continue
        _add(source, line, match[1], match[2], path, (local, above), found)
    for match, line in hits(_CHAIN, source.text):
        if match[3].startswith("/"):
            _add(source, line, match[1], "*", match[3], (local, above), found)
    for match, line in hits(r"\burl:\s*['\"](/[^'\"]*)['\"]", source.text):
        if "fastify" in source.text and "method:" in source.text:
            found.add(source.file, line, "*", match[1], Confidence.MEDIUM)


def _add(
    source: _Source,
    line: int,
    owner: str,
    verb: str,
    path: str,
    prefixes: tuple[dict[str, str], list[str]],
    found: Found,
) -> None:
    local, above = prefixes
    method = {"all": "*", "del": "delete"}.get(verb, verb)
    if owner in source.apps:
        found.add(source.file, line, method, path)
    elif owner in local:
        found.add(source.file, line, method, joined(local[owner], path))
    else:
        # An `app` that is handed in is the application itself.
        handed = not above and owner in {"app", "server", "fastify"}
        confidence = Confidence.MEDIUM if above or handed else Confidence.LOW
        for prefix in above or [""]:
            found.add(source.file, line, method, joined(prefix, path), confidence)


def _local(source: _Source) -> dict[str, str]:
    """Routers that an app of the same file mounts, with their prefixes."""
    found: dict[str, str] = {}
    for match, _ in hits(_USE, source.text):
        if match[5] and match[1] in source.apps and match[5] not in source.imports:
            found[match[5]] = match[3] or ""
    return found


def _above(path: str, mounts: dict[str, list[tuple[str, str]]], depth: int) -> Iterator[str]:
    for parent, prefix in mounts.get(path, ()) if depth < len(_ENDINGS) else ():
        higher = list(_above(parent, mounts, depth + 1)) or [""]
        yield from (joined(h, prefix) for h in higher)


def _nest_prefix(text: str) -> str:
    match = re.search(r"setGlobalPrefix\(\s*['\"]([^'\"]*)['\"]", text)
    return match[1] if match else ""


def _nest(source: _Source, base: str, found: Found) -> None:
    prefix = ""
    pattern = (
        r"@(Controller|Get|Post|Put|Patch|Delete|All|Head)\(\s*(?:['\"`]([^'\"`]*)['\"`]|([^)]*))"
    )
    for match, line in hits(pattern, source.text):
        path = match[2] or ""
        if match[1] == "Controller":
            option = re.search(r"path:\s*['\"]([^'\"]*)", match[3] or "")
            prefix = path or (option[1] if option else "")
        elif match[3] and match[3].strip():
            found.doubt(source.file, line, "a path that is computed")
        else:
            method = "*" if match[1] == "All" else match[1]
            found.add(source.file, line, method, joined(base, prefix, path))
