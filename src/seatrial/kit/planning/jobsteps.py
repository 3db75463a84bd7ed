"""Edits of jobs that several practices make: how a step is named, permissions that grow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.pins import pin
from seatrial.model.edit import At, Block, DropItem, FileEdit, Item, SetKey
from seatrial.repo.workflows import Job, Step

_OIDC: Final = (
    "aws-actions/configure-aws-credentials",
    "google-github-actions/auth",
    "azure/login",
)
_LOGINS: Final = (
    "azure/setup-kubectl",
    "azure/setup-helm",
    "azure/k8s-set-context",
    "azure/aks-set-context",
    "google-github-actions/get-gke-credentials",
    "digitalocean/action-doctl",
)
_LOGIN_WORDS: Final = (
    ".kube/config",
    "KUBECONFIG",
    "update-kubeconfig",
    "get-credentials",
    "kubeconfig save",
    "kubeconfig-view",
)


def position_of(job: Job, step: Step) -> int:
    """Position of a step among those that are written."""
    return next(i for i, n in enumerate(job.node.at("steps").items()) if n is step.node)


def way_to(job: Job, step: Step) -> At:
    """Way to a step in its workflow: by its id or name where that is the only one."""
    base: At = ("jobs", job.id, "steps")
    nodes = job.node.at("steps").items()
    for key in ("id", "name"):
        value = step.node.at(key).text
        if value and sum(n.at(key).text == value for n in nodes) == 1:
            return (*base, Item(key, value))
    return (*base, position_of(job, step))


def item_of(job: Job, step: Step) -> Item | int:
    """The step as the last part of the way to it."""
    last = way_to(job, step)[-1]
    return last if isinstance(last, Item | int) else position_of(job, step)


def drops(job: Job, step: Step) -> Iterator[FileEdit]:
    """Edits that take a step away, whether its action has been pinned meanwhile or not."""
    base: At = ("jobs", job.id, "steps")
    last = item_of(job, step)
    if isinstance(last, Item):
        yield DropItem(base, last)
    elif step.uses:
        yield DropItem(base, Item("uses", step.node.at("uses").text))
        pinned = pin(step.uses.name)
        if pinned:
            yield DropItem(base, Item("uses", pinned.reference))
    else:
        yield DropItem(base, Item("run", step.node.at("run").text))


def is_login(step: Step) -> bool:
    """True for a step that only makes the cluster reachable: its tools, or a kubeconfig."""
    if step.uses:
        return step.uses.name.lower().startswith(_LOGINS)
    writes = any(word in step.run for word in _LOGIN_WORDS)
    return writes and not any(
        c.program in {"kubectl", "helm"} and not c.starts("kubectl", "config")
        for c in step.commands
    )


def permissions(job: Job, wanted: dict[str, str]) -> Iterator[FileEdit]:
    """Edits that give a job what it needs beside what it has; a `write` that is there stays.

    A job that states none has those of the workflow: they are repeated, since its own replace them.
    """
    at: At = ("jobs", job.id, "permissions")
    own, inherited = job.node.at("permissions"), job.workflow.node.at("permissions")
    if own.kind == "scalar":
        yield SetKey(at[:-1], "permissions", Block("contents: read\n"), over=own.text)
    kept: dict[str, str] = {"contents": "read"}
    if inherited.kind == "map" and not own:
        kept |= {k: n.text for k, n in inherited.pairs()}
    if _signs_in(job) and "write-all" in {own.text, inherited.text}:
        kept["id-token"] = "write"
    for name, level in sorted((kept | wanted).items()):
        yield SetKey(at, name, level, replace=name in wanted and level == "write")


def _signs_in(job: Job) -> bool:
    return any(s.uses and s.uses.name.lower().startswith(_OIDC) for s in job.all_steps)
