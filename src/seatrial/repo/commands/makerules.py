"""Rules of makefiles, as tasks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.model.struct import field, struct
from seatrial.repo.commands.tasks import Recipe, Task
from seatrial.repo.files import File

MAX_ROUNDS: Final = 5
"""How deep a make variable may refer to others."""
_MAX_VALUE: Final = 20_000
_DIRECTIVES: Final = (
    "include ",
    "-include ",
    "sinclude ",
    "ifeq",
    "ifneq",
    "ifdef",
    "ifndef",
    "else",
    "endif",
    "export ",
    "unexport ",
    "override ",
    "vpath ",
    "undefine ",
)


@struct(frozen=False)
class Rule:
    """A rule while its recipe is being read."""

    names: tuple[str, ...]
    needs: tuple[str, ...]
    line: int
    recipes: list[Recipe] = field(default_factory=list)


@struct(frozen=False)
class Makefile:
    """What a makefile says: its rules, constant variables and included files."""

    rules: list[Rule] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict, repr=False)
    includes: list[str] = field(default_factory=list)


def makefile(file: File) -> Makefile:
    """Read the rules of a makefile; conditionals are taken as if every branch were true."""
    made = Makefile()
    rule: Rule | None = None
    in_define = False
    for number, line in _joined(file.lines):
        stripped = line.strip()
        if in_define or stripped.startswith("define "):
            in_define = not stripped.startswith("endef")
        elif line.startswith("\t"):
            if rule is not None and stripped:
                rule.recipes.append(recipe(line[1:], number))
        elif stripped and not stripped.startswith("#"):
            rule = _statement(made, line, number, rule)
    return made


def make_tasks(file: File) -> Iterator[Task]:
    """Yield the targets of a makefile; pattern rules and special targets are left out."""
    made = makefile(file)
    for rule in made.rules:
        needs = tuple(_filled(" ".join(rule.needs), made.variables, "").split())
        for name in _filled(" ".join(rule.names), made.variables, "").split():
            if "%" in name or "$" in name or (name.startswith(".") and name.isupper()):
                continue
            recipes = tuple(
                Recipe(_filled(r.text, made.variables, name), r.line, r.ignored)
                for r in rule.recipes
            )
            yield Task(name, "make", file, rule.line, file.folder, recipes, needs)


def _statement(made: Makefile, line: str, number: int, rule: Rule | None) -> Rule | None:
    stripped = line.strip()
    if stripped.startswith(("include ", "-include ", "sinclude ")):
        made.includes.extend(stripped.split()[1:])
        return None
    if stripped.startswith(_DIRECTIVES) and not _is_rule(stripped):
        _assigned(made, stripped.removeprefix("export ").removeprefix("override "))
        return rule
    if _assigned(made, stripped):
        return rule
    if not _is_rule(stripped):
        return rule
    head, _, tail = stripped.partition(":")
    tail = tail.lstrip(":").partition("#")[0]
    needs, semicolon, command = tail.partition(";")
    if "=" in needs:
        return rule
    made.rules.append(Rule(tuple(head.split()), tuple(needs.replace("|", " ").split()), number))
    if semicolon:
        made.rules[-1].recipes.append(recipe(command, number))
    return made.rules[-1]


def _is_rule(text: str) -> bool:
    colon = _outside(text, ":")
    equals = _outside(text, "=")
    return colon > 0 and not (0 <= equals < colon)


def _outside(text: str, wanted: str) -> int:
    """Position of a character outside `$(...)` and `${...}`; -1 when it is not there."""
    depth = 0
    for index, character in enumerate(text):
        if character in "({":
            depth += 1
        elif character in ")}":
            depth -= 1
        elif character == wanted and depth <= 0:
            return index
    return -1


def _assigned(made: Makefile, text: str) -> bool:
    equals = _outside(text, "=")
    if equals <= 0:
        return False
    name = text[:equals].rstrip(":?+!").strip()
    if not name or " " in name or ":" in name:
        return False
    operator = text[equals - 1]
    value = text[equals + 1 :].partition(" #")[0].strip()
    if operator == "+":
        value = f"{made.variables.get(name, '')} {value}".strip()
    elif operator == "?" and name in made.variables:
        return True
    made.variables[name] = value[:_MAX_VALUE]
    return True


def recipe(text: str, line: int) -> Recipe:
    """A recipe line without its `@`, `-` and `+`."""
    text = text.lstrip()
    prefix = text[: len(text) - len(text.lstrip("@-+ "))]
    return Recipe(text[len(prefix) :], line, "-" in prefix)


def _joined(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Logical lines with the number of their first physical line."""
    start, kept = 0, ""
    for number, line in enumerate(lines, 1):
        start = start or number
        if line.endswith("\\") and number < len(lines):
            kept += line + "\n"
            continue
        yield start, kept + line
        start, kept = 0, ""


def _filled(text: str, variables: dict[str, str], target: str) -> str:
    """Fill in constant variables; what make computes (`$(shell ...)`) becomes a shell variable."""
    text = text.replace("$$", "\ue100").replace("$@", target or "$@")
    for _ in range(MAX_ROUNDS):
        if "$(" not in text and "${" not in text:
            break
        before, text = text, _round(text, variables)
        if before == text or len(text) > _MAX_VALUE:
            break
    return (
        text.replace("$(", "${").replace("\ue100", "$")
        if "$(" in text
        else text.replace("\ue100", "$")
    )


def _round(text: str, variables: dict[str, str]) -> str:
    out: list[str] = []
    index = 0
    while index < len(text):
        if text[index] == "$" and text[index + 1 : index + 2] in {"(", "{"}:
            end = _closing(text, index + 1)
            name = text[index + 2 : end]
            out.append(_value(name, variables, text[index : end + 1]))
            index = end + 1
        else:
            out.append(text[index])
            index += 1
    return "".join(out)


def _value(name: str, variables: dict[str, str], written: str) -> str:
    if name == "MAKE":
        return "make"
    if name in variables:
        value = variables[name]
        return f"${{{name}}}" if f"({name})" in value or "$(shell " in value else value
    # A function call is run-time; its words must not be read as commands.
    word = "".join(c if c.isalnum() or c == "_" else "_" for c in name)
    return f"${{{word}}}" if written.startswith("$(") else written


def _closing(text: str, start: int) -> int:
    opened = text[start]
    closed = ")" if opened == "(" else "}"
    depth = 0
    for index in range(start, len(text)):
        if text[index] == opened:
            depth += 1
        elif text[index] == closed:
            depth -= 1
            if depth == 0:
                return index
    return len(text) - 1
