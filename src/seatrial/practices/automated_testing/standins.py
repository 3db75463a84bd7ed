"""Wishes that let tests meet the real database where a variable names one, instead of SQLite."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.render import render
from seatrial.kit.planning.testservices import test_variables
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Wish
from seatrial.model.edit import InsertText, ReplaceText
from seatrial.practices.automated_testing.recipe import put
from seatrial.practices.automated_testing.services import needed, stand_ins
from seatrial.repo.files import File

_MODULE: Final = "realdatabase"
_CALL: Final = "real_database()"
_DRIVERS: Final = ("postgresql://", "postgresql+psycopg://", "postgresql+psycopg2://")
"""Drivers that pass `options` on to the server."""


def real_database(site: Site[object]) -> Iterator[Wish]:
    """An engine on the real database in the place of each SQLite engine of the tests."""
    for file, line, _ in stand_ins(site):
        variable = _variable(site, file)
        statement = _statement(file)
        imported = _last_import(file)
        if needed(site)[0].engine != "postgresql" or not variable or not statement or not imported:
            yield Leave("let these tests use the real database: how they make SQLite's cannot be"
                        " changed by rule", file.place(line))  # fmt: skip
            continue
        old, new = statement
        above = "".join(f"{part}." for part in _package(file))
        text = f"from {above}{_MODULE} import {_CALL.removesuffix('()')}\n"
        edits = (InsertText(text, after=imported, there=text), ReplaceText(old, new))
        reason = (
            f"where {variable} is set the tests meet PostgreSQL, which refuses what SQLite lets"
        )
        yield Edit(file.root.name, file.path, edits, f"{reason} pass")
        helper = render("automated_testing", f"tests/{_MODULE}.py.j2", variable=variable)
        path = put(file.folder, f"{_MODULE}.py")
        yield Generate(file.root.name, path, helper, "gives tests a schema of their own")


def _variable(site: Site[object], file: File) -> str:
    found = test_variables(site, file.root)
    return next((name for name, value in found if value.startswith(_DRIVERS)), "")


def _tree(file: File) -> ast.Module | None:
    try:
        return ast.parse(file.text)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _statement(file: File) -> tuple[str, str] | None:
    """The line that makes the engine, before and after; None where no such line is unique."""
    tree = _tree(file)
    named = {
        target.id
        for node in ast.walk(tree or ast.Module([], []))
        if isinstance(node, ast.Assign) and _is_sqlite(node.value, set())
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree or ast.Module([], [])):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call | ast.BoolOp):
            continue
        calls = node.value.values if isinstance(node.value, ast.BoolOp) else [node.value]
        made = calls[-1]
        if not isinstance(made, ast.Call) or ast.unparse(made.func) != "create_engine":
            continue
        line = file.lines[node.lineno - 1]
        if made.args and _is_sqlite(made.args[0], named):
            old = line.replace(f"{_CALL} or ", "")
            once = file.lines.count(line) == 1 and "create_engine(" in old
            return (
                (old, old.replace("create_engine(", f"{_CALL} or create_engine(", 1))
                if once
                else None
            )
    return None


def _is_sqlite(node: ast.expr, named: set[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in named
    return isinstance(node, ast.Constant) and str(node.value).startswith("sqlite://")


def _last_import(file: File) -> str:
    """Lines of the last import at the top, by which the new one is put; empty without one."""
    tree = _tree(file)
    imports = [
        n
        for n in (tree.body if tree else [])
        if isinstance(n, ast.Import | ast.ImportFrom)
        and not (isinstance(n, ast.ImportFrom) and str(n.module).endswith(_MODULE))
    ]
    if not imports:
        return ""
    last = imports[-1]
    return "".join(f"{line}\n" for line in file.lines[last.lineno - 1 : last.end_lineno])


def _package(file: File) -> list[str]:
    """Packages around a file, from the outside in; without `__init__.py` there are none."""
    parts = file.folder.split("/") if file.folder else []
    inside: list[str] = []
    while parts and f"{'/'.join(parts)}/__init__.py" in file.root.files:
        inside.insert(0, parts.pop())
    return inside
