"""Binds every releasing job to an environment and protects the environments at GitHub.

`environment:` is added to jobs that release; a chain that starts after another workflow asks
whether that one succeeded; CODEOWNERS names who reviews a change of the pipelines (`approvers` in
`seatrial.yaml`, or the owners that the file has). With a token (`--live`) the environments get
reviewers, wait timer and branches, and the main branch a ruleset, field by field and nothing else.
Secrets that have to move to an environment are only named: GitHub shows no value, so a person has
to give each again.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.paths import routes
from seatrial.kit.delivery.releases import Release, releases
from seatrial.kit.planning.bindings import PUBLISHING, binding
from seatrial.kit.planning.remains import remains
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import SetKey
from seatrial.practices.environment_protection import audit
from seatrial.practices.environment_protection.live import wishes
from seatrial.practices.environment_protection.owners import owned
from seatrial.practices.environment_protection.settings import Settings

_SUCCEEDED = "github.event.workflow_run.conclusion == 'success'"


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """What is missing until nothing reaches an environment that somebody guards unasked."""
    for release in releases(site):
        if not release.job.environment:
            yield from _bound(site, release)
    yield from _chained(site)
    yield from owned(site)
    if not releases(site):
        yield from _unreleased(site)
    yield from remains(
        site,
        audit.environment_from_pull_request,
        audit.two_names,
        audit.any_branch,
        audit.approval_elsewhere,
        audit.approved_by_a_bot,
        audit.nothing_promoted,
        audit.unbound_pages,
    )
    yield from wishes(site)


def _unreleased(site: Site[Settings]) -> Iterator[Leave]:
    """What is to be asked where no job of these repositories releases."""
    found = list(remains(site, audit.unbound_release))
    yield from found
    if not found:
        names = ", ".join(dict.fromkeys(one.name for one in site.repo.ci_systems))
        where = f" where {names} releases" if names else ", where this is released from"
        yield Leave(f"no workflow here releases anything: ask for an approval{where}")


def _bound(site: Site[Settings], release: Release) -> Iterator[Wish]:
    job = release.job
    name = binding(site, release)
    if not name:
        yield Leave(
            f"bind job {job.id} to an environment: the files do not say which one it reaches",
            job.place,
        )
        return
    if job.uses:
        yield Leave(
            f"bind the jobs of {job.uses.name} to an environment: a job that calls a workflow "
            "cannot name one itself",
            job.place,
        )
        return
    edit = SetKey(("jobs", job.id), "environment", name, replace=False)
    what = "publishes" if not release.deploys else "releases"
    reason = f"job {job.id} {what} as soon as it is started; an environment can ask first"
    file = job.workflow.file
    risk = Risk.LOW if name == PUBLISHING else Risk.MEDIUM
    yield Edit(file.root.name, file.path, (edit,), reason, risk)
    secrets = sorted({n for n, _ in job.secrets} - {"GITHUB_TOKEN", "github_token"})
    if secrets:
        where = "its own environment" if "${{" in name else f"the environment {name}"
        option = "ENVIRONMENT" if "${{" in name else name
        how = f"gh secret set NAME --env {option}"
        names = ", ".join(secrets)
        yield Leave(
            f"move {names} to {where} ({how}), then take them off the repository", job.place
        )


def _chained(site: Site[Settings]) -> Iterator[Wish]:
    seen: set[tuple[str, str]] = set()
    for route in routes(site):
        job = route.release.job
        file = job.workflow.file
        if not route.unchecked_chain or (file.path, job.id) in seen:
            continue
        seen.add((file.path, job.id))
        condition = job.condition
        events = {t.event for t in job.workflow.triggers}
        asked = _SUCCEEDED
        if events - {"workflow_run"}:
            asked = f"github.event_name != 'workflow_run' || {_SUCCEEDED}"
        if condition:
            asked = (
                f"({condition}) && ({asked})"
                if events - {"workflow_run"}
                else (f"({condition}) && {asked}")
            )
        # A condition that somebody gave the job meanwhile (`if: false`) is not undone.
        edit = SetKey(("jobs", job.id), "if", asked, replace=bool(condition))
        reason = f"job {job.id} follows another workflow; `completed` is also said of a failed one"
        yield Edit(file.root.name, file.path, (edit,), reason, Risk.MEDIUM)
