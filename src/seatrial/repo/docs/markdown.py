"""Documents for people: headings, and the code blocks that stand under them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Final

from seatrial.model.place import Place
from seatrial.model.struct import field, struct
from seatrial.repo.commands import shell
from seatrial.repo.commands.command import Command
from seatrial.repo.files import File, Root

_SUFFIXES: Final = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdx": "markdown",
    ".rst": "rst",
    ".adoc": "asciidoc",
    ".asciidoc": "asciidoc",
}
_SHELLS: Final = frozenset("sh bash shell zsh console shell-session terminal shellsession".split())
_PROMPTS: Final = ("$ ", "# ", "> ", "% ")


@struct
class Heading:
    """A heading.

    Attributes:
        level: 1 for the outermost.
        text: without marks and links' targets.
    """

    level: int
    text: str
    line: int


@struct
class Block:
    """A code block.

    Attributes:
        language: first word after the fence, lower case; empty when it has none.
        line: line of the first line of its content.
        text: content, the fence's indentation taken off.
        path: texts of the headings it stands under, the outermost first.
    """

    language: str
    line: int
    text: str = field(repr=False)
    path: tuple[str, ...] = ()

    @property
    def is_shell(self) -> bool:
        """True when its language is a shell, or it has none and starts with a prompt."""
        return self.language in _SHELLS or (
            not self.language and self.text.lstrip().startswith("$ ")
        )

    @property
    def commands(self) -> tuple[Command, ...]:
        """Commands of a shell block with lines of the document; empty for other blocks.

        In a session with prompts the lines without one are output.
        """
        return shell.parse(_typed(self.text), self.line).commands if self.is_shell else ()


@struct(eq=False)
class Document:
    """A document.

    Attributes:
        format: `markdown`, `rst` or `asciidoc`.
    """

    file: File
    format: str

    def place(self, line: int = 1) -> Place:
        """A place in the document."""
        return self.file.place(line)

    @cached_property
    def _parts(self) -> tuple[tuple[Heading, ...], tuple[Block, ...], frozenset[int]]:
        from seatrial.repo.docs import markup

        read = {"markdown": markup.markdown, "rst": markup.rst}.get(self.format, markup.asciidoc)
        return read(self.file.lines)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """Headings in order."""
        return self._parts[0]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Code blocks in order."""
        return self._parts[1]

    def prose(self) -> Iterator[tuple[int, str]]:
        """Yield number and text of the lines that are neither code nor comment nor empty."""
        for number, line in enumerate(self.file.lines, 1):
            if number not in self._parts[2] and line.strip():
                yield number, line

    def heading(self, *words: str) -> Heading | None:
        """The first heading whose text contains one of the words, whatever the case."""
        return next(
            (h for h in self.headings if any(w.lower() in h.text.lower() for w in words)), None
        )


@lru_cache(maxsize=8)
def read(root: Root) -> tuple[Document, ...]:
    """The documents of a repository; each is parsed when it is first asked."""
    return tuple(
        Document(file, _SUFFIXES[file.suffix])
        for file in root.files.values()
        if file.suffix in _SUFFIXES
    )


def _typed(text: str) -> str:
    lines = text.split("\n")
    if not any(line.lstrip().startswith("$ ") for line in lines):
        return text
    kept: list[str] = []
    continued = False
    for line in lines:
        typed = line.lstrip().startswith(_PROMPTS[0])
        kept.append(line.lstrip()[2:] if typed else line if continued else "")
        continued = (typed or continued) and line.endswith("\\")
    return "\n".join(kept)
