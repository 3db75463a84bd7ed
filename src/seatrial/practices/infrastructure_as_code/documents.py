"""Documents that tell people what to run, with their commands parsed once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from seatrial.kit.site import Site, once
from seatrial.model.struct import replace, struct
from seatrial.repo.commands import shell

if TYPE_CHECKING:
    from seatrial.repo.commands.command import Command
    from seatrial.repo.docs.markdown import Block
    from seatrial.repo.files import File

_PAST: Final = frozenset({"changelog", "changes", "history", "release_notes", "license", "news"})
_TAUGHT: Final = frozenset(
    {"tests", "test", "examples", "example", "fixtures", "node_modules", "vendor", "samples"}
)
_MAX_TEXT: Final = 500_000
"""Longer documents are generated; nobody follows them step by step."""
_WORDS: Final = (
    "./", "kubectl", "helm ", "gcloud", "aws ", "az ", "argocd", "linode-cli", "doctl", "eksctl",
    "hcloud", "gh ", "istioctl", "flux ", "oc ", "gsutil", "scripts/",
)  # fmt: skip


@struct
class Told:
    """One code block of a document.

    Attributes:
        path: headings above it.
    """

    file: File
    text: str
    path: tuple[str, ...]
    commands: tuple[Command, ...]


@once
def spans(site: Site[object]) -> tuple[Told, ...]:
    """Code in the prose of documents that starts a script of the repository: `./scripts/x.sh`."""
    found: list[Told] = []
    for document in site.repo.documents:
        file = document.file
        if "`./" not in file.text or not _is_current(file):
            continue
        for number, line in document.prose():
            for span in line.split("`")[1::2] if "`./" in line else ():
                if span.startswith("./"):
                    commands = shell.parse(_filled(span), number).commands
                    found.append(Told(file, span, (), commands))
    return tuple(found)


@once
def told(site: Site[object]) -> dict[str, tuple[Told, ...]]:
    """Code blocks with commands, by repository and path of their document."""
    found: dict[str, tuple[Told, ...]] = {}
    for document in site.repo.documents:
        file = document.file
        if not _is_current(file):
            continue
        if not any(word in file.text for word in _WORDS):
            continue
        blocks = [
            Told(file, b.text, b.path, replace(_as_shell(b), text=_filled(b.text)).commands)
            for b in document.blocks
            if any(word in b.text for word in _WORDS)
        ]
        if blocks:
            found[f"{file.root.name}\0{file.path}"] = tuple(blocks)
    return found


def _as_shell(block: Block) -> Block:
    """A block without a language whose first line is plainly a command is one of a shell."""
    first = block.text.lstrip().partition("\n")[0]
    typed = not block.language and first.startswith(_WORDS)
    return replace(block, language="sh") if typed else block


def _is_current(file: File) -> bool:
    if len(file.text) > _MAX_TEXT:
        return False
    past = file.name.lower().partition(".")[0] in _PAST
    return not past and _TAUGHT.isdisjoint(file.path.lower().split("/")[:-1])


def _filled(text: str) -> str:
    # `<organisation>` is a blank to fill in, which a shell would take for a redirection.
    if "<" not in text:
        return text
    return re.sub(
        r"<([A-Za-z][A-Za-z0-9_ .|-]*)>", lambda m: "{" + m[1].replace(" ", "_") + "}", text
    )
