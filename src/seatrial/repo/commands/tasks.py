"""A named task: what `make test` or `npm run build` stand for, and the commands behind it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from seatrial.model.place import Place
from seatrial.model.struct import field, replace, struct
from seatrial.repo.commands import shell
from seatrial.repo.commands.command import Command
from seatrial.repo.files import File


@struct
class Recipe:
    """One shell text of a task; each recipe gets a shell and a working directory of its own.

    Attributes:
        line: line of the file on which the text starts.
        ignored: its failure does not fail the task (`-cmd` in make, `ignore_errors`).
    """

    text: str = field(repr=False)
    line: int
    ignored: bool = False


@struct(eq=False)
class Task:
    """A task of a task runner.

    Attributes:
        runner: `make`, `just`, `task`, `npm`, `composer`, `tox`, `nox`, `poe`, `hatch`, `pdm`,
            `rye` or `pixi`.
        line: line of the task's name.
        folder: working directory of its commands, from the repository's root.
        needs: names of the tasks of the same file that run before it.
        opaque: True when part of it is not shell (Python code, another interpreter).
    """

    name: str
    runner: str
    file: File
    line: int
    folder: str
    recipes: tuple[Recipe, ...] = ()
    needs: tuple[str, ...] = ()
    opaque: bool = False

    @property
    def place(self) -> Place:
        """Where the name stands."""
        return self.file.place(self.line)

    @cached_property
    def shells(self) -> tuple[tuple[Command, ...], ...]:
        """Its commands, shell by shell, with lines of the file that holds the task."""
        return tuple(tuple(_commands(recipe)) for recipe in self.recipes)

    @property
    def commands(self) -> tuple[Command, ...]:
        """All its commands, in order."""
        return tuple(command for group in self.shells for command in group)


def _commands(recipe: Recipe) -> Iterator[Command]:
    # `a && b` carries the failure of `a` even without errexit; `a; b` and lines do not.
    sequence = ";" in recipe.text or "\n" in recipe.text.strip().replace("\\\n", "")
    found = shell.parse(recipe.text, recipe.line, errexit=not sequence).commands
    for command in found:
        yield replace(command, masked=True) if recipe.ignored else command
