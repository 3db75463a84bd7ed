"""Recipes of justfiles, as tasks."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.repo.commands.makerules import Rule, recipe
from seatrial.repo.commands.tasks import Recipe, Task
from seatrial.repo.files import File


def just_tasks(file: File) -> Iterator[Task]:
    """Yield the recipes of a justfile."""
    rule: Rule | None = None
    rules: list[Rule] = []
    for number, line in enumerate(file.lines, 1):
        stripped = line.strip()
        if not stripped or line.startswith("#"):
            continue
        if line[0].isspace():
            if rule is not None:
                rule.recipes.append(recipe(line, number))
        elif (
            line.partition(":")[0].strip()
            and _names(line)
            and not line.startswith(("[", "set ", "import "))
        ):
            head, _, tail = line.partition(":")
            needs = tuple(w.strip("()") for w in tail.partition("#")[0].split())
            rule = Rule((head.split()[0].lstrip("@"),), needs, number)
            rules.append(rule)
        else:
            rule = None
    for rule in rules:
        yield _just(file, rule)


def _names(line: str) -> bool:
    return ":" in line and ":=" not in line


def _just(file: File, rule: Rule) -> Task:
    recipes = tuple(rule.recipes)
    first = recipes[0].text if recipes else ""
    if first.startswith("#!"):
        # A shebang recipe is one script.
        shellish = any(word in first for word in ("bash", "/sh", "zsh", " sh"))
        text = "\n".join(r.text for r in recipes[1:])
        recipes = (Recipe(text, recipes[0].line + 1),) if shellish else ()
        return Task(
            rule.names[0], "just", file, rule.line, file.folder, recipes, rule.needs, not shellish
        )
    return Task(rule.names[0], "just", file, rule.line, file.folder, recipes, rule.needs)
