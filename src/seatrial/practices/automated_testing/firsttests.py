"""First tests of an application's own routes, where none ask for them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.pyapps import PyApp, python_apps
from seatrial.kit.planning.render import render
from seatrial.kit.planning.testservices import test_services, test_variables
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.model.change import Generate
from seatrial.model.struct import struct
from seatrial.practices.automated_testing.evidence import suites
from seatrial.practices.automated_testing.recipe import put
from seatrial.repo.files import File, Root

_WALKS: Final = ("openapi.json", ".openapi()", "schemathesis", "url_map", "get_resolver(")
"""What stands in tests that go through all routes by themselves."""
_SETTINGS: Final = re.compile(r"DJANGO_SETTINGS_MODULE[\"'],\s*[\"']([\w.]+)[\"']")
_EXPRESS: Final = re.compile(r"^(?:const|let|var)\s+(\w+)\s*=\s*express\(\)", re.MULTILINE)


@struct
class FirstTests:
    """A test file that is written for one application.

    Attributes:
        language: whose runner finds it.
        folder: of the project; empty for the root.
        needs: libraries that the tests import, and that the project may lack.
    """

    language: str
    folder: str
    path: str
    text: str
    needs: tuple[str, ...] = ()


def written(site: Site[object], root: Root) -> Iterator[Generate]:
    """The files of one repository."""
    for first in first_tests(site, root):
        reason = "every route of the application is asked once, with the services that it uses"
        yield Generate(root.name, first.path, first.text, reason)


def first_tests(site: Site[object], root: Root) -> tuple[FirstTests, ...]:
    """Tests for the applications of one repository."""
    found: dict[str, FirstTests] = {}
    for one in (*_python(site, root), *_django(site, root), *_express(site, root)):
        if one.path not in root.files:
            found.setdefault(one.path, one)
    return tuple(found.values())


def _python(site: Site[object], root: Root) -> Iterator[FirstTests]:
    for app in python_apps(site):
        if app.file.root is not root or app.kind not in {"asgi", "flask"}:
            continue
        fast = "FastAPI(" in app.file.text
        made = _made_by(app)
        if made is None or (app.kind == "asgi" and not fast) or _walked(site, root, app.folder):
            continue
        base = _base(app)
        name = "test_documented_routes.py" if fast else "test_routes.py"
        path = put(base, f"tests/contract/{name}")
        text = render(
            "automated_testing",
            f"tests/contract/{name}.j2",
            module=_module(app),
            made=made,
            services=_variables(site, root),
            alembic=put(base, "alembic.ini") in root.files,
        )
        yield FirstTests("python", base, path, text, ("httpx",) if fast else ())


def _module(app: PyApp) -> str:
    parts = (app.package, app.file.name.removesuffix(".py"))
    return ".".join(p for p in parts if p and p != "__init__")


def _made_by(app: PyApp) -> str | None:
    """What is imported: the object, or the function that makes it; None where it needs more."""
    if not app.indent:
        return app.variable
    for node in app.tree.body:
        if isinstance(node, ast.FunctionDef) and node.lineno < app.last <= (node.end_lineno or 0):
            plain = len(node.args.args) <= len(node.args.defaults) and not node.args.kwonlyargs
            return f"{node.name}()" if plain else None
    return None


def _base(app: PyApp) -> str:
    """The folder from which the application's modules are imported."""
    depth = app.package.count(".") + 1 if app.package else 0
    parts = app.folder.split("/") if app.folder else []
    return "/".join(parts[: len(parts) - depth])


def _walked(site: Site[object], root: Root, folder: str) -> bool:
    """True when tests near an application go through all its routes by themselves."""
    top = folder.partition("/")[0]
    for suite in suites(site):
        above = suite.folder.partition("/")[0]
        near = not above or not top or above == top or above.startswith("test")
        texts = (file.text for file in suite.files if near and file.root is root)
        if any(word in text for text in texts for word in _WALKS):
            return True
    return False


def _variables(site: Site[object], root: Root) -> tuple[str, ...]:
    if not test_services(site):
        return ()
    names = [n for n, value in test_variables(site, root) if "://" in value or n.endswith("HOST")]
    return tuple(names)


def _django(site: Site[object], root: Root) -> Iterator[FirstTests]:
    for path, file in root.files.items():
        found = _SETTINGS.search(file.text) if file.name == "manage.py" else None
        if found is None or is_aside(path) or _has_suite(site, root, "python", file.folder):
            continue
        text = render("automated_testing", "test_routes.py.j2")
        yield FirstTests("python", file.folder, put(file.folder, "test_routes.py"), text)


def _express(site: Site[object], root: Root) -> Iterator[FirstTests]:
    for path, file in sorted(root.files.items()):
        if file.suffix not in {".js", ".mjs", ".cjs"} or is_aside(path):
            continue
        found = _EXPRESS.search(file.text) if "express" in file.text else None
        name = found[1] if found else ""
        exported = _exported(file.text, name) if name else ""
        folder = _package_of(file)
        if not exported or _has_suite(site, root, "javascript", folder):
            continue
        inside = path.removeprefix(f"{folder}/") if folder else path
        text = render(
            "automated_testing",
            "test/routes.test.mjs.j2",
            module=f"../{inside}",
            name=name,
            named="{" in exported,
        )
        yield FirstTests("javascript", folder, put(folder, "test/routes.test.mjs"), text)


def _exported(text: str, name: str) -> str:
    """The export of a name; empty where a file keeps it to itself."""
    found = re.search(
        rf"module\.exports\s*=\s*(?:{name}\b|\{{[^}}]*\b{name}\b)"
        rf"|export\s+default\s+{name}\b|export\s+\{{[^}}]*\b{name}\b",
        text,
    )
    return found[0] if found else ""


def _package_of(file: File) -> str:
    folder = file.folder
    while folder and f"{folder}/package.json" not in file.root.files:
        folder = folder.rpartition("/")[0]
    return folder


def _has_suite(site: Site[object], root: Root, language: str, folder: str) -> bool:
    return any(
        s.language == language
        and s.files[0].root is root
        and (not folder or f"{s.folder}/".startswith(f"{folder}/"))
        for s in suites(site)
    )
