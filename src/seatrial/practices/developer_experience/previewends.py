"""The end of previews that a workflow makes with Helm: a workflow for closed pull requests."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releases import Kind, Release, deployments
from seatrial.kit.planning.homes import workflow_path
from seatrial.kit.planning.injected import sanitised
from seatrial.kit.planning.jobsteps import is_login
from seatrial.kit.planning.pins import pin
from seatrial.kit.planning.render import render
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Risk, Wish
from seatrial.practices.developer_experience.previews import endings, is_preview, previews
from seatrial.practices.developer_experience.settings import Settings
from seatrial.repo.workflows import Step

_NUMBER: Final = re.compile(
    r"\$\{\{\s*github\.(?:event\.(?:pull_request\.)?number|head_ref)\s*\}\}"
)
_USES: Final = re.compile(r"^(\s*(?:- )?uses:\s*)\S+.*$", re.MULTILINE)


def preview_ends(site: Site[Settings]) -> Iterator[Wish]:
    """Yield a workflow that removes what the previews of a repository leave behind."""
    if any(True for _ in endings(site)) or all(one.ended for one in previews(site)):
        return
    for release in deployments(site):
        if Kind.DEPLOY not in release.kinds or not is_preview(site, release):
            continue
        made = _workflow(release)
        yield made or Leave(
            f"remove what job {release.job.id} made when its pull request is closed: a job on "
            "`pull_request: types: [closed]`",
            release.place,
        )


def _workflow(release: Release) -> Generate | None:
    job = release.job
    helm = [a.command for a in release.acts if a.command and a.command.starts("helm", "upgrade")]
    if len(helm) != 1 or len(release.acts) != 1 or not helm[0].words[1:]:
        return None
    name, namespace = helm[0].words[1], helm[0].flag("-n", "--namespace") or ""
    if not _NUMBER.search(f"{name} {namespace}") or _is_computed(name) or _is_computed(namespace):
        return None
    logins = [_copied(step) for step in job.steps if is_login(step)]
    if any(text is None for text in logins):
        return None
    text = render(
        "developer_experience",
        ".github/workflows/preview-end.yaml.j2",
        logins=[text for text in logins if text],
        release=name,
        namespace=namespace,
        own=bool(_NUMBER.search(namespace)),
        environment=job.environment if "${{" not in job.environment else "",
    )
    root = job.workflow.file.root
    why = "what a pull request was given goes with it, instead of staying until the quota is full"
    return Generate(root.name, workflow_path(root, "preview-end"), text, why, Risk.MEDIUM)


def _is_computed(word: str) -> bool:
    """True for a word that something else than the pull request's number fills."""
    return "$" in _NUMBER.sub("", word)


def _copied(step: Step) -> str | None:
    """The text of a step, its action pinned; None where it cannot be repeated elsewhere."""
    lines = step.file.lines[step.node.line - 1 :]
    indent = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
    taken = lines[:1]
    for line in lines[1:]:
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        taken.append(line)
    text = textwrap.dedent("\n".join(taken)).rstrip() + "\n"
    if step.uses:
        known = pin(step.uses.name)
        return _USES.sub(lambda m: f"{m[1]}{known.line}", text) if known else None
    script = sanitised(step)
    return text if script and script.run == step.run and text.startswith("- ") else None
