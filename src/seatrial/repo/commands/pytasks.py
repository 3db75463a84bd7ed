"""Tasks of Python projects: tables of pyproject.toml and nox sessions."""

from __future__ import annotations

import ast
import shlex
from collections.abc import Iterator
from typing import Final, TypeAlias

from seatrial.repo.commands.tasks import Recipe, Task
from seatrial.repo.files import File
from seatrial.repo.yaml import Trouble

Toml: TypeAlias = "str | int | float | bool | list[Toml] | dict[str, Toml] | object"
"""What tomllib gives: dates are opaque objects here."""

_TABLES: Final = (
    ("poe", ("tool", "poe", "tasks")),
    ("hatch", ("tool", "hatch", "scripts")),
    ("pdm", ("tool", "pdm", "scripts")),
    ("rye", ("tool", "rye", "scripts")),
    ("pixi", ("tool", "pixi", "tasks")),
)


def toml(file: File) -> dict[str, Toml]:
    """Parse a TOML file; a broken one is noted and empty."""
    import tomllib

    try:
        return tomllib.loads(file.text)
    except (ValueError, RecursionError) as error:
        file.root.note(file.path, Trouble(1, f"not valid TOML: {str(error)[:120]}"))
        return {}


def table(data: Toml, *path: str) -> dict[str, Toml]:
    """The table below; empty when there is none."""
    for step in path:
        data = data.get(step, {}) if isinstance(data, dict) else {}
    return data if isinstance(data, dict) else {}


def pyproject_tasks(file: File) -> Iterator[Task]:
    """Yield the tasks that the tables of a pyproject.toml (or hatch.toml, pixi.toml) declare."""
    data = toml(file)
    if file.name in {"hatch.toml", "pixi.toml", "tox.toml"}:
        data = {"tool": {file.name.removesuffix(".toml"): data}}
    for runner, path in _TABLES:
        for name, value in table(data, *path).items():
            yield _entry(file, runner, name, value)
    for environment, body in table(data, "tool", "hatch", "envs").items():
        for name, value in table(body, "scripts").items():
            full = name if environment == "default" else f"{environment}:{name}"
            yield _entry(file, "hatch", full, value)
    for feature in table(data, "tool", "pixi", "feature").values():
        for name, value in table(feature, "tasks").items():
            yield _entry(file, "pixi", name, value)
    if table(data, "tool", "tox"):
        from seatrial.repo.commands import toxtasks

        yield from toxtasks.tables(file, table(data, "tool", "tox"))


def _entry(file: File, runner: str, name: str, value: Toml) -> Task:
    line = key_line(file, name.rpartition(":")[2])
    texts: list[str] = []
    needs: list[str] = []
    opaque = False
    for part in value if isinstance(value, list) else [value]:
        text, need = _step(part, listed=isinstance(value, list) and runner == "poe")
        texts.extend(text)
        needs.extend(need)
        opaque = opaque or not (text or need)
    recipes = tuple(Recipe(t, line) for t in texts)
    return Task(name, runner, file, line, file.folder, recipes, tuple(needs), opaque)


def _step(part: Toml, *, listed: bool) -> tuple[list[str], list[str]]:
    """Shell texts and names of other tasks of one step."""
    if isinstance(part, str):
        # A member of a poe sequence is the name of another task.
        return ([], [part]) if listed else ([part], [])
    if not isinstance(part, dict):
        return [], []
    texts = [v for k in ("cmd", "shell") if isinstance(v := part.get(k), str)]
    command = part.get("cmd")
    if isinstance(command, list):
        texts.append(shlex.join(str(word) for word in command))
    chain = part.get("chain")
    if isinstance(chain, list):
        texts.extend(c for c in chain if isinstance(c, str))
    composite = part.get("composite")
    if isinstance(composite, list):
        texts.extend(c for c in composite if isinstance(c, str))
    needs: list[str] = []
    for key in ("deps", "depends-on", "depends_on", "sequence", "ref"):
        listing = part.get(key)
        members = listing if isinstance(listing, list) else [listing]
        for member in members:
            if isinstance(member, dict):
                more, further = _step(member, listed=False)
                texts.extend(more)
                needs.extend(further)
            elif isinstance(member, str):
                needs.append(member)
    return texts, needs


def key_line(file: File, name: str) -> int:
    """Line on which a key or table of a TOML file stands; 1 when it is not seen."""
    for number, line in enumerate(file.lines, 1):
        head = line.partition("=")[0].strip().strip("\"'")
        if "=" in line and (head == name or head.endswith(f".{name}")):
            return number
        if line.startswith("[") and line.rstrip().endswith((f".{name}]", f'."{name}"]')):
            return number
    return 1


def nox_tasks(file: File) -> Iterator[Task]:
    """Yield the sessions of a noxfile.py: the constant words of `session.run(...)`."""
    try:
        tree = ast.parse(file.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        file.root.note(file.path, Trouble(1, f"not valid Python: {type(error).__name__}"))
        return
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any(
            "session" in ast.unparse(d) for d in node.decorator_list
        ):
            recipes = tuple(_runs(node))
            yield Task(
                node.name, "nox", file, node.lineno, file.folder, recipes, opaque=not recipes
            )


def _runs(function: ast.FunctionDef) -> Iterator[Recipe]:
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"run", "run_always", "run_install"}
        ):
            words = [
                a.value if isinstance(a, ast.Constant) and isinstance(a.value, str) else "$ARGUMENT"
                for a in node.args
            ]
            if words and words[0] != "$ARGUMENT":
                text = " ".join(w if w.startswith("$") else shlex.quote(w) for w in words)
                yield Recipe(text, node.lineno)
