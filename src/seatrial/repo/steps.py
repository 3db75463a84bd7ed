"""Steps of workflows and composite actions: what they use, run and ignore."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.commands import shell
from seatrial.repo.commands.shell import Command
from seatrial.repo.expressions import fold
from seatrial.repo.files import File
from seatrial.repo.yaml import Node

_POSIX_SHELLS: Final = {"", "bash", "sh"}


@struct
class Uses:
    """An action or reusable workflow that a step or job calls.

    Attributes:
        name: `owner/repo` or `owner/repo/path`, without the ref; a path for local ones.
        ref: what stands after the `@`; empty for local ones.
        comment: what stands in a comment behind it on the same line.
    """

    name: str
    ref: str
    place: Place
    comment: str = ""

    @property
    def is_local(self) -> bool:
        """True for an action or workflow of the same repository."""
        # `$/` means the repository of the workflow, `./` what stands in the workspace.
        return self.name.startswith(("./", "$/"))

    @property
    def local_path(self) -> str:
        """Path of a local action's folder or of a local workflow, from the repository's root."""
        return self.name.removeprefix("./").removeprefix("$/").rstrip("/")

    @property
    def is_docker(self) -> bool:
        """True for a container image used as an action."""
        return self.name.startswith("docker://")

    @property
    def is_pinned(self) -> bool:
        """True when the ref is a whole commit (40 or 64 hex digits) or an image digest."""
        if self.is_docker:
            return "@sha256:" in f"{self.name}@{self.ref}"
        return len(self.ref) in {40, 64} and all(c in "0123456789abcdef" for c in self.ref.lower())


@struct(eq=False)
class Step:
    """One step of a job or of a composite action.

    Attributes:
        condition: the `if` text, empty without one.
        ignores_errors: `continue-on-error` is constantly true.
        opaque: it runs in a shell that is not read (pwsh, python, a template).
    """

    file: File
    node: Node
    shell_name: str = ""

    @property
    def name(self) -> str:
        """Display name, or what it uses, or the first command."""
        return (
            self.node.at("name").text or self.node.at("uses").text or self.run.split("\n")[0][:60]
        )

    @property
    def run(self) -> str:
        """Text of the script, empty for a step that uses an action."""
        return self.node.at("run").text

    @property
    def place(self) -> Place:
        """Where the step starts."""
        return self.file.place(self.node.line)

    @property
    def condition(self) -> str:
        """Text of its `if`."""
        return self.node.at("if").text

    @property
    def is_off(self) -> bool:
        """True when its `if` is constantly false."""
        return fold(self.condition) is False

    @property
    def ignores_errors(self) -> bool:
        """True when its failure cannot fail the job."""
        return fold(self.node.at("continue-on-error").text or "false") is True

    @cached_property
    def uses(self) -> Uses | None:
        """The action it calls."""
        return uses_of(self.file, self.node)

    @property
    def inputs(self) -> Node:
        """Its `with` mapping."""
        return self.node.at("with")

    @property
    def env(self) -> Node:
        """Its `env` mapping."""
        return self.node.at("env")

    @property
    def shell(self) -> str:
        """Name of the shell, empty for the runner's default."""
        return (self.node.at("shell").text or self.shell_name).split(" ")[0]

    @property
    def opaque(self) -> bool:
        """True when the script is in a language that is not read here."""
        return bool(self.run) and self.shell not in _POSIX_SHELLS

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """Commands of the script, with lines of the workflow file."""
        node = self.node.at("run")
        if not node or self.opaque:
            return ()
        text = node.text
        if self.shell == "bash":
            # GitHub runs an explicit `shell: bash` with -eo pipefail; without it only with -e.
            text, line = "set -o pipefail\n" + text, node.content_line - 1
        else:
            line = node.content_line
        return shell.parse(text, line).commands


def uses_of(file: File, node: Node) -> Uses | None:
    """The `uses` of a job or step."""
    value = node.at("uses")
    text = value.text.strip()
    if not text:
        return None
    name, _, ref = text.rpartition("@") if "@" in text else (text, "", "")
    lines = file.lines
    line = lines[value.line - 1] if value.line <= len(lines) else ""
    comment = line.partition(" #")[2].strip()
    return Uses(name, ref, file.place(value.line, value.column), comment)
