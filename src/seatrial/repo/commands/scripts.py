"""Shell scripts of a repository, and which of them a command starts."""

from __future__ import annotations

import posixpath
from functools import cached_property, lru_cache
from typing import Final

from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.commands import shell
from seatrial.repo.commands.command import Command
from seatrial.repo.files import File, Root

_SUFFIXES: Final = frozenset({".sh", ".bash", ".ksh", ".zsh", ".bats"})
_SHELLS: Final = frozenset({"bash", "sh", "dash", "zsh", "ksh", "ash"})
_SOURCING: Final = frozenset({"source", "."})
_VALUE_FLAGS: Final = frozenset({"-o", "+o", "-O", "--rcfile", "--init-file"})


@struct(eq=False)
class ScriptFile:
    """A shell script; parsed when somebody first asks for its commands."""

    file: File

    @property
    def place(self) -> Place:
        """Its first line."""
        return self.file.place()

    @cached_property
    def script(self) -> shell.Script:
        """What it does; `errexit` holds from the start when its first line says so."""
        first = self.file.lines[0] if self.file.lines else ""
        flags = first.split()[1:] if first.startswith("#!") else []
        errexit = any(f.startswith("-") and "e" in f and not f.startswith("--") for f in flags)
        return shell.parse(self.file.text, errexit=errexit)

    @property
    def commands(self) -> tuple[Command, ...]:
        """Its commands, with lines of the script."""
        return self.script.commands


class Scripts:
    """All shell scripts of one repository."""

    def __init__(self, root: Root) -> None:
        """Keep the root; files are looked at when asked for."""
        self.root = root
        self._known: dict[str, ScriptFile | None] = {}

    @cached_property
    def all(self) -> tuple[ScriptFile, ...]:
        """Scripts in the order of the files."""
        found = (self.at(path) for path in self.root.files)
        return tuple(script for script in found if script)

    def at(self, path: str) -> ScriptFile | None:
        """The script at a path; None when no shell script stands there."""
        if path not in self._known:
            file = self.root.files.get(path)
            self._known[path] = ScriptFile(file) if file and _is_shell(file) else None
        return self._known[path]

    def called(self, command: Command, folder: str = "", own: str = "") -> ScriptFile | None:
        """The script that a command starts or sources.

        Args:
            command: as parsed.
            folder: working directory from the repository's root; the root is tried next.
            own: folder of the script that holds the command (`$(dirname "$0")/x.sh`).
        """
        word = script_word(command)
        if not word:
            return None
        relative, anchored = _unrooted(word)
        folders = ("", own, folder) if anchored else (folder, "")
        for base in dict.fromkeys(folders):
            path = joined(base, relative)
            if path and (script := self.at(path)):
                return script
        return None


@lru_cache(maxsize=8)
def read(root: Root) -> Scripts:
    """The shell scripts of a repository."""
    return Scripts(root)


def script_word(command: Command) -> str:
    """The word that names the script which a command starts; empty for any other command."""
    if not command.argv:
        return ""
    program = command.argv[0]
    if command.program in _SOURCING:
        return command.argv[1] if len(command.argv) > 1 else ""
    if command.program in _SHELLS:
        return _first_file(command.argv[1:])
    return program if "/" in program else ""


def joined(folder: str, path: str) -> str:
    """A path below a folder, both from the root; empty when it leads out of the repository."""
    if path.startswith("/"):
        return ""
    found = posixpath.normpath(posixpath.join(folder, path))
    return "" if found == ".." or found.startswith("../") else found


def _first_file(words: tuple[str, ...]) -> str:
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in _VALUE_FLAGS:
            skip = True
        elif word.startswith("-") and not word.startswith("--") and "c" in word:
            return ""
        elif not word.startswith(("-", "+")):
            return word
    return ""


def _unrooted(word: str) -> tuple[str, bool]:
    """The word without a computed folder in front, and whether one was there."""
    if word.startswith("$"):
        for closing in ("}}/", ")/", "}/", '"/', "/"):
            head, found, rest = (
                word.rpartition(closing) if closing == ")/" else word.partition(closing)
            )
            if found and rest and "$" not in rest and head:
                return rest, True
        return "", True
    return ("", False) if "$" in word or "`" in word else (word, False)


def _is_shell(file: File) -> bool:
    if file.suffix in _SUFFIXES:
        return True
    if file.suffix and not file.name.startswith("."):
        return False
    # Reading is bounded by Root; names that are never programs are not opened at all.
    if file.name.isupper() or file.name.startswith((".", "Dockerfile", "Makefile", "Jenkinsfile")):
        return False
    text = file.text
    if not text.startswith("#!"):
        return False
    words = text[2 : text.find("\n")].replace("/", " ").split()
    return any(word in _SHELLS for word in words)
