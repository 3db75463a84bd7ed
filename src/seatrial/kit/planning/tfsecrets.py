"""Secrets out of Terraform's files: the values go, and pipelines hand them in as `TF_VAR_...`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.terraformruns import used_modules
from seatrial.kit.secrets.secretnames import is_secret_name
from seatrial.kit.secrets.secretvalues import literals
from seatrial.kit.site import Site, once
from seatrial.model.change import Edit, Leave, Risk
from seatrial.model.edit import DropAttribute, FileEdit, SetAttribute, SetKey
from seatrial.repo.files import File, Root
from seatrial.repo.infrastructure.tfmodules import Module
from seatrial.repo.workflows import Workflow

_PROGRAMS: Final = frozenset({"terraform", "tofu"})
_RUNS: Final = frozenset({"plan", "apply", "destroy", "refresh", "import"})


def terraform_secrets(site: Site[object]) -> Iterator[Edit | Leave]:
    """Take values out of variable files and defaults, and name where they come from instead."""
    found = False
    for given in _tfvars(site):
        names = sorted(written_in(site, given))
        if not names:
            continue
        found = True
        if given.suffix == ".json":
            listed = ", ".join(names)
            yield Leave(f"take {listed} out of {given.path} by hand: it is JSON", given.place())
            continue
        yield Edit(
            given.root.name,
            given.path,
            tuple(DropAttribute((), name) for name in names),
            f"{', '.join(names)}: pipelines hand them in as TF_VAR_..., git is no place for them",
            Risk.HIGH,
        )
    for module in used_modules(site):
        for edit in _defaults(site, module):
            found = True
            yield edit
    if found:
        yield from _pipelines(site)


def _tfvars(site: Site[object]) -> Iterator[File]:
    for given in site.repo.terraform.tfvars:
        if not given.is_example:
            yield given.file


@once
def _written(site: Site[object]) -> dict[tuple[str, str], dict[str, set[int]]]:
    found: dict[tuple[str, str], dict[str, set[int]]] = {}
    for one in literals(site):
        names = found.setdefault((one.place.repository, one.place.path), {})
        names.setdefault(one.name, set()).add(one.place.line)
    return found


def written_in(site: Site[object], file: File) -> set[str]:
    """Names of the credentials that a file writes out."""
    return set(_written(site).get((file.root.name, file.path), {}))


def _defaults(site: Site[object], module: Module) -> Iterator[Edit]:
    by_file: dict[str, list[FileEdit]] = {}
    names: list[str] = []
    for name, block in module.variables().items():
        default = block.attr("default")
        lines = _written(site).get((module.root.name, block.place.path), {}).get(name, set())
        if default is None or default.place.line not in lines:
            continue
        names.append(name)
        way = (f"variable {name}",)
        by_file.setdefault(block.place.path, []).extend(
            [DropAttribute(way, "default"), SetAttribute(way, "sensitive", "true")]
        )
    for path, edits in by_file.items():
        yield Edit(
            module.root.name,
            path,
            tuple(edits),
            f"{', '.join(names)}: a default that stands in git is known to every clone",
            Risk.HIGH,
        )


def secret_variables(site: Site[object], module: Module) -> tuple[str, ...]:
    """Variables of a root module that hold secrets and that every run has to be given."""
    found = []
    for name, block in module.variables().items():
        default = block.attr("default")
        lines = _written(site).get((module.root.name, block.place.path), {}).get(name, set())
        if is_secret_name(name) and (default is None or default.place.line in lines):
            found.append(name)
    return tuple(sorted(found))


def secret_name(variable: str) -> str:
    """Name of GitHub's secret for a variable of Terraform."""
    return "".join(c if c.isalnum() else "_" for c in variable).upper()


def running(site: Site[object], root: Root) -> Iterator[Workflow]:
    """Workflows of a repository that plan or apply with Terraform."""
    for workflow in site.repo.workflows:
        if workflow.file.root is root and any(
            c.program in _PROGRAMS and not _RUNS.isdisjoint(c.argv)
            for job in workflow.jobs
            if not job.is_off
            for c in job.commands
        ):
            yield workflow


def _pipelines(site: Site[object]) -> Iterator[Edit | Leave]:
    asked: list[str] = []
    for root in site.repo.roots:
        names: list[str] = []
        for module in site.repo.terraform.roots:
            if module.root is root and not module.is_example:
                names += secret_variables(site, module)
        names = sorted(dict.fromkeys(names))
        asked += [secret_name(name) for name in names]
        for workflow in running(site, root):
            edits = tuple(
                SetKey(
                    ("env",),
                    f"TF_VAR_{name}",
                    f"${{{{ secrets.{secret_name(name)} }}}}",
                    replace=False,
                )
                for name in names
            )
            if edits:
                yield Edit(
                    root.name,
                    workflow.file.path,
                    edits,
                    "values that left the files come from the environments' secrets",
                    Risk.HIGH,
                )
    listed = ", ".join(dict.fromkeys(asked))
    if listed:
        yield Leave(
            f"give each GitHub environment the secrets {listed} with new values (maps as HCL, as in"
            ' { dev = "..." }); the old ones stood in git'
        )
