"""Links of one repository: who calls whom, and whose the states and variable files are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from seatrial.repo.files import File
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.infrastructure.terragrunt import Terragrunt, backend_of
from seatrial.repo.infrastructure.tfmodules import Module
from seatrial.repo.infrastructure.tfnames import Names
from seatrial.repo.infrastructure.tfstate import StateFile
from seatrial.repo.infrastructure.tfvars import TfVars

Grunts = Mapping[str, Terragrunt]
"""Terragrunt files of one repository by path."""


def linked(
    names: Names, states: Iterable[StateFile], tfvars: Iterable[TfVars], grunts: Grunts
) -> Collection[Module]:
    """Modules of one repository."""
    known: dict[str, Module] = {}
    for folder, files in sorted(names.code.items()):
        known[folder] = Module(names.root, folder, _loaded(files), known)
        known[folder].lock_file = names.locks.get(folder)
    for module in known.values():
        for call in module.calls:
            if call.module and call.module is not module:
                call.module.callers.append(call)
        module.is_run_by_terragrunt = bool(_units_of(module, grunts))
    for state in states:
        owner = known.get(state.folder) if state.file.root is names.root else None
        if owner:
            owner.states = (*owner.states, state)
    for given in tfvars:
        owner = _owner(given, known) if given.file.root is names.root else None
        if owner:
            owner.tfvars = (*owner.tfvars, given)
    return known.values()


def backend(run: Module | Terragrunt, grunts: Grunts, modules: Sequence[Module]) -> Block | None:
    """Backend of a module or unit (see `Terraform.backend_of`)."""
    if isinstance(run, Terragrunt):
        home = run.folder if run.source_folder is None else run.source_folder
        own = next((m.backend() for m in modules if m.folder == home), None)
        return backend_of(run, grunts) or own
    if run.backend():
        return run.backend()
    found = [backend_of(unit, grunts) for unit in _units_of(run, grunts)]
    return found[0] if found and all(found) else None


def _units_of(module: Module, grunts: Grunts) -> list[Terragrunt]:
    return [
        unit
        for unit in grunts.values()
        if unit.is_unit
        and (
            unit.source_folder == module.folder
            or (unit.folder == module.folder and not unit.source)
        )
    ]


def _loaded(files: list[File]) -> tuple[File, ...]:
    # OpenTofu reads `a.tofu` instead of `a.tf`; overrides are merged over the rest.
    names = {f.name for f in files}
    kept = [f for f in files if f.name.replace(".tf", ".tofu") not in names or ".tofu" in f.name]
    return tuple(sorted(kept, key=lambda f: (_overrides(f), f.name)))


def _overrides(file: File) -> bool:
    stem = file.name.partition(".")[0]
    return stem == "override" or stem.endswith("_override")


def _owner(given: TfVars, known: Mapping[str, Module]) -> Module | None:
    """The module in the file's folder or the nearest one above, else the one with its variables."""
    parts = given.file.folder.split("/")
    for length in range(len(parts), -1, -1):
        module = known.get("/".join(parts[:length]))
        if module:
            return module
    names = set(given.assignments)
    best = max(known.values(), key=lambda m: len(names & set(m.variables())), default=None)
    covered = len(names & set(best.variables())) if best else 0
    return best if covered * 2 > len(names) else None
