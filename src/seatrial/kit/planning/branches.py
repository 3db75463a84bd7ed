"""Which branch brings an environment its versions, by the conditions of the jobs named after it."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.site import Site, once
from seatrial.repo.environments import environment_of
from seatrial.repo.expressions import fold
from seatrial.repo.workflows import Job

_TRUNKS = ("main", "master", "trunk")


def branch_of(site: Site[object], environment: str) -> str:
    """Branch whose pushes reach an environment; the trunk where no job says otherwise."""
    return _branches(site).get(environment, trunk(site))


@once
def trunk(site: Site[object]) -> str:
    """The branch that pushes go to in the end: `main` unless the workflows name another trunk."""
    named = {b for w in site.repo.workflows for t in w.triggers for b in t.branches}
    return next((b for b in _TRUNKS if b in named), "main")


@once
def _branches(site: Site[object]) -> dict[str, str]:
    found: dict[str, str] = {}
    known = {e.name for e in site.environments}
    for workflow in site.repo.workflows:
        push = workflow.trigger("push")
        plain = [b for b in push.branches if "*" not in b] if push else []
        for job in workflow.jobs:
            names = [n for n in _environments(job) if n in known]
            hits = [b for b in plain if _runs(job, b)]
            if names and len(hits) == 1 and not job.is_off:
                found.setdefault(names[0], hits[0])
    return found


def _environments(job: Job) -> Iterator[str]:
    for text in (job.environment, job.id, job.name.replace(" ", "-")):
        name = environment_of(text) if text and "${{" not in text else None
        if name:
            yield name


def _runs(job: Job, branch: str) -> bool:
    scope = {
        "github.event_name": "push",
        "github.ref": f"refs/heads/{branch}",
        "github.ref_name": branch,
    }
    return fold(job.condition, scope) is True
