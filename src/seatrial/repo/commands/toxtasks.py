"""Environments of tox, as tasks: in tox.ini and as tables of a TOML file."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from seatrial.repo.commands.pytasks import Toml, key_line, table
from seatrial.repo.commands.tasks import Recipe, Task
from seatrial.repo.files import File


def tables(file: File, data: dict[str, Toml]) -> Iterator[Task]:
    """Yield the environments that the `tool.tox` table of a TOML file declares."""
    old = data.get("legacy_tox_ini")
    if isinstance(old, str):
        yield from _tox(file, old, file.line_of("legacy_tox_ini") or 1)
    shared = _words(data.get("env_run_base"), key_line(file, "env_run_base"))
    names = data.get("env_list")
    listed = [n for n in names if isinstance(n, str)] if isinstance(names, list) else []
    own = table(data, "env")
    for name in dict.fromkeys([*listed, *own, *(["py"] if shared else [])]):
        line = key_line(file, name if name in own else "env_run_base")
        recipes = _words(own.get(name), line) or shared
        yield Task(name, "tox", file, line, file.folder, recipes)


def _words(environment: Toml, line: int) -> tuple[Recipe, ...]:
    commands = environment.get("commands") if isinstance(environment, dict) else None
    found: list[Recipe] = []
    for command in commands if isinstance(commands, list) else []:
        words = [w for w in command if isinstance(w, str)] if isinstance(command, list) else []
        ignored = words[:1] == ["-"]
        if words:
            found.append(Recipe(shlex.join(words[ignored:]), line, ignored))
    return tuple(found)


def tox_tasks(file: File) -> Iterator[Task]:
    """Yield the environments of a tox.ini."""
    yield from _tox(file, file.text, 1)


def _tox(file: File, text: str, first: int) -> Iterator[Task]:
    section, key = "", ""
    recipes: dict[str, list[Recipe]] = {}
    starts: dict[str, int] = {}
    environments: list[str] = []
    for number, line in enumerate(text.splitlines(), first):
        stripped = line.strip()
        if stripped.startswith("["):
            section, key = stripped.strip("[]"), ""
            starts.setdefault(section, number)
        elif stripped and not stripped.startswith(("#", ";")):
            if not line[0].isspace() and "=" in line:
                key, _, stripped = (part.strip() for part in line.partition("="))
            if key.startswith("commands") and stripped:
                recipes.setdefault(section, []).append(_tox_recipe(stripped, number))
            elif section == "tox" and key in {"envlist", "env_list"}:
                environments.extend(stripped.replace(",", " ").split())
    shared = recipes.get("testenv", [])
    names = [s.partition(":")[2] for s in starts if s.startswith("testenv:")]
    for name in dict.fromkeys([*environments, *names, *(["py"] if shared else [])]):
        own = recipes.get(f"testenv:{name}", shared)
        start = starts.get(f"testenv:{name}", starts.get("testenv", first))
        yield Task(name, "tox", file, start, file.folder, tuple(own))


def _tox_recipe(text: str, line: int) -> Recipe:
    ignored = text.startswith("- ")
    plain = text.removeprefix("- ").replace("{posargs}", "").replace("{envpython}", "python")
    head, colon, tail = plain.partition(": ")
    # A factor condition (`py311: pytest`) stands before the command.
    if colon and head.replace("-", "").replace(",", "").replace("!", "").isalnum():
        plain = tail
    return Recipe(plain.replace("{", "${").replace("$${", "${"), line, ignored)
