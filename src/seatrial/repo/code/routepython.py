"""Routes of Python: FastAPI, Starlette, Flask and the like; Django's in `routedjango`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.model.finding import Confidence
from seatrial.model.struct import field, struct
from seatrial.repo.code.pymodule import Include, Module, Router, module
from seatrial.repo.code.route import Found, joined
from seatrial.repo.code.routedjango import Django
from seatrial.repo.files import File

MAX_DEPTH: Final = 8
_FRAMEWORKS: Final = (
    "fastapi starlette flask quart sanic bottle litestar aiohttp falcon connexion chalice apiflask"
    " robyn tornado web.".split()
)

Key = tuple[str, str]
"""Path of a file, and name of a router in it."""


def read(files: list[File], found: Found) -> None:
    """Add the routes of Python files."""
    modules = [module(file) for file in files]
    for made in modules:
        if made.tree is None:
            found.doubt(made.file, 1, "Python that cannot be parsed here")
    graph = _Graph({made.file.path: made for made in modules})
    for made in modules:
        graph.connect(made, found)
    for made in modules:
        text = made.file.text
        if any(word in text for word in _FRAMEWORKS) or made.routers or made.rules:
            _add(graph, made, found)
    Django(modules, graph.resolved).read(found)


def _add(graph: _Graph, made: Module, found: Found) -> None:
    for rule in made.rules:
        if rule.path is None:
            if rule.owner in made.routers or not rule.owner:
                found.doubt(made.file, rule.line, "a path that is computed")
            continue
        for prefix, sure in graph.prefixes(made, rule.owner):
            confidence = Confidence.HIGH if sure else Confidence.LOW
            path = joined(prefix, rule.path)
            found.add(made.file, rule.line, rule.method, path, confidence, subtree=rule.subtree)


@struct(frozen=False)
class _Graph:
    """Which router is included where."""

    modules: dict[str, Module]
    parents: dict[Key, list[tuple[Key, Include]]] = field(default_factory=dict)
    endings: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in self.modules:
            name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            parts = name.split(".")
            for index in range(len(parts)):
                self.endings.setdefault(".".join(parts[index:]), []).append(path)

    def connect(self, made: Module, found: Found) -> None:
        for include in made.includes:
            child = self.target(made, include.target)
            if child is None:
                found.doubt(made.file, include.line, "a router that could not be followed")
                continue
            if include.prefix is None:
                found.doubt(made.file, include.line, "a prefix that is computed")
            owner = self.target(made, include.owner) or (made.file.path, include.owner)
            self.parents.setdefault(child, []).append((owner, include))

    def target(self, made: Module, name: str, depth: int = 0) -> Key | None:
        """The router that a dotted name of a module means."""
        head, _, rest = name.partition(".")
        if not rest and head in made.routers:
            return made.file.path, head
        if head not in made.imports or depth > MAX_DEPTH:
            last = name.rpartition(".")[2]
            return (made.file.path, last) if last in made.routers else None
        base, attribute = made.imports[head]
        sub = ".".join(p for p in (base.rstrip("."), attribute) if p)
        dots = base[: len(base) - len(base.lstrip("."))]
        whole = f"{dots}{sub.lstrip('.')}"
        if rest and (path := self.resolved(made.file, whole)):
            return self.target(self.modules[path], rest, depth + 1)
        path = self.resolved(made.file, base)
        if path and attribute:
            return self.target(self.modules[path], attribute, depth + 1)
        return None

    def resolved(self, file: File, name: str) -> str | None:
        """Path of the module of a dotted name, seen from a file; None when it is not here."""
        plain = name.lstrip(".")
        level = len(name) - len(plain)
        if level:
            parts = file.path.split("/")[:-1]
            parts = parts[: len(parts) - (level - 1)] if level > 1 else parts
            base = "/".join([*parts, *filter(None, plain.split("."))])
            options = (f"{base}.py", f"{base}/__init__.py")
            return next((o for o in options if o.lstrip("/") in self.modules), None)
        candidates = self.endings.get(plain, [])
        return max(candidates, key=lambda c: _shared(c, file.path), default=None)

    def prefixes(self, made: Module, owner: str) -> list[tuple[str, bool]]:
        """Prefixes under which a router's routes stand, and whether each is sure."""
        key = self.target(made, owner) or (made.file.path, owner)
        return list(dict.fromkeys(self._above(key, 0))) or [("", False)]

    def _above(self, key: Key, depth: int) -> Iterator[tuple[str, bool]]:
        router = self.modules[key[0]].routers.get(key[1]) or Router(is_app=True)
        if router.is_app and key not in self.parents:
            yield "", True
            return
        own, sure = router.prefix or "", router.prefix is not None
        edges = self.parents.get(key, [])
        if not edges or depth > MAX_DEPTH:
            yield own, False
        for parent, include in edges if depth <= MAX_DEPTH else ():
            given = include.prefix
            tail = joined(given or "") if include.overrides else joined(given or "", own)
            known = given is not None and (sure or include.overrides)
            for above, certain in self._above(parent, depth + 1):
                yield joined(above, tail), certain and known


def _shared(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one.split("/"), other.split("/"), strict=False):
        if a != b:
            break
        count += 1
    return count
