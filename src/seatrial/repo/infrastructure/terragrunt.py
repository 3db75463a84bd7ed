"""Terragrunt files: what they run, and the backend that they generate."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from functools import cached_property

from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.files import File, Root
from seatrial.repo.infrastructure.hcl import Block, Document, Expression
from seatrial.repo.infrastructure.tfnames import UNIT
from seatrial.repo.infrastructure.tfproviders import word
from seatrial.repo.infrastructure.tfvars import document


@struct(eq=False)
class Terragrunt:
    """A `terragrunt.hcl`, or a file that such files include (`root.hcl`)."""

    file: File

    @cached_property
    def document(self) -> Document:
        """Its blocks and attributes."""
        return document(self.file)

    @property
    def root(self) -> Root:
        """Its repository."""
        return self.file.root

    @property
    def folder(self) -> str:
        """Folder from the repository's root."""
        return self.file.folder

    @property
    def place(self) -> Place:
        """The file."""
        return self.file.place()

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Top-level blocks."""
        return self.document.blocks

    @property
    def inputs(self) -> Expression | None:
        """Variables that it gives to what it runs."""
        return self.document.attributes.get("inputs")

    @property
    def includes(self) -> tuple[Block, ...]:
        """`include` blocks."""
        return tuple(b for b in self.blocks if b.type == "include")

    @property
    def source(self) -> str:
        """Module source as written; empty without one."""
        blocks = (b for b in self.blocks if b.type == "terraform")
        expression = next((s for b in blocks if (s := b.attr("source"))), None)
        return expression.text.strip().strip('"') if expression else ""

    @property
    def source_folder(self) -> str | None:
        """Folder of a source in the same repository, None for a remote or computed one."""
        raw = self.source.partition("?")[0]
        for name in ("get_terragrunt_dir()", "get_original_terragrunt_dir()"):
            raw = raw.replace("${" + name + "}", ".")
        repo = "${get_repo_root()}" if raw.startswith("${get_repo_root()}") else ""
        raw = raw.removeprefix(repo)
        if "${" in raw or not (repo or raw.startswith(("./", "../"))):
            return None
        base = "" if repo else self.folder
        path = posixpath.normpath(posixpath.join(base, raw.lstrip("/").replace("//", "/")))
        return "" if path == "." else path

    @property
    def is_unit(self) -> bool:
        """True when Terragrunt runs Terraform here (not a file that only others include)."""
        return self.file.name == UNIT and bool(self.source or self.includes)

    @cached_property
    def backend(self) -> Block | None:
        """Its own `remote_state` block, or a `generate` block that writes a backend."""
        for block in self.blocks:
            if block.type == "remote_state":
                return block
            contents = block.attr("contents") if block.type == "generate" else None
            if contents and ('backend "' in contents.text or "cloud {" in contents.text):
                return block
        return None


def backend_of(unit: Terragrunt, files: Mapping[str, Terragrunt]) -> Block | None:
    """Backend of a unit: its own, or that of a file it includes (nearest folder above first)."""
    if unit.backend:
        return unit.backend
    names = [word(i.attr("path")) or _found_name(i.attr("path")) for i in unit.includes]
    for name in names:
        for path in _above(unit.folder, name):
            included = files.get(path)
            if included and included is not unit and included.backend:
                return included.backend
    return None


def _found_name(path: Expression | None) -> str:
    for _, arguments in path.calls("find_in_parent_folders") if path else ():
        return word(arguments[0]) if arguments else UNIT
    # Another computed path: its constant end is the file's name.
    return path.text.strip('"').rpartition("/")[2] if path else ""


def _above(folder: str, name: str) -> Sequence[str]:
    parts = folder.split("/") if folder else []
    folders = ["/".join(parts[:length]) for length in range(len(parts), -1, -1)]
    return [posixpath.normpath(posixpath.join(f, name)) for f in folders]
