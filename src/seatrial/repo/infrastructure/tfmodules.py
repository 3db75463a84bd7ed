"""Terraform modules: a folder's blocks, who calls whom, and what an expression comes to."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from seatrial.model.place import Place
from seatrial.model.struct import field, struct
from seatrial.repo.files import File, Root
from seatrial.repo.infrastructure.hcl import Block, Expression
from seatrial.repo.infrastructure.hclunknown import Value
from seatrial.repo.infrastructure.tfproviders import RequiredProvider, required, word
from seatrial.repo.infrastructure.tfvars import TfVars, document

if TYPE_CHECKING:
    from seatrial.repo.infrastructure.tfscope import Chain
    from seatrial.repo.infrastructure.tfstate import StateFile


@struct(eq=False)
class Call:
    """A `module` block.

    Attributes:
        source: as written; empty when it is missing or computed.
        version: constraint of a registry module, empty without one.
        module: the called module when it lies in the same repository, otherwise None.
    """

    caller: Module
    block: Block
    source: str
    version: str
    folder: str | None
    module: Module | None

    @property
    def name(self) -> str:
        """Label of the block."""
        return self.block.labels[0] if self.block.labels else ""

    @property
    def place(self) -> Place:
        """Where the block starts."""
        return self.block.place

    @property
    def is_local(self) -> bool:
        """True for a path."""
        return self.source.startswith(("./", "../")) or self.source in {".", ".."}


@struct(eq=False, frozen=False)
class Module:
    """A folder with Terraform files.

    Attributes:
        folder: from the repository's root, empty at the root.
        files: in the order of their names, overrides last.
        callers: `module` blocks of the same repository that use this folder.
        tfvars, states: those that belong to it, wherever they lie.
        lock_file: its `.terraform.lock.hcl`.
        known: modules of the repository by folder.
        is_run_by_terragrunt: a `terragrunt.hcl` stands in it or names it as its source.
    """

    root: Root
    folder: str
    files: tuple[File, ...]
    known: Mapping[str, Module] = field(repr=False)
    callers: list[Call] = field(default_factory=list, repr=False)
    tfvars: tuple[TfVars, ...] = ()
    states: tuple[StateFile, ...] = ()
    lock_file: File | None = None
    is_run_by_terragrunt: bool = False

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Blocks of all files."""
        return tuple(b for file in self.files for b in document(file).blocks)

    def of(self, type_: str, prefix: str = "") -> tuple[Block, ...]:
        """Top-level blocks of a type whose first label starts with a prefix."""
        return tuple(
            b for b in self._by_type.get(type_, ()) if "".join(b.labels[:1]).startswith(prefix)
        )

    def resources(self, type_prefix: str = "") -> tuple[Block, ...]:
        """`resource` blocks, optionally of types that start so."""
        return self.of("resource", type_prefix)

    def data(self, type_prefix: str = "") -> tuple[Block, ...]:
        """`data` blocks."""
        return self.of("data", type_prefix)

    def outputs(self) -> tuple[Block, ...]:
        """`output` blocks."""
        return self.of("output")

    def providers(self, name: str = "") -> tuple[Block, ...]:
        """`provider` blocks."""
        return self.of("provider", name)

    def variables(self) -> Mapping[str, Block]:
        """`variable` blocks by name."""
        return {b.labels[0]: b for b in self.of("variable") if b.labels}

    @cached_property
    def locals(self) -> Mapping[str, Expression]:
        """Local values by name."""
        return {k: v for b in self.of("locals") for k, v in b.attributes.items()}

    @cached_property
    def _by_type(self) -> Mapping[str, list[Block]]:
        made: dict[str, list[Block]] = {}
        for block in self.blocks:
            made.setdefault(block.type, []).append(block)
        return made

    def backend(self) -> Block | None:
        """Its `backend` or `cloud` block; the last one, since override files come last."""
        found = [
            b for t in self.of("terraform") for b in t.blocks if b.type in {"backend", "cloud"}
        ]
        return found[-1] if found else None

    @property
    def required_version(self) -> Expression | None:
        """Constraint on Terraform's own version."""
        found = (t.attr("required_version") for t in self.of("terraform"))
        return next((f for f in found if f), None)

    @property
    def required_providers(self) -> tuple[RequiredProvider, ...]:
        """Entries of all `required_providers` blocks."""
        entries = (
            (name, value)
            for t in self.of("terraform")
            for holder in t.children("required_providers")
            for name, value in holder.attributes.items()
        )
        return tuple(required(name, value) for name, value in entries)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Modules that it uses."""
        return tuple(self._call(b) for b in self.of("module"))

    def _call(self, block: Block) -> Call:
        source, version = (word(block.attr(name)) for name in ("source", "version"))
        folder = None
        if source.startswith(("./", "../")) or source in {".", ".."}:
            # A double slash marks the module inside a package; inside a path it means one slash.
            folder = posixpath.normpath(posixpath.join(self.folder, source.replace("//", "/")))
            folder = "" if folder == "." else folder
        module = self.known.get(folder) if folder is not None else None
        return Call(self, block, source, version, folder, module)

    def chains(self) -> tuple[Chain, ...]:
        """Ways from a root module to this one, each the calls in order; `((),)` when uncalled."""
        from seatrial.repo.infrastructure.tfscope import chains

        return chains(self)

    def resolve(
        self,
        expression: Expression | None,
        *,
        tfvars: TfVars | None = None,
        environment: str | None = None,
    ) -> Value:
        """Value of an expression of this module, as far as the files tell.

        Args:
            expression: None gives None, as an attribute that is not set.
            tfvars: the file that the run would name; without it, a variable to which the module's
                tfvars give different values is UNRESOLVED.
            environment: value of `terraform.workspace` and of variables such as `environment`; it
                also chooses the tfvars file of that name.

        Returns:
            The value; UNRESOLVED, or holding UNRESOLVED members, where a run decides.
        """
        from seatrial.repo.infrastructure.tfscope import resolve

        return None if expression is None else resolve(self, expression, tfvars, environment)

    def text(self, expression: Expression | None, *, environment: str | None = None) -> str:
        """Value as text; what is not known stays as `${...}`; empty for None and null."""
        from seatrial.repo.infrastructure.tfscope import render

        return "" if expression is None else render(self, expression, environment)[0]

    @cached_property
    def is_example(self) -> bool:
        """True for examples, tests and fixtures of a module library."""
        from seatrial.repo.infrastructure.tfroots import is_example

        return is_example(self)

    @cached_property
    def is_library(self) -> bool:
        """True for a module that is published for others to call."""
        from seatrial.repo.infrastructure.tfroots import is_library

        return is_library(self)

    @cached_property
    def is_root(self) -> bool:
        """True when somebody runs Terraform in this folder (or Terragrunt runs it)."""
        from seatrial.repo.infrastructure.tfroots import is_root

        return is_root(self)

    def place(self) -> Place:
        """Its first file."""
        return self.files[0].place()

    def descendants(self) -> Iterator[Module]:
        """Yield this module and the local ones below it, each once."""
        seen: set[str] = set()
        stack = [self]
        while stack:
            module = stack.pop()
            if module.folder not in seen:
                seen.add(module.folder)
                yield module
                stack.extend(c.module for c in module.calls if c.module)
