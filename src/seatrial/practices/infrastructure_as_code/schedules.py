"""Schedules of Celery beat whose task nobody defines."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, fault
from seatrial.practices.infrastructure_as_code.starts import own_packages, packages

if TYPE_CHECKING:
    from seatrial.model.place import Place
    from seatrial.repo.files import File

_NAMES: Final = ("beat_schedule", "BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE")
_MAX_TEXT: Final = 200_000


def tasks(site: Site[object]) -> Iterator[Observation]:
    """Entries of a schedule that name a task which does not exist."""
    for place, task in dangling(site):
        name = place.path.rpartition("/")[2]
        yield fault(place, f"{name} schedules {task}, a task that does not exist")


def dangling(site: Site[object]) -> Iterator[tuple[Place, str]]:
    """Where a task that does not exist is scheduled, and its name."""
    for file in site.repo.files():
        if file.suffix != ".py" or is_aside(file.path):
            continue
        text = file.text
        if len(text) > _MAX_TEXT or not any(name in text for name in _NAMES):
            continue
        for line, task in _scheduled(text):
            if _is_missing(site, task):
                yield file.place(line), task


def _scheduled(text: str) -> Iterator[tuple[int, str]]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        for value in _schedules(node):
            for entry in ast.walk(value):
                if isinstance(entry, ast.Dict):
                    yield from _entry(entry)


def _schedules(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.keyword) and node.arg in _NAMES:
        yield node.value
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            name = getattr(target, "attr", getattr(target, "id", ""))
            if name in _NAMES:
                yield node.value
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value in _NAMES:
                yield value


def _entry(entry: ast.Dict) -> Iterator[tuple[int, str]]:
    for key, value in zip(entry.keys, entry.values, strict=True):
        named = isinstance(key, ast.Constant) and key.value == "task"
        if named and isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.lineno, value.value


def _is_missing(site: Site[object], task: str) -> bool:
    module, dot, function = task.rpartition(".")
    known = packages(site)
    head = task.partition(".")[0]
    if not dot or head not in own_packages(site):
        return False
    if any(_registers(file, task) for file in _sources(site)):
        return False
    if module not in known:
        return True
    return not any(_defines(f, module, function) for f in _sources(site))


def _sources(site: Site[object]) -> Iterator[File]:
    return (f for f in site.repo.files() if f.suffix == ".py")


def _registers(file: File, task: str) -> bool:
    """True when a file gives a task this name (`@app.task(name="...")`)."""
    text = file.text
    if task not in text:
        return False
    lines = (line.replace(" ", "") for line in text.splitlines() if task in line)
    return any(f'name="{task}"' in line or f"name='{task}'" in line for line in lines)


def _defines(file: File, module: str, function: str) -> bool:
    dotted = file.path[:-3].removesuffix("/__init__").replace("/", ".")
    if dotted != module and not dotted.endswith(f".{module}"):
        return False
    text = file.text
    return (
        f"def {function}(" in text
        or f"{function} =" in text
        or (
            "import" in text
            and (
                f"import {function}" in text
                or f", {function}" in text
                or f"    {function}," in text
            )
        )
    )
