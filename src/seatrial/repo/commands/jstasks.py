"""Scripts of package.json and composer.json, and tasks of Taskfiles."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.repo.commands.tasks import Recipe, Task
from seatrial.repo.files import File
from seatrial.repo.yaml import Node


def package_tasks(file: File) -> Iterator[Task]:
    """Yield the scripts of a package.json, with the `pre` scripts that npm runs before them."""
    scripts = file.yaml.first.at("scripts")
    for name, node in scripts.pairs():
        needs = (f"pre{name}",) if scripts.has(f"pre{name}") else ()
        line = scripts.line_of(name)
        recipe = Recipe(node.text, node.line)
        yield Task(name, "npm", file, line, file.folder, (recipe,), needs)


def composer_tasks(file: File) -> Iterator[Task]:
    """Yield the scripts of a composer.json; `@name` is another script, `A::b` a PHP callback."""
    scripts = file.yaml.first.at("scripts")
    for name, node in scripts.pairs():
        members = [(m, m.text) for m in node.listed()]
        needs = tuple(t[1:] for _, t in members if t.startswith("@") and t[1:] in scripts.names())
        recipes = tuple(
            Recipe(t.removeprefix("@php ").removeprefix("@composer "), m.line)
            for m, t in members
            if t and "::" not in t and not (t.startswith("@") and t[1:] in scripts.names())
        )
        opaque = any("::" in text for _, text in members)
        yield Task(
            name, "composer", file, scripts.line_of(name), file.folder, recipes, needs, opaque
        )


def taskfile_tasks(file: File) -> Iterator[Task]:
    """Yield the tasks of a Taskfile (go-task)."""
    tasks = file.yaml.first.at("tasks")
    for name, node in tasks.pairs():
        commands = (
            node.at("cmds")
            or node.at("cmd")
            or (node if node.kind != "map" else Node("seq", node.line, 1))
        )
        needs = [dep.text or dep.at("task").text for dep in node.at("deps").listed()]
        recipes: list[Recipe] = []
        for command in commands.listed():
            if command.at("task").text:
                needs.append(command.at("task").text)
                continue
            written = command if command.kind == "scalar" else command.at("cmd")
            ignored = command.at("ignore_error").value is True
            recipes.append(Recipe(written.text, written.content_line, ignored))
        folder = _below(file.folder, node.at("dir").text)
        yield Task(
            name,
            "task",
            file,
            tasks.line_of(name),
            folder,
            tuple(recipes),
            tuple(filter(None, needs)),
        )


def _below(folder: str, written: str) -> str:
    if not written or "{{" in written or "$" in written:
        return folder
    from seatrial.repo.commands.scripts import joined

    return joined(folder, written)
