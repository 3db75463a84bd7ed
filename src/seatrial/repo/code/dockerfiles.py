"""Dockerfiles: stages, base images, users, health checks, what is run and what is started."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from seatrial.model.place import Place
from seatrial.model.struct import field, struct
from seatrial.repo.code import dockerwords
from seatrial.repo.code.dockerlines import Heredoc, Instruction, instructions
from seatrial.repo.code.dockerparts import Base, Copy, Variable
from seatrial.repo.commands.command import Command
from seatrial.repo.files import File, Root

__all__ = ["Base", "Copy", "Dockerfile", "Heredoc", "Instruction", "Stage", "Variable", "read"]

_NO_DOCKERFILE: Final = (".dockerignore", ".md", ".yml", ".yaml", ".sh", ".j2", ".tmpl", ".txt")


@struct(eq=False)
class Stage:
    """One build stage."""

    index: int
    alias: str
    base: Base
    line: int
    instructions: list[Instruction] = field(default_factory=list)

    def last(self, name: str) -> Instruction | None:
        """The last instruction of this name in the stage."""
        return next((i for i in reversed(self.instructions) if i.name == name), None)

    def named(self, *names: str) -> Iterator[Instruction]:
        """Yield the instructions of these names, in order."""
        return (i for i in self.instructions if i.name in names)

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """Commands of its RUN instructions, with lines of the file."""
        shell = self.last("SHELL")
        if shell and not any(w in shell.text for w in ("bash", "/sh", '"sh"', "ash")):
            return ()
        return tuple(c for i in self.named("RUN") for c in dockerwords.run_commands(i))


@struct(eq=False)
class Dockerfile:
    """A Dockerfile; parsed when somebody first asks."""

    file: File

    def place(self, line: int = 1) -> Place:
        """A place in the file."""
        return self.file.place(line)

    @cached_property
    def instructions(self) -> tuple[Instruction, ...]:
        """All instructions, in order."""
        return tuple(instructions(self.file.text))

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """Stages in order; empty when the file has no FROM."""
        found: list[Stage] = []
        arguments: dict[str, str] = {}
        for instruction in self.instructions:
            if instruction.name == "FROM":
                found.append(_stage(instruction, found, arguments))
            elif found:
                found[-1].instructions.append(instruction)
            elif instruction.name == "ARG":
                arguments.update(dockerwords.assignments(instruction.text))
        return tuple(found)

    @property
    def final(self) -> Stage | None:
        """The stage that a build without a target makes."""
        return self.stages[-1] if self.stages else None

    def lineage(self, stage: Stage | None = None) -> Iterator[Stage]:
        """Yield a stage (the final one) and the stages of this file that it builds upon."""
        current = stage or self.final
        while current is not None:
            yield current
            current = None if current.base.stage is None else self.stages[current.base.stage]

    def effective(self, name: str, stage: Stage | None = None) -> Instruction | None:
        """The instruction that holds in the final image; None leaves it to the base."""
        return next((i for s in self.lineage(stage) if (i := s.last(name))), None)

    @property
    def base(self) -> Base | None:
        """The image below the final stage."""
        return next((s.base for s in self.lineage() if s.base.stage is None), None)

    @property
    def user(self) -> Instruction | None:
        """The USER that holds in the final image; None leaves it to the base image."""
        return self.effective("USER")

    @property
    def runs_as_root(self) -> bool | None:
        """True or False as USER says; None when the base image or an argument decides."""
        if self.user is None:
            return None
        name = self.user.text.partition(":")[0].strip()
        return None if "$" in name else name in {"root", "0", ""}

    @property
    def healthcheck(self) -> Instruction | None:
        """The HEALTHCHECK that holds; None without one and for `NONE`."""
        found = self.effective("HEALTHCHECK")
        return None if found is None or found.text.strip().upper() == "NONE" else found

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """Names that ENV and ARG set, in all stages."""
        return tuple(
            Variable(name, i.name, i.line, bool(value))
            for i in self.instructions
            if i.name in {"ENV", "ARG"}
            for name, value in dockerwords.assignments(i.text)
        )

    @cached_property
    def copies(self) -> tuple[Copy, ...]:
        """COPY and ADD of all stages."""
        return tuple(_copy(i) for i in self.instructions if i.name in {"COPY", "ADD"})

    @property
    def exposes(self) -> tuple[str, ...]:
        """Ports that the final image exposes, as written (`8080`, `8080/tcp`, `$PORT`)."""
        found = (i for stage in self.lineage() for i in stage.named("EXPOSE"))
        return tuple(port for i in found for port in i.text.split())

    @property
    def commands(self) -> tuple[Command, ...]:
        """Commands of all RUN instructions."""
        return tuple(c for stage in self.stages for c in stage.commands)

    @cached_property
    def start(self) -> tuple[Command, ...]:
        """Commands that the container starts: ENTRYPOINT, then CMD as its words or by itself."""
        entry, command = self.effective("ENTRYPOINT"), self.effective("CMD")
        return dockerwords.start_commands(entry, command)

    @property
    def start_program(self) -> str:
        """Name of the program that serves, wrappers left out; empty when the base decides."""
        return dockerwords.start_program(self.start)


def read(root: Root) -> Iterator[Dockerfile]:
    """Yield the Dockerfiles of a repository."""
    for file in root.files.values():
        if is_dockerfile(file.name):
            yield Dockerfile(file)


def is_dockerfile(name: str) -> bool:
    """True for `Dockerfile`, `Dockerfile.x`, `x.Dockerfile` and the same of Containerfile."""
    lowered = name.lower()
    if lowered.endswith(_NO_DOCKERFILE):
        return False
    for word in ("dockerfile", "containerfile"):
        if lowered == word or lowered.startswith((word + ".", word + "-")):
            return True
        if lowered.endswith("." + word):
            return True
    return False


def _stage(instruction: Instruction, before: list[Stage], arguments: dict[str, str]) -> Stage:
    words = [w for w in instruction.text.split() if not w.startswith("--")]
    written = words[0] if words else ""
    alias = words[2] if len(words) > 2 and words[1].upper() == "AS" else ""  # noqa: PLR2004 # x AS y
    filled = dockerwords.filled(written, arguments)
    source = next((s.index for s in before if s.alias and s.alias.lower() == filled.lower()), None)
    name, tag, digest = split_image(filled)
    base = Base(written, name, tag, digest, source)
    return Stage(len(before), alias, base, instruction.line)


def split_image(image: str) -> tuple[str, str, str]:
    """Repository, tag and digest of an image reference; what is absent is empty."""
    rest, _, digest = image.partition("@")
    head, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag or "}" in tag:
        return rest, "", digest
    return head, tag, digest


def _copy(instruction: Instruction) -> Copy:
    words = dockerwords.words(instruction.text)
    flags = [w for w in words if w.startswith("--")]
    paths = [w for w in words if not w.startswith("--") and not w.startswith("<<")]
    origin = next((f.partition("=")[2] for f in flags if f.startswith("--from=")), "")
    target = paths[-1] if paths else ""
    return Copy(
        tuple(paths[:-1]), target, origin, instruction.line, is_add=instruction.name == "ADD"
    )
