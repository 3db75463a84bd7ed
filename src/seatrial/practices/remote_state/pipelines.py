"""Pipelines of Terraform: no commit of the state, a guard before applies, plans before merges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.backends import backend_for, needs_identity, terraform_env
from seatrial.kit.planning.branches import branch_of, trunk
from seatrial.kit.planning.homes import workflow_path
from seatrial.kit.planning.render import render
from seatrial.kit.planning.tfsecrets import running
from seatrial.kit.planning.workspaces import by_workspace, unnamed, workspaces
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Risk, Wish
from seatrial.model.struct import struct
from seatrial.practices.remote_state.backend_files import lacking, version_of
from seatrial.practices.remote_state.guarding import guarded, kept_out, script
from seatrial.repo.commands.command import Command
from seatrial.repo.environments import environment_of
from seatrial.repo.files import Root
from seatrial.repo.infrastructure.tfmodules import Module
from seatrial.repo.workflows import Workflow

_OTHERS: Final = ("atlantis.yaml", "atlantis.yml", ".spacelift/config.yml", "env0.yml")


@struct
class Run:
    """One run of Terraform: a root module, in a workspace where it has several."""

    name: str
    job: str
    folder: str
    workspace: str
    var_file: str
    environment: str


def pipelines(site: Site[object]) -> Iterator[Wish]:
    """Yield what the workflows of each repository need once the state is remote."""
    for root in site.repo.roots:
        modules = [
            m for _, m in lacking(site) if m.root is root and backend_for(site, m) is not None
        ]
        for workflow in running(site, root):
            yield from kept_out(workflow)
            if modules:
                yield from guarded(site, workflow)
        if modules:
            yield from _written(site, root, modules)


def _written(site: Site[object], root: Root, modules: list[Module]) -> Iterator[Wish]:
    """New workflows for what no pipeline does yet; another system that runs Terraform is kept."""
    if any(name in root.files for name in _OTHERS) or _other_ci(site, root):
        return
    identity = next((c for m in modules if (c := needs_identity(m))), "")
    flows = list(running(site, root))
    plans = any(w.trigger("pull_request") for w in flows)
    applies = any(c.starts("terraform") and "apply" in c.argv for w in flows for c in _all(w))
    backend = backend_for(site, modules[0])
    if (plans and applies) or (backend and backend.kind == "cloud"):
        return
    if identity:
        yield Leave(
            "plans on pull requests and applies on the trunk need a role that pipelines may take in"
            f" {identity}: nothing here names one",
            modules[0].place(),
        )
        return
    for module in modules:
        yield from unnamed(site, module)
    runs = [run for module in modules for run in _runs(site, module)]
    if not plans:
        yield _plan_workflow(site, root, modules, runs)
        names = ", ".join(_secrets(site, root))
        yield Leave(
            f"give the GitHub environment terraform-plan values of its own for {names}: tokens that"
            " may only read, since pull requests run with them"
        )
    if not applies:
        yield _apply_workflow(site, root, modules, runs)
        yield script(root)


def _other_ci(site: Site[object], root: Root) -> bool:
    return any(
        "terraform" in root.files[s.place.path].text
        for s in site.repo.ci_systems
        if s.place.repository == root.name and s.place.path in root.files
    )


def _all(workflow: Workflow) -> Iterator[Command]:
    for job in workflow.jobs:
        if not job.is_off:
            yield from job.commands


def _secrets(site: Site[object], root: Root) -> list[str]:
    found = re.findall(r"secrets\.(\w+)", " ".join(v for _, v in terraform_env(site, root)))
    return list(dict.fromkeys(found))


def _plan_workflow(
    site: Site[object], root: Root, modules: list[Module], runs: list[Run]
) -> Generate:
    return Generate(
        root.name,
        workflow_path(root, "terraform-plan"),
        render(
            "remote_state",
            ".github/workflows/terraform-plan.yaml.j2",
            paths=_paths(site, root, modules),
            runs=runs,
            workspaces=any(run.workspace for run in runs),
            env=terraform_env(site, root),
            version=_version(modules),
        ),
        "every pull request shows what it would change",
    )


def _apply_workflow(
    site: Site[object], root: Root, modules: list[Module], runs: list[Run]
) -> Generate:
    environments = [run.environment for run in runs if run.environment]
    branch = branch_of(site, environments[-1]) if environments else trunk(site)
    return Generate(
        root.name,
        workflow_path(root, "terraform-apply"),
        render(
            "remote_state",
            ".github/workflows/terraform-apply.yaml.j2",
            branch=branch,
            paths=_paths(site, root, modules),
            runs=runs,
            env=terraform_env(site, root),
            version=_version(modules),
        ).rstrip("\n")
        + "\n",
        "what was reviewed and merged is applied, in its environment and after a plan",
        Risk.MEDIUM,
    )


def _version(modules: list[Module]) -> str:
    return ".".join(str(n) for n in max(version_of(m) for m in modules))


def _paths(site: Site[object], root: Root, modules: list[Module]) -> list[str]:
    found: list[str] = []
    for workflow in running(site, root):
        for trigger in workflow.triggers:
            found += [p for p in trigger.paths if not p.startswith("!")]
    for module in modules:
        for part in module.descendants():
            found.append(f"{part.folder}/**" if part.folder else "**.tf*")
    return list(dict.fromkeys(found))


def _runs(site: Site[object], module: Module) -> Iterator[Run]:
    folder = module.folder or "."
    plain = re.sub(r"[^a-z0-9]+", "-", (module.folder or "terraform").lower()).strip("-")
    own = environment_of(module.folder) or ""
    if own or not by_workspace(module) or not site.environments:
        yield Run(folder, plain, folder, "", _var_file(module, own), own)
        return
    for environment in workspaces(site):
        name = environment.name
        var_file = _var_file(module, name)
        yield Run(f"{folder}, {name}", f"{plain}-{name}", folder, name, var_file, name)


def _var_file(module: Module, environment: str) -> str:
    for given in module.tfvars:
        if not given.is_auto and not given.is_example and environment:
            inside = given.file.folder == module.folder
            if inside and environment_of(given.label) == environment:
                return given.file.name
    return ""
