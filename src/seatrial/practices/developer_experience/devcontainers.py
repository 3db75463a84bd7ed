"""Dev containers: what their hooks run, and which files those name that are not there."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterator
from typing import Final

from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo import yaml
from seatrial.repo.commands import shell
from seatrial.repo.commands.shell import Command
from seatrial.repo.files import File
from seatrial.repo.yaml import Node

HOOKS: Final = (
    "initializeCommand",
    "onCreateCommand",
    "updateContentCommand",
    "postCreateCommand",
    "postStartCommand",
    "postAttachCommand",
)
_SCRIPTS: Final = (".sh", ".bash", ".py", ".rb", ".js", ".ts")


@struct(eq=False)
class Container:
    """One `devcontainer.json`."""

    file: File
    node: Node

    @property
    def place(self) -> Place:
        """Its first line."""
        return self.file.place()


@struct
class Missing:
    """A file that something names and that is not there."""

    what: str
    path: str
    place: Place


@once
def containers(site: Site[object]) -> tuple[Container, ...]:
    """All dev containers of all repositories."""
    found: list[Container] = []
    for file in site.repo.files():
        folder = file.folder
        if file.path == ".devcontainer.json" or (
            file.name == "devcontainer.json"
            and (folder == ".devcontainer" or folder.rpartition("/")[0] == ".devcontainer")
        ):
            node = yaml.parse(_without_comments(file.text)).first
            if node.kind == "map":
                found.append(Container(file, node))
    return tuple(found)


def _without_comments(text: str) -> str:
    """The text with `//` and `/* */` comments blanked, so that lines keep their numbers."""
    out: list[str] = []
    quoted = block = False
    index = 0
    while index < len(text):
        pair = text[index : index + 2]
        char = text[index]
        if block:
            block = pair != "*/"
            out.append("\n" if char == "\n" else "")
            index += 1 if block else 2
        elif quoted:
            step = 2 if char == "\\" else 1
            out.append(text[index : index + step])
            quoted = char != '"'
            index += step
        elif pair == "//":
            end = text.find("\n", index)
            index = len(text) if end < 0 else end
        elif pair == "/*":
            block, index = True, index + 2
        else:
            quoted = char == '"'
            out.append(" " if char == "\t" else char)
            index += 1
    return "".join(out)


def missing(container: Container) -> Iterator[Missing]:
    """Yield files that a dev container names, by itself or by its hooks, and that are not there."""
    yield from _named(container)
    for hook in HOOKS:
        for text, line in _texts(container.node.at(hook)):
            place = container.file.place(line)
            for command in shell.parse(text).commands:
                yield from _of_command(container.file, command, (hook, place), depth=0)


def _texts(node: Node) -> Iterator[tuple[str, int]]:
    """Yield the commands of a hook with their lines: a text, a list of words, or an object."""
    if node.kind == "scalar" and node.text:
        yield node.text, node.line
    elif node.kind == "seq":
        yield shlex.join(word.text for word in node.items()), node.line
    elif node.kind == "map":
        for _, member in node.pairs():
            yield from _texts(member)


def _named(container: Container) -> Iterator[Missing]:
    node, file = container.node, container.file
    build = node.at("build", "dockerfile") or node.at("dockerFile")
    for one in [build, *node.at("dockerComposeFile").listed()]:
        path = posixpath.normpath(posixpath.join(file.folder, one.text)) if one.text else ""
        if path and "$" not in path and path not in file.root.files:
            yield Missing("the dev container", path, file.place(one.line))


def _of_command(
    file: File, command: Command, told: tuple[str, Place], depth: int
) -> Iterator[Missing]:
    hook, place = told
    for path in _files(command):
        if path in file.root.files:
            if depth == 0 and path.endswith((".sh", ".bash")):
                script = file.root.files[path]
                for inner in shell.parse(script.text).commands:
                    if not inner.masked and not inner.condition:
                        where = script.place(inner.line)
                        what = f"{hook} of the dev container runs {path}, which"
                        yield from _of_command(script, inner, (what, where), depth=1)
        elif not command.masked and not command.condition:
            yield Missing(hook if depth else f"{hook} of the dev container", path, place)


def _files(command: Command) -> Iterator[str]:
    """Yield the paths from the repository's root that a command cannot do without."""
    argv = command.argv
    candidates = [argv[0]] if "/" in argv[0] and not argv[0].startswith("/") else []
    if command.program in {"bash", "sh", "source", "."} and len(argv) > 1:
        candidates.append(argv[1])
    for index, word in enumerate(argv[:-1]):
        if word in {"-r", "--requirement"} and "pip" in " ".join(argv[:4]):
            candidates.append(argv[index + 1])
    for word in candidates:
        path = posixpath.normpath(word.removeprefix("./"))
        named = word.endswith((*_SCRIPTS, ".txt")) or word.startswith(("./", ".devcontainer/"))
        if named and "$" not in word and not path.startswith(("..", "/", ".venv", "venv", "node_")):
            yield path
