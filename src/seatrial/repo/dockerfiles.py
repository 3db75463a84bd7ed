"""Dockerfiles: stages, images, users, commands, with lines.

The format is line-based (https://docs.docker.com/reference/dockerfile/): an instruction a line,
continued by a backslash (or what the `escape` directive names), with here-documents for RUN and COPY.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from seatrial.model.place import Place
from seatrial.repo import shell
from seatrial.repo.command import Command
from seatrial.repo.files import File, Root


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction.

    Attributes:
        name: upper case.
        text: its arguments on one line, flags included; here-documents follow after a newline.
        line: 1-based first line.
    """

    name: str
    text: str
    line: int

    @property
    def words(self) -> tuple[str, ...]:
        """Arguments, flags (`--from=x`) left out; the exec form is unpacked."""
        if self.text.startswith("["):
            try:
                parsed = json.loads(self.text)
            except ValueError:
                return tuple(self.text.split())
            return tuple(str(word) for word in parsed) if isinstance(parsed, list) else ()
        return tuple(w for w in self.text.split() if not w.startswith("--"))


@dataclass(frozen=True, slots=True)
class Stage:
    """One build stage.

    Attributes:
        image: base image as written, variables with constant defaults filled in.
        alias: name that later stages use.
    """

    image: str
    alias: str
    line: int
    instructions: tuple[Instruction, ...]


@dataclass(frozen=True, eq=False)
class Dockerfile:
    """One Dockerfile."""

    file: File

    @cached_property
    def instructions(self) -> tuple[Instruction, ...]:
        """All instructions in order."""
        return tuple(_instructions(self.file.lines))

    @cached_property
    def arguments(self) -> dict[str, str]:
        """Names of build arguments with their constant default (empty without one)."""
        found: dict[str, str] = {}
        for instruction in self.instructions:
            if instruction.name == "ARG":
                name, _, value = instruction.text.partition("=")
                found.setdefault(name.strip(), value.strip().strip("\"'"))
        return found

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """Stages in order; empty for a file without FROM."""
        starts = [i for i, one in enumerate(self.instructions) if one.name == "FROM"]
        made: list[Stage] = []
        for start, end in zip(starts, [*starts[1:], len(self.instructions)], strict=True):
            first = self.instructions[start]
            words = first.words
            alias = words[2] if len(words) > 2 and words[1].upper() == "AS" else ""  # noqa: PLR2004 - `FROM image AS alias`
            image = self._filled(words[0]) if words else ""
            made.append(Stage(image, alias, first.line, self.instructions[start + 1 : end]))
        return tuple(made)

    @property
    def final(self) -> Stage | None:
        """The stage that becomes the image."""
        return self.stages[-1] if self.stages else None

    @property
    def base_images(self) -> tuple[tuple[str, Place], ...]:
        """Images that are pulled, with the line of their FROM (stages of its own left out)."""
        aliases = {stage.alias for stage in self.stages if stage.alias}
        return tuple(
            (stage.image, self.file.place(stage.line))
            for stage in self.stages
            if stage.image not in aliases and stage.image != "scratch"
        )

    @property
    def user(self) -> str:
        """User of the final stage; empty when it is never set there (the base image decides)."""
        return self._last("USER")

    @property
    def healthcheck(self) -> Instruction | None:
        """Health check of the final stage; None without one or with `NONE`."""
        found = [i for i in self._final_instructions if i.name == "HEALTHCHECK"]
        return found[-1] if found and found[-1].text.upper() != "NONE" else None

    @property
    def exposes(self) -> tuple[str, ...]:
        """Ports that the final stage documents."""
        return tuple(w for i in self._final_instructions if i.name == "EXPOSE" for w in i.words)

    @property
    def start(self) -> tuple[str, ...]:
        """Words of what the container runs: ENTRYPOINT and CMD of the final stage."""
        entry = [i for i in self._final_instructions if i.name == "ENTRYPOINT"]
        command = [i for i in self._final_instructions if i.name == "CMD"]
        return (*(entry[-1].words if entry else ()), *(command[-1].words if command else ()))

    @property
    def start_program(self) -> str:
        """Name of the program that the container runs, shells and init programs left out."""
        skipped = {
            "sh",
            "bash",
            "/bin/sh",
            "/bin/bash",
            "-c",
            "tini",
            "--",
            "dumb-init",
            "exec",
            "poetry",
            "pipenv",
            "uv",
            "run",
            "bundle",
            "python",
            "python3",
            "-m",
            "/sbin/tini",
            "/usr/bin/tini",
            "-g",
            "/usr/bin/dumb-init",
        }
        for word in self.start:
            for part in word.split():
                if part not in skipped:
                    return part.rpartition("/")[2]
        return ""

    @property
    def environment(self) -> tuple[tuple[str, Place], ...]:
        """Names of ENV variables with their line."""
        return tuple(
            (word.partition("=")[0], self.file.place(i.line))
            for i in self.instructions
            if i.name == "ENV"
            for word in (i.words if "=" in i.text else i.words[:1])
        )

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """Commands of all RUN instructions."""
        return tuple(
            command
            for i in self.instructions
            if i.name == "RUN" and not i.text.startswith("[")
            for command in shell.parse(_without_flags(i.text), i.line).commands
        )

    @property
    def copies(self) -> tuple[tuple[str, Place], ...]:
        """Sources of COPY and ADD that lie in the build context."""
        return tuple(
            (source, self.file.place(i.line))
            for i in self.instructions
            if i.name in {"COPY", "ADD"} and "--from=" not in i.text and "<<" not in i.text
            for source in i.words[:-1]
        )

    @property
    def _final_instructions(self) -> tuple[Instruction, ...]:
        return self.final.instructions if self.final else ()

    def _last(self, name: str) -> str:
        found = [i.text for i in self._final_instructions if i.name == name]
        return found[-1] if found else ""

    def _filled(self, image: str) -> str:
        for name, value in self.arguments.items():
            if value:
                image = image.replace(f"${{{name}}}", value).replace(f"${name}", value)
        return image


def read(root: Root) -> Iterator[Dockerfile]:
    """Yield the Dockerfiles of a repository."""
    for file in root.files.values():
        name = file.name.lower()
        if name in {"dockerfile", "containerfile"} or name.endswith(
            (".dockerfile", ".containerfile")
        ):
            yield Dockerfile(file)
        elif name.startswith(("dockerfile.", "dockerfile-")) and file.suffix not in {
            ".dockerignore",
            ".md",
            ".j2",
            ".tpl",
            ".tmpl",
            ".template",
            ".erb",
        }:
            yield Dockerfile(file)


def _instructions(lines: list[str]) -> Iterator[Instruction]:
    escape = "\\"
    index = 0
    while index < len(lines):
        start, line = index, lines[index].strip()
        index += 1
        if line.startswith("#"):
            directive = line.lstrip("# ").replace(" ", "").lower()
            escape = directive[-1] if directive.startswith("escape=") else escape
            continue
        if not line:
            continue
        text = line
        while text.endswith(escape) and index < len(lines):
            following = lines[index].strip()
            index += 1
            if not following.startswith("#"):
                text = f"{text[:-1].rstrip()} {following}" if following else text
        name, _, rest = text.partition(" ")
        body, index = _heredocs(rest, lines, index)
        if name.isalpha():
            yield Instruction(name.upper(), rest.strip() + body, start + 1)


def _heredocs(rest: str, lines: list[str], index: int) -> tuple[str, int]:
    marker = rest.partition("<<")[2].lstrip("-")
    word = marker.split()[0].strip("\"'") if marker.split() else ""
    if not word.isidentifier():
        return "", index
    body: list[str] = []
    while index < len(lines) and lines[index].strip() != word:
        body.append(lines[index])
        index += 1
    return "\n" + "\n".join([*body, word]), index + 1


def _without_flags(text: str) -> str:
    while text.startswith("--"):
        text = text.partition(" ")[2].lstrip()
    return text
