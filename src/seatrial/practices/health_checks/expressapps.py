"""The module with health endpoints of an Express application, and the two lines that call it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from seatrial.kit.planning.render import render
from seatrial.model.change import Edit, Generate, Risk
from seatrial.model.edit import InsertText
from seatrial.practices.health_checks.expressasks import Question, package_folder, questions
from seatrial.practices.health_checks.webapps import Web, import_line
from seatrial.repo.files import File


def is_esm(app: Web) -> bool:
    """True where the file imports: its own words decide, then its ending, then its package."""
    text = app.file.text
    if app.file.suffix in {".mjs", ".ts"} or re.search(r"^(?:import|export)\b", text, re.MULTILINE):
        return True
    if app.file.suffix == ".cjs" or "require(" in text:
        return False
    return _is_module(app.file)


def asked(app: Web) -> tuple[Question, ...]:
    """How the application can ask what it depends on."""
    return questions(app, esm=is_esm(app))


def added(
    app: Web, module: str, checks: tuple[Question, ...], paths: dict[str, str], why: str
) -> Iterator[Generate | Edit]:
    """Yield the module and the call of it.

    Args:
        app: the application.
        module: name of the module.
        checks: what the readiness asks; empty for none.
        paths: `ready`, `alive` and the variable that holds the `version`; empty for none.
        why: the reason.
    """
    file, esm = app.file, is_esm(app)
    taken = posixpath.join(file.folder, f"{module}{file.suffix}") in file.root.files
    name = f"{module}-endpoints" if taken else module
    path = posixpath.join(file.folder, f"{name}{file.suffix}")
    wanted = dict.fromkeys(one for check in checks for one in check.imports)
    text = render(
        "health_checks",
        "app/health.js.j2",
        checks=checks,
        imports=[_import(app, what, source, esm=esm) for what, source in wanted],
        esm=esm,
        typed=file.suffix == ".ts",
        ready_path=paths["ready"],
        version=paths["version"],
        alive=paths["alive"],
    )
    yield Generate(file.root.name, path, text, why, Risk.MEDIUM)
    own = _styled(file, _import(app, "{ addHealth }", f"./{name}{file.suffix}", esm=esm))
    indent = app.line[: len(app.line) - len(app.line.lstrip())]
    call = _styled(file, f"{indent}addHealth({app.variable});")
    spot = import_line(file, app.line)
    edits = (
        InsertText(f"{own}\n", after=f"{spot}\n"),
        InsertText(f"{call}\n", after=f"{app.line}\n"),
    )
    yield Edit(file.root.name, file.path, edits, why, Risk.MEDIUM)


def _import(app: Web, what: str, source: str, *, esm: bool) -> str:
    if source.startswith("."):
        stem, ending = posixpath.splitext(source)
        source = stem + _ending(app, ending, esm=esm)
    return f'import {what} from "{source}";' if esm else f'const {what} = require("{source}");'


def _ending(app: Web, ending: str, *, esm: bool) -> str:
    """The ending that an import of a file carries: Node wants one of an ES module."""
    if not esm:
        return "" if ending == ".js" else ending
    if ending != ".ts":
        return ending
    texts = re.findall(r"from [\"']\.{1,2}/[^\"'\n]*?(\.[jt]s)?[\"']", app.file.text)
    if texts:
        return str(texts[0])
    return ".js" if _is_module(app.file) else ""


def _is_module(file: File) -> bool:
    declared = file.root.files.get(posixpath.join(package_folder(file), "package.json"))
    return bool(declared and re.search(r"\"type\":\s*\"module\"", declared.text))


def _styled(file: File, line: str) -> str:
    """A line with the quotes and the ends of statements that the file has."""
    if file.text.count("'") > file.text.count('"'):
        line = line.replace('"', "'")
    semicolons = sum(x.rstrip().endswith(";") for x in file.lines)
    return line if semicolons else line.rstrip(";")
