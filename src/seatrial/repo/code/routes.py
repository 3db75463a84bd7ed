"""HTTP routes that can be seen without running anything, and whether a path is served."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Final

from seatrial.model.finding import Confidence
from seatrial.model.place import Place
from seatrial.repo.code.route import Found, Route, Serves, matches, normal
from seatrial.repo.code.testfiles import NO_TESTS, TEST_FOLDERS
from seatrial.repo.files import File, Root

__all__ = ["Route", "Routes", "Serves", "read"]

_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "python": (
        *(".route(", "Route(", "Router(", "FastAPI(", "Flask(", "Starlette(", "Blueprint("),
        *("urlpatterns", "add_url_rule", "add_resource", "add_api_route", "include_router"),
        *("register_blueprint", "add_route", "add_get", "web.get", "Quart(", "Sanic(", "Bottle("),
        *("@app.", "@router.", "@api.", "@bp.", "@blueprint.", '.get("/', ".get('/", '.post("/'),
    ),
    "javascript": ("outer", "express", "fastify", "Hono", "@Controller", "Koa", "restify"),
    "go": ("Handle", ".GET(", ".Get(", ".Path(", "Group(", ".POST(", ".Route("),
    "java": ("Mapping", "@Path", "@Controller", "@Get(", "@Post(", "routing {", 'get("'),
    "ruby": ("routes.draw", "Sinatra", "sinatra", "Grape::API"),
    "dotnet": ("Map", "[Http", "[Route"),
    "rust": (".route(", "#[get(", "#[post(", "#[put(", "#[delete(", "scope(", ".nest("),
    "php": ("->get(", "->post(", "Route::", "->map(", "#[Route"),
}
"""A file of the language is parsed only when one of these stands in it."""
_LANGUAGES: Final = {
    ".py": "python",
    ".js": "javascript",
    ".ts": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".tsx": "javascript",
    ".go": "go",
    ".java": "java",
    ".kt": "java",
    ".rb": "ruby",
    ".ru": "ruby",
    ".cs": "dotnet",
    ".rs": "rust",
    ".php": "php",
}
_SKIPPED: Final = frozenset(
    {"migrations", "migrate", "dist", "build", "static", "public", "assets"}
)


class Routes:
    """The routes of one repository.

    Attributes:
        routes: in the order of languages and files.
        undecided: places whose path or prefix is computed at run time, with the reason.
    """

    def __init__(self, root: Root, found: Found) -> None:
        """Keep what was found."""
        self._root = root
        self.routes: tuple[Route, ...] = tuple(dict.fromkeys(found.routes))
        self.undecided: tuple[tuple[Place, str], ...] = tuple(found.undecided)

    def serves(self, path: str, *, folder: str = "", method: str = "GET") -> Serves:
        """Whether the application answers at a path.

        Unknown when nothing of it is understood, when a computed path or prefix may lead there, or
        when something that is not read is mounted above the path.

        Args:
            path: as a probe or load balancer asks it.
            folder: only code below this folder (a service of a monorepo); empty means all.
            method: only routes that take it.
        """
        wanted = normal(path)
        ours = [r for r in self.routes if _within(r.place.path, folder)]
        fitting = [
            r
            for r in ours
            if matches(r.path, wanted) and r.method in {method, "*", "ANY"} | _implied(method)
        ]
        # `/{}` at the root takes every name; what it answers to this one is not known.
        if any(r.confidence > Confidence.LOW and (r.path != "/{}") for r in fitting):
            return Serves.YES
        below = any(r.subtree and _within(wanted, r.path.rstrip("/")) for r in ours)
        doubt = any(_within(place.path, folder) for place, _ in self.undecided)
        vague = any(
            r.confidence is Confidence.LOW and wanted.endswith(r.path) and r.path != "/"
            for r in ours
        )
        if not ours or fitting or below or doubt or vague:
            return Serves.UNKNOWN
        unread = any(_within(f, folder) for f in self._unread)
        return Serves.UNKNOWN if unread else Serves.NO

    @cached_property
    def _unread(self) -> tuple[str, ...]:
        """Folders with services whose routes are not understood."""
        from seatrial.repo.code import routeunread

        return routeunread.folders(self._root, self.routes)


@lru_cache(maxsize=8)
def read(root: Root) -> Routes:
    """The routes of a repository; only files that speak of routes are parsed."""
    found = Found()
    files: dict[str, list[File]] = {}
    for file in root.files.values():
        language = _LANGUAGES.get(file.suffix, "")
        if language and _is_source(file) and any(w in file.text for w in _WORDS[language]):
            files.setdefault(language, []).append(file)
    for language, members in files.items():
        _read(language, root, members, found)
    from seatrial.repo.code import routeopenapi

    routeopenapi.read(root, found)
    return Routes(root, found)


def _read(language: str, root: Root, files: list[File], found: Found) -> None:
    if language == "python":
        from seatrial.repo.code import routepython

        routepython.read(files, found)
    elif language == "javascript":
        from seatrial.repo.code import routejs

        routejs.read(files, found)
    elif language == "java":
        from seatrial.repo.code import routejava

        routejava.read(root, files, found)
    elif language == "go":
        from seatrial.repo.code import routego

        routego.read(files, found)
    else:
        from seatrial.repo.code import routeruby, routetext

        reader = routeruby.read if language == "ruby" else routetext.READERS[language]
        for file in files:
            reader(file, found)


def _is_source(file: File) -> bool:
    parts = [part.lower() for part in file.path.split("/")[:-1]]
    if not (TEST_FOLDERS | NO_TESTS | _SKIPPED).isdisjoint(parts):
        return False
    stem = file.name.lower()
    return not (
        stem.startswith(("test_", "conftest"))
        or any(mark in stem for mark in ("_test.", ".test.", ".spec.", "_spec.", "tests.", ".min."))
    )


def _within(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(folder.rstrip("/") + "/")


def _implied(method: str) -> set[str]:
    return {"GET"} if method == "HEAD" else set()
