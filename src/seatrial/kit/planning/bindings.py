"""The GitHub environment that a releasing job should be bound to, by what the files show."""

from __future__ import annotations

from typing import Final

from seatrial.kit.delivery.releases import Release
from seatrial.kit.delivery.targets import targets_of
from seatrial.kit.planning.rollouts import environment_text, rollouts
from seatrial.kit.site import Site
from seatrial.repo.environments import environment_of
from seatrial.repo.workflows import Job

PUBLISHING: Final = "publish"
"""Environment of a job that publishes for every environment at once."""


def binding(site: Site[object], release: Release) -> str:
    """Name or expression for `environment:`; empty where nothing decides it.

    A step that brings a chart somewhere tells best; then a matrix of environments, then the input
    by which a person chooses, then the only environment that the release reaches.
    """
    job = release.job
    told = next((environment_text(r) for r in rollouts(site) if r.job is job), "")
    if told:
        return told
    if not release.deploys:
        # What it publishes goes to every environment; each asks for itself when it is delivered.
        return PUBLISHING
    known = {e.name for e in site.environments}
    for key, values in job.matrix.items():
        if values and all((environment_of(v) or v) in known for v in values):
            return f"${{{{ matrix.{key} }}}}"
    hits = targets_of(site, release) or _named(job, known)
    if len(hits) == 1:
        return hits[0]
    chosen = _chosen(job)
    if chosen:
        return chosen
    return next(iter(known)) if len(known) == 1 else ""


def _named(job: Job, known: set[str]) -> tuple[str, ...]:
    """Environments whose files the job's commands name."""
    words = [word for command in job.commands for word in command.argv[1:]]
    files = [word.rpartition("/")[2] for word in words if word.endswith((".yaml", ".yml"))]
    found = [name for name in map(environment_of, (job.id, *files)) if name]
    # Where no file names an environment, the job's own words are all that there is.
    return tuple(dict.fromkeys(name for name in found if name in known or not known))


def _chosen(job: Job) -> str:
    """The input by which whoever starts the workflow chooses; of pushes, the branch decides."""
    trigger = job.workflow.trigger("workflow_dispatch", "workflow_call")
    named = [n for n in (trigger.inputs if trigger else ()) if n in _NAMES]
    if not named:
        return ""
    pushed = job.workflow.trigger("push")
    inputs = f"inputs.{named[0]}"
    if pushed is None:
        return f"${{{{ {inputs} }}}}"
    arms = [
        f"github.ref_name == '{branch}' && '{name}'"
        for branch in pushed.branches
        if (name := _OF_BRANCH.get(branch))
    ]
    return f"${{{{ {' || '.join([inputs, *arms])} }}}}" if arms else ""


_NAMES: Final = ("environment", "env", "stage", "workspace", "target")
_OF_BRANCH: Final = {
    "main": "production",
    "master": "production",
    "production": "production",
    "develop": "staging",
    "staging": "staging",
    "dev": "dev",
}
