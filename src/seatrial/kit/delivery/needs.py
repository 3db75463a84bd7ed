"""Which jobs really gate another one: `needs`, unless an `if` lets it run after a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.repo.expressions import references

if TYPE_CHECKING:
    from seatrial.repo.workflows import Job


def gating(job: Job) -> tuple[Job, ...]:
    """Jobs whose failure keeps a job from running, near ones first.

    `always()` and `!cancelled()` drop what the job does not ask for by `needs.x.result`; a job that
    collects results (`needs.*.result`, alls-green) passes on the failures of all its needs.
    """
    found: dict[str, Job] = {}
    queue = list(_gating_needs(job))
    while queue:
        name = queue.pop(0)
        needed = job.workflow.job(name)
        if needed is not None and name not in found:
            found[name] = needed
            queue.extend(_gating_needs(needed))
    return tuple(j for j in found.values() if not j.ignores_errors)


def survives_failure(job: Job) -> bool:
    """True when its `if` lets it run although a job that it needs failed."""
    text = job.condition.replace(" ", "")
    kept = text.replace("!failure()", "")
    if "success()" in kept or "!failure()" in text:
        return False
    return any(f"{name}()" in kept for name in ("always", "failure", "cancelled"))


def _gating_needs(job: Job) -> tuple[str, ...]:
    if not survives_failure(job) or collects_results(job):
        return job.needs
    asked = set(references(job.condition, "needs"))
    wanted = "success" in job.condition
    return tuple(name for name in job.needs if wanted and name in asked)


def collects_results(job: Job) -> bool:
    """True for a job that looks at the results of all its needs and can fail by them."""
    text = job.text
    if "re-actors/alls-green" in text:
        return True
    collected = "needs.*.result" in text or "toJSON(needs)" in text or "toJson(needs)" in text
    return collected and ("exit 1" in text or "needs.*.result" in job.condition)
