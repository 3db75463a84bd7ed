"""A scheduled comparison of every environment with its code, which tells when they differ."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.backends import terraform_env
from seatrial.kit.planning.homes import workflow_path
from seatrial.kit.planning.render import render
from seatrial.kit.planning.terraformenv import given
from seatrial.kit.planning.workspaces import by_workspace, unnamed, workspaces
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Risk, Wish
from seatrial.model.edit import SetKey
from seatrial.model.struct import struct
from seatrial.practices.infrastructure_as_code import coded, drift
from seatrial.repo.environments import environment_of
from seatrial.repo.files import Root
from seatrial.repo.infrastructure.tfmodules import Module

_REASON = "nothing sees that somebody changed what runs: each night the code is compared with it"


@struct(eq=False)
class Compared:
    """One module in one environment, as one job of the matrix.

    Attributes:
        workspace: Terraform's workspace; empty where the module has none.
        variables: file of variables beside the module, or empty.
    """

    name: str
    folder: str
    workspace: str
    variables: str


def watching(site: Site[object]) -> Iterator[Wish]:
    """Yield a workflow for each repository with Terraform that nobody compares."""
    sides = {w.side for w in drift.watches(site) if not w.blind}
    if coded.has_terraform(site) and "terraform" not in sides:
        by_root: dict[Root, list[Module]] = {}
        for module in site.repo.terraform.roots:
            by_root.setdefault(module.root, []).append(module)
        for root, modules in by_root.items():
            yield from _workflow(site, root, modules)
        if not by_root:
            yield Leave("plan the Terragrunt units on a schedule with -detailed-exitcode")
    yield from _detecting(site)
    clustered = coded.has_cluster(site) and "cluster" not in sides
    if clustered and not any(True for _ in site.repo.helm_releases):
        yield Leave(
            "let something compare the cluster with git: a controller that delivers (`seatrial "
            "apply gitops`), or `kubectl diff` on a schedule with an identity that may read"
        )


def _detecting(site: Site[object]) -> Iterator[Wish]:
    """Switch Flux's own comparison on in each HelmRelease that lies in a plain file."""
    for one in drift.unseen(site):
        file = site.repo.file(one.place.path)
        documents = file.yaml.documents if file else ()
        number = next((i for i, d in enumerate(documents) if d is one.root), None)
        if file is None or number is None:
            yield Leave(f"switch driftDetection on in {one.label}", one.place)
            continue
        edit = SetKey(("spec", "driftDetection"), "mode", "enabled", document=number)
        reason = f"Flux compares {one.label} with the cluster and puts changes by hand back"
        yield Edit(file.root.name, file.path, (edit,), reason, Risk.MEDIUM)


def _workflow(site: Site[object], root: Root, modules: list[Module]) -> Iterator[Wish]:
    for module in modules:
        yield from unnamed(site, module)
    compared = [one for module in modules for one in _compared(site, module)]
    # What the pipelines hand in today, and what they will once state and secrets are out of git.
    env = dict(item for module in modules for item in given(site, module))
    env |= dict(terraform_env(site, root))
    text = render(
        "infrastructure_as_code",
        "drift.yaml.j2",
        compared=compared,
        env=tuple(sorted(env.items())),
        version=_version(modules),
    )
    yield Generate(root.name, workflow_path(root, "drift"), text, _REASON)


def _compared(site: Site[object], module: Module) -> Iterator[Compared]:
    named = environment_of(module.folder) if module.folder else None
    parted = by_workspace(module) and not named
    for name in [e.name for e in workspaces(site)] if parted else [named or ""]:
        workspace = name if parted else ""
        files = {f.name for f in module.root.files.values() if f.folder == module.folder}
        variables = f"{name}.tfvars" if f"{name}.tfvars" in files else ""
        label = name or module.folder.rpartition("/")[2] or "all"
        yield Compared(label, module.folder or ".", workspace, variables)


def _version(modules: list[Module]) -> str:
    """The exact version that a module pins, else one that has the native lockfile."""
    import re

    for module in modules:
        for file in module.files:
            found = re.search(r'required_version\s*=\s*"\s*(?:=|~>)?\s*(\d+\.\d+\.\d+)"', file.text)
            if found:
                return found[1]
    return "1.11.4"
