"""Workflows that are there: no commit of the state, and no apply on an empty one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.backends import terraform_env
from seatrial.kit.planning.jobsteps import drops
from seatrial.kit.planning.render import render
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Risk, Wish
from seatrial.model.edit import AddItem, Block, FileEdit, Item, SetKey
from seatrial.repo.files import Root
from seatrial.repo.workflows import Job, Step, Workflow

GUARD: Final = ".github/scripts/state-guard.sh"
_BESIDE: Final = frozenset("git exit echo cd set true [ test if".split())


def kept_out(workflow: Workflow) -> Iterator[Wish]:
    """Drop the steps that commit the state."""
    edits: list[FileEdit] = []
    for job in workflow.jobs:
        for step in job.steps:
            if not _commits(step):
                continue
            if all(c.program in _BESIDE for c in step.commands):
                edits += drops(job, step)
            else:
                yield Leave(f"take the commit of the state out of job {job.id} by hand", step.place)
    if edits:
        reason = "the state goes to the backend; git neither locks nor encrypts it"
        yield Edit(workflow.file.root.name, workflow.file.path, tuple(edits), reason, Risk.MEDIUM)


def _commits(step: Step) -> bool:
    pattern = step.inputs.at("file_pattern").text if step.uses else ""
    return "tfstate" in pattern or any(
        c.starts("git", "add") and any("tfstate" in w for w in c.argv) for c in step.commands
    )


def guarded(site: Site[object], workflow: Workflow) -> Iterator[Wish]:
    """Give a workflow what it needs for the remote state, and a guard before each apply."""
    edits: list[FileEdit] = [
        SetKey(("env",), name, value, replace=False)
        for name, value in terraform_env(site, workflow.file.root)
    ]
    found = False
    for job in workflow.jobs:
        for step in job.steps:
            applies = [c for c in step.commands if c.starts("terraform") and "apply" in c.argv]
            if not applies or job.is_off:
                continue
            found = True
            chdir = next((w for w in applies[0].argv if w.startswith("-chdir=")), "")
            edits.append(_guard(job, step, chdir.removeprefix("-chdir=")))
            break
    if edits:
        reason = "applies with the remote state, and never on an empty one"
        yield Edit(workflow.file.root.name, workflow.file.path, tuple(edits), reason, Risk.HIGH)
    if found:
        yield script(workflow.file.root)


def _guard(job: Job, step: Step, folder: str) -> AddItem:
    where = step.node.at("working-directory").text
    lines = [
        "name: Refuse an empty state",
        "id: state",
        "env:",
        "  NEW_WORKSPACE: ${{ vars.NEW_WORKSPACE }}",
        *([f"working-directory: {where}"] if where else []),
        f"run: ${{GITHUB_WORKSPACE}}/{GUARD}{f' {folder}' if folder else ''}",
    ]
    keys = [key for key in ("id", "name") if step.node.at(key).text] or ["run"]
    before = Item(keys[0], step.node.at(keys[0]).text)
    text = "\n".join(lines) + "\n"
    return AddItem(("jobs", job.id, "steps"), Block(text), identity="id", before=before)


def script(root: Root) -> Generate:
    """The script that refuses an empty state."""
    return Generate(
        root.name,
        GUARD,
        render("remote_state", f"{GUARD}.j2"),
        "an empty state would make Terraform build everything a second time",
        executable=True,
    )
