"""Python applications: where the object is made, and where lines can be put in around it.

Two practices that add a line each must end in the same file whichever comes first. So one puts its
lines behind what stands there (`after`), the other in front of what follows (`before`).
"""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.model.change import Edit, Leave
from seatrial.model.edit import InsertText
from seatrial.model.struct import struct
from seatrial.repo.files import File

FRAMEWORKS: Final = {
    "FastAPI": "asgi",
    "Starlette": "asgi",
    "Flask": "flask",
    "APIFlask": "flask",
    "Celery": "celery",
}
_SET_UP: Final = "basicConfig"
_MAX_FILES: Final = 400
_LONGEST: Final = 3


@struct(eq=False)
class PyApp:
    """A statement that makes an application.

    Attributes:
        kind: `asgi`, `flask`, `celery`, or `script` for one that only sets up its logging.
        variable: name that the object gets.
        package: dotted package of the file's folder; empty for a script beside its modules.
        last: 1-based last line of the statement.
        indent: spaces in front of it.
    """

    kind: str
    file: File
    variable: str
    package: str
    last: int
    indent: str
    tree: ast.Module

    @property
    def folder(self) -> str:
        """Folder of the file; a new module goes beside it."""
        return self.file.folder

    def beside(self, name: str) -> str:
        """Path of a module beside it."""
        return posixpath.join(self.folder, f"{name}.py")

    def imported(self, name: str, what: str) -> str:
        """The import of a name of a module beside it."""
        dotted = f"{self.package}.{name}" if self.package else name
        return f"from {dotted} import {what}"


@once
def python_apps(site: Site[object]) -> tuple[PyApp, ...]:
    """The applications of all repositories, by path."""
    found: list[PyApp] = []
    left = _MAX_FILES
    for root in site.repo.roots:
        for path, file in sorted(root.files.items()):
            if file.suffix != ".py" or is_aside(path) or not left:
                continue
            if path.rpartition("/")[2].startswith(("test_", "conftest")):
                continue
            left -= 1
            if any(f"{maker}(" in file.text for maker in (*FRAMEWORKS, _SET_UP)):
                found.extend(_apps(file))
    return tuple(found)


def _apps(file: File) -> Iterator[PyApp]:
    try:
        tree = ast.parse(file.text)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        made = node.value.func
        maker = made.attr if isinstance(made, ast.Attribute) else getattr(made, "id", "")
        target = node.targets[0]
        if maker in FRAMEWORKS and isinstance(target, ast.Name):
            indent = " " * node.col_offset
            last = node.end_lineno or node.lineno
            yield PyApp(FRAMEWORKS[maker], file, target.id, _package(file), last, indent, tree)
            return
    for statement in tree.body:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call) and ast.unparse(call.func) == f"logging.{_SET_UP}":
            yield PyApp("script", file, "", _package(file), _end(statement), "", tree)
            return


def _package(file: File) -> str:
    """Dotted package of a file's folder, by `__init__.py` or by how others import from it."""
    parts = [p for p in file.folder.split("/") if p]
    known = file.root.files
    inside: list[str] = []
    while parts and f"{'/'.join(parts)}/__init__.py" in known:
        inside.insert(0, parts.pop())
    if inside:
        return ".".join(inside)
    last = file.folder.rpartition("/")[2]
    marks = (f"from {last}.", f"import {last}.", f"{last}.{file.name.removesuffix('.py')}:")
    texts = (f.text for f in known.values() if f.suffix in {".py", "", ".yaml", ".yml", ".toml"})
    used = last and any(mark in text for text in texts for mark in marks)
    return last if used else ""


def add(
    app: PyApp,
    module: str,
    what: str,
    call: str,
    why: str,
    *,
    first: bool,
    past: tuple[str, ...] = (),
) -> Edit | Leave:
    """Import a name of a module beside the application, and call it behind its making.

    Args:
        app: the application.
        module: name of the module beside it.
        what: name that is imported.
        call: the statement.
        why: the reason of the edit.
        first: True puts both behind what stands there, False in front of what follows.
        past: with `first`, lines that another practice puts there: these come behind them.
    """
    text = app.imported(module, what)
    lines = app.file.text.replace("\r\n", "\n").split("\n")
    imports = [n for n in app.tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    spots = (_import_spot(imports, app.package, text), app.last)
    edits: list[InsertText] = []
    for at, new in zip(spots, (text, f"{app.indent}{call}"), strict=True):
        behind = _after(lines, at, new, past) if first and at else None
        made = behind or _before(lines, at, new)
        if made is None and new not in lines:
            place = app.file.place(at)
            return Leave(f"put `{new.strip()}` here: the lines around it are not unique", place)
        edits.append(made or InsertText(f"{new}\n"))
    return Edit(app.file.root.name, app.file.path, tuple(edits), why)


def _import_spot(imports: list[ast.Import | ast.ImportFrom], package: str, text: str) -> int:
    """The line behind which an import belongs, by the alphabet among those of its package."""
    home = package.partition(".")[0]
    own = [n for n in imports if isinstance(n, ast.ImportFrom) and home and _is_of(n, home)]
    wanted = text.split()[1]
    smaller = [n for n in own if str(n.module) < wanted]
    if smaller:
        return _end(smaller[-1])
    if own:
        return own[0].lineno - 1
    return _end(imports[-1]) if imports else 0


def _is_of(node: ast.ImportFrom, home: str) -> bool:
    return not node.level and str(node.module).partition(".")[0] == home


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _after(lines: list[str], at: int, new: str, past: tuple[str, ...]) -> InsertText | None:
    """Behind line `at`, known by as many lines as make it unique."""
    for size in range(1, _LONGEST + 1):
        anchor = lines[max(at - size, 0) : at]
        if anchor and any(anchor) and _count(lines, anchor) == 1:
            text = "".join(f"{line}\n" for line in anchor)
            return InsertText(f"{new}\n", after=text, past=past)
    return None


def _before(lines: list[str], at: int, new: str) -> InsertText | None:
    """In front of the line behind `at`; at the end of the file where nothing follows."""
    if not any(line.strip() for line in lines[at:]):
        return InsertText(f"{new}\n")
    for size in range(1, 2 * _LONGEST):
        anchor = lines[at : at + size]
        if any(line.strip() for line in anchor) and _count(lines, anchor) == 1:
            return InsertText(f"{new}\n", before="".join(f"{line}\n" for line in anchor))
    return None


def _count(lines: list[str], anchor: list[str]) -> int:
    size = len(anchor)
    return sum(lines[i : i + size] == anchor for i in range(len(lines) - size + 1))
