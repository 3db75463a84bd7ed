"""Where each root module keeps its state, with what `terraform init` is given on top."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import field, struct
from seatrial.repo.commands.shell import Command
from seatrial.repo.environments import environment_of
from seatrial.repo.infrastructure.terragrunt import Terragrunt
from seatrial.repo.infrastructure.tfmodules import Module

if TYPE_CHECKING:
    from seatrial.repo.infrastructure.hcl import Block, Expression

_IDENTITY: Final[dict[str, tuple[str, ...]]] = {
    "s3": ("bucket", "key"),
    "gcs": ("bucket", "prefix"),
    "azurerm": ("storage_account_name", "container_name", "key"),
    "http": ("address",),
    "consul": ("path",),
    "oss": ("bucket", "key"),
    "cos": ("bucket", "key"),
    "kubernetes": ("secret_suffix",),
}
"""What tells two states of one kind of backend apart."""


@struct(eq=False)
class Home:
    """A root module or Terragrunt unit and where its state lives.

    Attributes:
        path: folder from the repository's root.
        place: where a backend would be written, or is.
        kind: `s3`, `gcs`, `cloud`, ...; empty without a backend.
        settings: constant settings; a computed one is `${...}`.
        open: True when `init` gives settings that cannot be seen here.
    """

    run: Module | Terragrunt
    path: str
    place: Place
    block: Block | None
    kind: str
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)
    open: bool = False

    @property
    def name(self) -> str:
        """How messages call it."""
        return self.path or "the root folder"

    @property
    def is_remote(self) -> bool:
        """True when the state leaves the disk."""
        return self.kind not in {"", "local"}

    @property
    def environments(self) -> tuple[str, ...]:
        """The environment that its folder names."""
        name = environment_of(self.path)
        return (name,) if name else ()

    @property
    def identity(self) -> str:
        """What two states must not share; empty when a run decides it."""
        if self.kind in {"cloud", "remote"}:
            return ""
        values = [self.settings.get(k, "") for k in _IDENTITY.get(self.kind, ())]
        if not values or not all(values) or any("${" in v for v in values):
            return ""
        return "/".join((self.kind, self.settings.get("endpoint", ""), *values))


@once
def homes(site: Site[object]) -> tuple[Home, ...]:
    """One for every root module that Terraform runs in itself, and for every Terragrunt unit."""
    terraform = site.repo.terraform
    given = _given(site)
    made = [
        _home(m, m.folder, _spot(m), m.backend(), given, generated=_generated(site, m))
        for m in terraform.roots
        if not m.is_run_by_terragrunt
    ]
    made += [
        _home(u, u.folder, u.place, terraform.backend_of(u), {}, generated=None)
        for u in terraform.units
    ]
    return tuple(made)


def init_commands(site: Site[object]) -> Iterator[Command]:
    """Every `terraform init` that a workflow runs, itself or through a script."""
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            for command in () if job.is_off else site.repo.followed(job.commands, workflow.file):
                if command.program in {"terraform", "tofu"} and "init" in command.argv:
                    yield command


def _spot(module: Module) -> Place:
    blocks = module.of("terraform")
    return blocks[0].place if blocks else module.place()


def _home(
    run: Module | Terragrunt,
    path: str,
    place: Place,
    block: Block | None,
    given: Mapping[str, str],
    *,
    generated: Place | None,
) -> Home:
    if block is None:
        kind = "generated" if generated else ""
        return Home(run, path, generated or place, None, kind, open=bool(generated))
    kind, settings = _written(block)
    if not set(_IDENTITY.get(kind, ())) <= set(settings) and block.type == "backend":
        # Partial configuration: `init` completes it with what the pipeline gives.
        return Home(run, path, block.place, block, kind, {**given, **settings}, open=True)
    return Home(run, path, block.place, block, kind, settings)


def _written(block: Block) -> tuple[str, dict[str, str]]:
    if block.type == "cloud":
        return "cloud", {}
    if block.type == "backend":
        settings = {name: _text(value) for name, value in block.attributes.items()}
        settings |= {b.type: "block" for b in block.blocks}
        return block.labels[0] if block.labels else "", settings
    if block.type == "remote_state":
        backend, config = block.attr("backend"), block.attr("config")
        kind = _text(backend) if backend else ""
        return kind, {k: _text(v) for k, v in config.pairs()} if config else {}
    return "generated", {}


def _text(value: Expression) -> str:
    constant = value.constant
    if isinstance(constant, bool):
        return "true" if constant else "false"
    if isinstance(constant, str):
        return constant
    return "block" if value.pairs() else "${...}"


def _given(site: Site[object]) -> dict[str, str]:
    """Settings of all `-backend-config`: a pipeline that names them for one module for all."""
    found: dict[str, str] = {}
    for command in init_commands(site):
        for word in command.argv:
            name, _, value = word.lstrip("-").partition("=")
            if name != "backend-config":
                continue
            key, equals, setting = value.partition("=")
            if equals:
                found[key] = "${...}" if "$" in setting else setting
            else:
                found |= _from_file(site, value)
    return found


def _from_file(site: Site[object], path: str) -> dict[str, str]:
    from seatrial.repo.infrastructure.tfvars import document

    name = path.rpartition("/")[2]
    if "$" in name or not name:
        return {}
    files = (f for f in site.repo.files() if f.name == name)
    file = next(files, None)
    if file is None:
        return {}
    return {key: _text(value) for key, value in document(file).attributes.items()}


def _generated(site: Site[object], module: Module) -> Place | None:
    """The line of a pipeline that writes the backend block into a file before `init`."""
    if module.backend():
        return None
    for workflow in site.repo.workflows:
        if workflow.file.root is not module.root or "backend" not in workflow.file.text:
            continue
        for job in workflow.jobs:
            for command in () if job.is_off else job.commands:
                if 'backend "' in command.stdin and command.program in {"cat", "tee"}:
                    return workflow.file.place(command.line)
    return None
