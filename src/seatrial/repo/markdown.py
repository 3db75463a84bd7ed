"""Documents: headings, code blocks with their language and place, plain lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from seatrial.model.place import Place
from seatrial.repo import shell
from seatrial.repo.command import Command
from seatrial.repo.files import File, Root

SHELL_LANGUAGES: Final = frozenset(
    {"", "bash", "sh", "shell", "console", "zsh", "shell-session", "terminal", "cmd", "shellscript"}
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with its level (1 is the title)."""

    text: str
    level: int
    line: int


@dataclass(frozen=True, eq=False)
class Fence:
    """A code block.

    Attributes:
        language: first word of the info string, lower case; empty without one.
        line: line of the first content line.
        headings: texts of the headings that it stands under, outermost first.
    """

    file: File
    language: str
    line: int
    text: str
    headings: tuple[str, ...]

    @property
    def place(self) -> Place:
        """Where its content starts."""
        return self.file.place(self.line)

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """Commands of a shell block; prompts are taken off, output of a session is left out."""
        if self.language not in SHELL_LANGUAGES:
            return ()
        return shell.parse(_without_prompts(self.text), self.line, errexit=False).commands


@dataclass(frozen=True, eq=False)
class Document:
    """One document."""

    file: File

    @cached_property
    def _parts(self) -> tuple[tuple[Heading, ...], tuple[Fence, ...]]:
        return _read(self.file)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """Headings in order."""
        return self._parts[0]

    @property
    def fences(self) -> tuple[Fence, ...]:
        """Code blocks in order."""
        return self._parts[1]

    @property
    def title(self) -> str:
        """Text of the first heading, or the file's name."""
        return self.headings[0].text if self.headings else self.file.name


def read(root: Root) -> Iterator[Document]:
    """Yield Markdown, reStructuredText and AsciiDoc documents; change logs are left out."""
    for file in root.files.values():
        if file.suffix in {".md", ".mdx", ".markdown", ".rst", ".adoc"}:
            stem = file.name.lower().partition(".")[0]
            if stem not in {"changelog", "changes", "history", "release_notes", "license"}:
                yield Document(file)


def _read(file: File) -> tuple[tuple[Heading, ...], tuple[Fence, ...]]:
    if file.suffix in {".rst", ".adoc"}:
        return _read_underlined(file)
    headings: list[Heading] = []
    fences: list[Fence] = []
    marker, language, start, body = "", "", 0, list[str]()
    for number, line in enumerate(file.lines, 1):
        stripped = line.strip()
        if marker:
            if stripped.startswith(marker) and not stripped.strip(marker[0]):
                fences.append(_fence(file, language, start, body, headings))
                marker = ""
            else:
                body.append(line)
        elif stripped.startswith(("```", "~~~")):
            marker = stripped[: len(stripped) - len(stripped.lstrip(stripped[0]))]
            info = stripped[len(marker) :].strip().strip("{}").lower()
            language = info.split()[0].strip(",") if info.split() else ""
            start, body = number + 1, []
        elif line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            if line[level : level + 1] in {" ", "\t"}:
                headings.append(Heading(line[level:].strip().rstrip("#").strip(), level, number))
    if marker:
        fences.append(_fence(file, language, start, body, headings))
    return tuple(headings), tuple(fences)


def _fence(file: File, language: str, line: int, body: list[str], headings: list[Heading]) -> Fence:
    above: list[Heading] = []
    for heading in headings:
        above = [h for h in above if h.level < heading.level]
        above.append(heading)
    return Fence(file, language, line, "\n".join(body), tuple(h.text for h in above))


def _read_underlined(file: File) -> tuple[tuple[Heading, ...], tuple[Fence, ...]]:
    headings: list[Heading] = []
    fences: list[Fence] = []
    lines = file.lines
    for number, line in enumerate(lines, 1):
        above = lines[number - 2].strip() if number > 1 else ""
        mark = line.strip()
        if file.suffix == ".adoc" and line.startswith("="):
            level = len(line) - len(line.lstrip("="))
            headings.append(Heading(line[level:].strip(), level, number))
        elif (
            above and len(mark) >= len(above) and not mark.strip(mark[:1]) and mark[:1] in "=-~^\"'"
        ):
            headings.append(Heading(above, "=-~^\"'".index(mark[0]) + 1, number - 1))
        elif mark.startswith((".. code", ".. sourcecode")):
            words = mark.partition("::")[2].split()
            language = words[0].lower() if words else ""
            fences.append(_indented(file, language, number, headings))
        elif file.suffix == ".adoc" and mark == "----":
            language = lines[number - 2].strip("[] ").rpartition(",")[2] if number > 1 else ""
            closing = next((i for i, t in enumerate(lines[number:]) if t.strip() == "----"), 0)
            body = lines[number : number + closing]
            if closing:
                fences.append(_fence(file, language, number + 1, body, headings))
    return tuple(headings), tuple(fences)


def _indented(file: File, language: str, number: int, headings: list[Heading]) -> Fence:
    body: list[str] = []
    start = 0
    for offset, line in enumerate(file.lines[number:], number + 1):
        if line.strip() and not line.startswith((" ", "\t")):
            break
        if line.strip().startswith(":") and not body:
            continue
        if line.strip() or body:
            start = start or offset
            body.append(line.strip())
    return _fence(file, language, start or number, body, headings)


def _without_prompts(text: str) -> str:
    lines = text.split("\n")
    prompted = [line.lstrip().startswith(("$ ", "> ", "% ")) for line in lines]
    if not any(prompted):
        return text
    # A session: what carries no prompt is output, unless the line before it goes on.
    kept: list[str] = []
    for line, has_prompt in zip(lines, prompted, strict=True):
        if has_prompt:
            kept.append(line.lstrip()[2:])
        else:
            kept.append(line if kept and kept[-1].endswith("\\") else "")
    return "\n".join(kept)
