"""Jobs that deploy: a limit, one at a time, a way back, and a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releases import Release
from seatrial.kit.delivery.targets import targets_of
from seatrial.kit.delivery.verification import versioned
from seatrial.kit.planning.doubles import is_second
from seatrial.kit.planning.jobsteps import permissions, way_to
from seatrial.kit.planning.pins import pin
from seatrial.kit.planning.render import render
from seatrial.kit.planning.rollouts import Rollout, environment_text, rollouts
from seatrial.kit.planning.steptexts import branch_text, key_text, step_id
from seatrial.kit.planning.targets import meant, values_path
from seatrial.kit.site import Site, once
from seatrial.model.change import Edit, Generate, Leave, Risk, Wish
from seatrial.model.edit import AddItem, Block, FileEdit, Item, SetKey
from seatrial.practices.rollback.addresses import check_url
from seatrial.practices.rollback.audit import needed_in
from seatrial.practices.rollback.returns import returns
from seatrial.practices.rollback.settings import Settings
from seatrial.practices.rollback.telling import tells_failure

SCRIPT: Final = ".github/scripts/rollback.sh"
MINUTES: Final = 90
"""Waiting for the merge of a release (30), a canary (45) and the way back, with room."""
_SECRET: Final = re.compile(r"\b(?:\w*SLACK\w*WEBHOOK\w*|\w*WEBHOOK\w*SLACK\w*)\b")


def job_edits(site: Site[Settings]) -> Iterator[Wish]:
    """Yield the edits of the jobs whose failed releases have to come back."""
    scripts: set[str] = set()
    own = any(one.automatic and one.verified for one in returns(site))
    for release in versioned(site):
        if not _is_needed(site, release):
            continue
        job = release.job
        root = job.workflow.file.root.name
        mine = [one for one in rollouts(site) if one.job is job and environment_text(one)]
        edits = list(_limits(release, mine))
        if mine and not own:
            scripts.add(root)
            for one in mine:
                edits += _way_back(site, one, alone=len(mine) == 1)
        elif not own:
            yield Leave(
                f"let job {job.id} return to the last version that was verified: seatrial knows the"
                " way back of charts only",
                release.place,
            )
        if not tells_failure(site, release):
            edits.append(_message(site, release, mine))
            if not _known_secret(site):
                yield Leave(
                    f"create the secret {webhook(site)} with the address of a Slack webhook"
                )
        if edits:
            yield Edit(
                root,
                job.workflow.file.path,
                tuple(edits),
                f"a failed release of job {job.id} comes back by itself, and people are told",
                Risk.MEDIUM,
            )
    for root in sorted(scripts):
        yield Generate(
            root,
            SCRIPT,
            render("rollback", f"{SCRIPT}.j2"),
            "brings back the last version that passed its verification",
            executable=True,
        )


def _is_needed(site: Site[Settings], release: Release) -> bool:
    if is_second(site, release.job):
        return False
    names = targets_of(site, release)
    return not names or any(needed_in(site, name) for name in names)


def _limits(release: Release, mine: list[Rollout]) -> Iterator[FileEdit]:
    job = release.job
    at = ("jobs", job.id)
    yield SetKey(at, "timeout-minutes", MINUTES, replace=False)
    if mine and not job.concurrency:
        group = environment_text(mine[0])
        yield SetKey(
            at,
            "concurrency",
            Block(f"group: deploy-{group}\ncancel-in-progress: false\n"),
            replace=False,
        )


def _way_back(site: Site[Settings], one: Rollout, *, alone: bool) -> list[FileEdit]:
    job, at = one.job, ("jobs", one.job.id)
    deploy = step_id(site, one)
    steps = (*at, "steps")
    # GitHub records deployments, and with them which version was verified, per environment.
    return [
        SetKey(at, "environment", environment_text(one), replace=False),
        *permissions(job, {"deployments": "read"}),
        SetKey(way_to(job, one.step), "id", deploy, replace=False),
        AddItem(
            steps,
            Block(_step(site, one, deploy, alone=alone)),
            identity="id",
            before=Item("id", "notify"),
        ),
    ]


def _step(site: Site[Settings], one: Rollout, deploy: str, *, alone: bool) -> str:
    urls = {check_url(site, t.chart, t.environment.name) for t in meant(site, one)}
    env = {
        "ENVIRONMENT": environment_text(one),
        "VERSION": one.tag or "${{ github.sha }}",
        "RELEASE": one.release,
        "NAMESPACE": one.namespace,
        "VALUES": values_path(site, one),
        "KEY": key_text(one),
        "BRANCH": branch_text(site, one),
        "CHECK_URL": urls.pop() if len(urls) == 1 and not one.choice else "",
        "GH_TOKEN": "${{ github.token }}",
    }
    name = "rollback" if alone else f"rollback-{one.release}"
    lines = [
        "name: Return to the last verified version",
        f"id: {name}",
        # Nothing has to come back where nothing was deployed.
        f"if: (failure() || cancelled()) && steps.{deploy}.outcome != 'skipped'",
        "env:",
        *(f"  {key}: {value}" for key, value in env.items() if value),
        f"run: {SCRIPT}",
    ]
    return "\n".join(lines) + "\n"


def _message(site: Site[Settings], release: Release, mine: list[Rollout]) -> AddItem:
    where = environment_text(mine[0]) if mine else ""
    back = (
        " ${{ steps.rollback.outcome == 'success' && 'the last verified version is back'"
        " || 'it did not come back by itself' }}"
        if len(mine) == 1
        else ""
    )
    target = f"to {where} " if where else ""
    text = (
        f"Release {target}failed:{back} ${{{{ github.server_url }}}}/${{{{ github.repository }}}}"
    )
    action = pin("slackapi/slack-github-action")
    lines = [
        "name: Tell people",
        "id: notify",
        "if: failure()",
        f"uses: {action.line if action else ''}",
        "with:",
        f"  webhook: ${{{{ secrets.{webhook(site)} }}}}",
        "  webhook-type: incoming-webhook",
        "  payload: |",
        f'    text: "{text}/actions/runs/${{{{ github.run_id }}}}"',
    ]
    steps = ("jobs", release.job.id, "steps")
    return AddItem(steps, Block("\n".join(lines) + "\n"), identity="id")


@once
def webhook(site: Site[object]) -> str:
    """Name of the secret that holds the address of a Slack webhook."""
    return _known_secret(site) or "SLACK_WEBHOOK_URL"


@once
def _known_secret(site: Site[object]) -> str:
    for file in site.repo.files():
        if file.suffix in {".yaml", ".yml", ".md", ".sh"}:
            names = [m.group() for m in _SECRET.finditer(file.text) if m.group().isupper()]
            if names:
                return names[0]
    return ""
