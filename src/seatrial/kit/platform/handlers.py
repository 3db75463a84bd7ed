"""What stands behind a route: the text of its handler, and what that asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.platform.endpoints import all_routes
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.code.route import matches

if TYPE_CHECKING:
    from seatrial.repo.code.route import Route
    from seatrial.repo.files import File

_LINES: Final = 60
_FOLLOWED: Final = 6
_HEALTH_WORDS: Final = ("health", "live", "ready", "readiness", "status", "ping", "alive", "up")
_ASKING: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (
        "the database",
        (
            *("select 1", ".execute(", ".cursor(", "ensure_connection(", "pingcontext(", "db.ping"),
            *("$queryraw", "queryrow", "activerecord::base", "isvalid(", "mongoose.connection"),
            *("db.command(", "authenticate()", ".query(", "pool.query", "client.query"),
            *("jdbctemplate", "check_db(", "check_database(", "database_exists", "getconnection("),
            *("is_usable(", "canconnect", "db.session", "prisma.", ".raw(", "pingmongo"),
        ),
    ),
    ("the cache or broker", (".ping(", "redis.info", "sidekiq.redis", "redis(&:", "cache.set(")),
    ("its dependencies", ("healthcheckservice", "health.check(", "checkers", "check_dependenc")),
)
_ANSWERING: Final = frozenset(
    "get all use route send json status sendstatus end writehead setheader type header function"
    " res req async next statuscode text code reply set handlefunc handle func write writeheader"
    " byte fprint fprintf fprintln string encode newencoder ok responseentity build body jsonify"
    " response jsonresponse httpresponse makeresponse sendstring h c ctx getmapping requestmapping"
    " head if plaintext plaintextresponse".split()
)


@struct(eq=False)
class Handler:
    """A route with the text that answers it.

    Attributes:
        own: its own text, without what it calls.
        text: its text and that of the functions of the same file that it calls.
    """

    route: Route
    file: File
    own: str
    text: str

    @property
    def place(self) -> Place:
        """Where the route stands."""
        return self.route.place

    @property
    def asks(self) -> str:
        """What it asks before it answers (`the database`); empty when nothing is seen."""
        lowered = self.text.lower()
        return next((what for what, words in _ASKING if any(w in lowered for w in words)), "")

    @property
    def service(self) -> str:
        """The first two folders of its file: services of a monorepo differ in them."""
        return "/".join(self.file.folder.split("/")[:2])

    @property
    def is_constant(self) -> bool:
        """True when it calls nothing but what writes an answer."""
        body = self.own.partition("{")[2] if self.file.suffix != ".py" else _after_def(self.own)
        # Bounded repetitions: a line of 200,000 letters must not cost the square of that.
        called = re.findall(r"(\w{0,64})\s{0,4}\(", body)
        return bool(body.strip()) and all(name.lower() in {"", *_ANSWERING} for name in called)


@once
def health_handlers(site: Site[object]) -> tuple[Handler, ...]:
    """Handlers of paths that speak of health, whoever asks them."""
    found: list[Handler] = []
    for routes in all_routes(site):
        for route in routes.routes:
            last = route.path.rpartition("/")[2].lower().lstrip("_.").removesuffix("z")
            if route.method in {"GET", "*"} and _speaks_of_health(last):
                handler = _handler(site, route)
                if handler:
                    found.append(handler)
    return tuple(found)


def handlers(site: Site[object], path: str) -> tuple[Handler, ...]:
    """The handlers of a path in all services, where their text can be told."""
    found: list[Handler] = []
    for routes in all_routes(site):
        for route in routes.routes:
            if route.method in {"GET", "*"} and matches(route.path, path):
                handler = _handler(site, route)
                if handler:
                    found.append(handler)
    return tuple(found)


def _speaks_of_health(last: str) -> bool:
    return last in _HEALTH_WORDS or any(w in last for w in ("health", "readiness", "liveness"))


def _handler(site: Site[object], route: Route) -> Handler | None:
    file = site.repo.file(route.place.path)
    if file is None:
        return None
    reader = {".py": _python, ".rb": _ruby}.get(file.suffix, _braced)
    found = reader(file, route.place.line)
    if found is None:
        return None
    where, own = found
    more = list(_called(where, own))
    return Handler(route, where, own, "\n".join((own, *more)))


def _python(file: File, line: int) -> tuple[File, str] | None:
    lines = file.lines
    for index in range(line - 1, min(line + 5, len(lines))):
        if lines[index].lstrip().startswith(("def ", "async def ")):
            return file, _indented(lines, index)
        if not lines[index].lstrip().startswith(("@", ")", "#", '"', "'")) and index > line - 1:
            break
    # `path("health", views.health)`: the view stands here or in a file beside.
    behind = lines[line - 1].partition(",")[2]
    names = [name.rpartition(".")[2] for name in re.findall(r"[A-Za-z_][\w.]*", behind)]
    marks = [rf"^[ \t]*(?:async )?def {name}\(" for name in names[:_FOLLOWED] if name]
    found = (_beside(file, mark) for mark in marks)
    return next((one for one in found if one), None)


def _ruby(file: File, line: int) -> tuple[File, str] | None:
    text = file.lines[line - 1]
    target = re.search(r"(?:to:|=>)\s*[\"']([\w/]+)#(\w+)[\"']", text)
    if target is None:
        return (file, _indented(file.lines, line - 1)) if text.rstrip().endswith("do") else None
    tail = f"app/controllers/{target[1]}_controller.rb"
    controller = next((f for p, f in file.root.files.items() if p.endswith(tail)), None)
    at = _line_of(controller, rf"^[ \t]*def {target[2]}\b") if controller else -1
    return (controller, _indented(controller.lines, at)) if controller and at >= 0 else None


def _braced(file: File, line: int) -> tuple[File, str] | None:
    text = file.lines[line - 1] if line <= len(file.lines) else ""
    named = re.search(r",\s*(?:\w+\.)*(\w+)\s*\)", text)
    inline = "=>" in text or "func(" in text or "function" in text
    if inline or text.lstrip().startswith("@"):
        return file, _balanced(file.lines, line - 1)
    if named:
        name = named[1]
        marks = rf"(?:func (?:\([^)]*\) )?|function |const |async ){name}\b"
        return _beside(file, marks)
    return None


def _beside(file: File, pattern: str) -> tuple[File, str] | None:
    near = [f for f in file.root.files.values() if f.folder == file.folder and f is not file]
    for one in (file, *(f for f in near if f.suffix == file.suffix)):
        at = _line_of(one, pattern)
        if at >= 0:
            python = one.suffix == ".py"
            return one, _indented(one.lines, at) if python else _balanced(one.lines, at)
    return None


def _line_of(file: File, pattern: str) -> int:
    found = re.search(pattern, file.text, re.MULTILINE)
    return file.text.count("\n", 0, found.start()) if found else -1


def _indented(lines: list[str], start: int) -> str:
    """Lines of a block that ends where the indentation comes back."""
    if start >= len(lines):
        return ""
    depth = _depth(lines[start])
    kept = [lines[start]]
    for line in lines[start + 1 : start + _LINES]:
        if line.strip() and _depth(line) <= depth and not line.lstrip().startswith(")"):
            break
        kept.append(line)
    return "\n".join(kept)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _balanced(lines: list[str], start: int) -> str:
    """Lines until the braces that they open are closed again."""
    kept: list[str] = []
    open_, begun = 0, False
    for line in lines[start : start + _LINES]:
        kept.append(line)
        open_ += line.count("{") - line.count("}")
        begun = begun or "{" in line
        if (begun and open_ <= 0) or (not begun and line.rstrip().endswith(");")):
            break
    return "\n".join(kept)


def _called(file: File, own: str) -> Iterator[str]:
    """Texts of functions of the same file whose names stand in a handler."""
    words = set(re.findall(r"[\w?!]+", own.partition("\n")[2] or own))
    defined = re.findall(
        r"^[ \t]*(?:async )?(?:def|func(?: \([^)]*\))?|function) ([\w?!]+)", file.text, re.MULTILINE
    )
    followed = [name for name in dict.fromkeys(defined) if name in words][:_FOLLOWED]
    for name in followed:
        at = _line_of(
            file, rf"^[ \t]*(?:async )?(?:def|func(?: \([^)]*\))?|function) {re.escape(name)}"
        )
        block = _indented if file.suffix in {".py", ".rb"} else _balanced
        if at >= 0:
            yield block(file.lines, at)


def _after_def(own: str) -> str:
    """Body of a Python function, its documentation and comments left out."""
    lines = own.split("\n")
    start = next((i for i, line in enumerate(lines) if line.rstrip().endswith(":")), -1)
    body = "\n".join(line for line in lines[start + 1 :] if not line.lstrip().startswith("#"))
    for quotes in ('"""', "'''"):
        head, found, rest = body.partition(quotes)
        if found:
            body = head + rest.partition(quotes)[2]
    return body
