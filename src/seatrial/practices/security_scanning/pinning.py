"""Wishes that pin every `uses:` to a commit, with the version in a comment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.pins import pin
from seatrial.kit.planning.stepways import composite_steps, job_at, steps_of
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import At, SetKey
from seatrial.practices.security_scanning.settings import Settings
from seatrial.repo.files import File
from seatrial.repo.workflows import Uses

_REPLACED: Final = frozenset({"8398a7/action-slack"})
"""Archived actions that practice 10 puts something else in the place of."""
_REASON: Final = (
    "actions are pinned to the commit of a version that was looked at: a tag can be moved"
)


def pinning(site: Site[Settings]) -> Iterator[Wish]:
    """Pin the actions of all workflows and composite actions."""
    edits: dict[File, list[SetKey]] = {}
    for file, at, uses in _uses(site):
        known = pin(uses.name)
        if known is not None:
            edit = SetKey(at, "uses", known.reference, comment=known.version)
            edits.setdefault(file, []).append(edit)
        elif uses.name.lower() not in _REPLACED:
            yield Leave(_how(uses), uses.place)
    for file, found in edits.items():
        yield Edit(file.root.name, file.path, tuple(found), _REASON, Risk.MEDIUM)


def _uses(site: Site[Settings]) -> Iterator[tuple[File, At, Uses]]:
    workflows = site.repo.workflows
    for workflow in workflows:
        for job in workflow.jobs:
            if job.uses and _is_loose(site, job.uses):
                yield workflow.file, job_at(job), job.uses
            for standing in steps_of(job):
                uses = standing.step.uses
                if uses and _is_loose(site, uses):
                    yield workflow.file, standing.at, uses
    for standing in composite_steps(workflows):
        uses = standing.step.uses
        if uses and _is_loose(site, uses):
            yield standing.step.file, standing.at, uses


def _is_loose(site: Site[Settings], uses: Uses) -> bool:
    if uses.is_local or uses.is_pinned or "${{" in uses.name:
        return False
    return uses.name.partition("/")[0] not in site.settings.trusted_owners


def _how(uses: Uses) -> str:
    if uses.is_docker:
        image = uses.name.removeprefix("docker://")
        return f"pin the image {image} by its digest (`docker buildx imagetools inspect {image}`)"
    repository = "/".join(uses.name.split("/")[:2])
    ref = uses.ref or "HEAD"
    command = f"gh api repos/{repository}/commits/{ref} --jq .sha"
    return (
        f"pin {uses.name}@{uses.ref or '?'} to a commit that you looked at: `{command}` prints the"
        f" one that {ref} means today"
    )
