"""Weaknesses of the workflows themselves: what they call, what they may do, what they trust."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.site import Site, once
from seatrial.model.finding import Severity
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.files import File
from seatrial.repo.workflows import Job, Uses, Workflow

_OFFICIAL: Final = frozenset({"actions", "github"})
MOVED: Final = frozenset(
    {
        "aquasecurity/trivy-action",
        "aquasecurity/setup-trivy",
        "tj-actions/changed-files",
        "tj-actions/eslint-changed-files",
        "reviewdog/action-setup",
        "reviewdog/action-shellcheck",
        "checkmarx/kics-github-action",
        "checkmarx/ast-github-action",
        "codecov/codecov-bash",
    }
)
"""Actions whose tags attackers have moved to other commits."""
_BRANCHES: Final = frozenset({"main", "master", "develop", "dev", "trunk", "head", "latest"})
_RETIRED: Final[dict[str, tuple[int, str]]] = {
    "actions/upload-artifact": (3, "is switched off on github.com"),
    "actions/download-artifact": (3, "is switched off on github.com"),
    "github/codeql-action": (2, "is switched off on github.com"),
    "actions/cache": (2, "is switched off on github.com"),
}
"""Action -> last major version that no longer runs, and what to say of it."""
_OUTSIDE: Final = (
    "github.event.issue.title",
    "github.event.issue.body",
    "github.event.pull_request.title",
    "github.event.pull_request.body",
    "github.event.pull_request.head.ref",
    "github.event.pull_request.head.label",
    "github.event.pull_request.head.repo.default_branch",
    "github.event.comment.body",
    "github.event.review.body",
    "github.event.review_comment.body",
    "github.event.discussion.title",
    "github.event.discussion.body",
    "github.event.head_commit.message",
    "github.event.head_commit.author",
    "github.event.commits",
    "github.event.pages",
    "github.event.workflow_run.head_branch",
    "github.event.workflow_run.head_commit",
    "github.event.workflow_run.display_title",
    "github.head_ref",
)
"""Contexts whose text somebody without write access chooses."""
_INPUTS: Final = ("github.event.inputs.", "inputs.")
_PRIVILEGED_EVENTS: Final = frozenset(
    {"pull_request_target", "workflow_run", "issue_comment", "issues", "discussion"}
)


@struct
class Loose:
    """An action that is not referenced by a commit.

    Attributes:
        by: `branch` or `tag`.
    """

    uses: Uses
    by: str
    severity: Severity


def is_official(name: str) -> bool:
    """True for actions of GitHub itself."""
    return name.partition("/")[0].lower() in _OFFICIAL


@once
def called(site: Site[object]) -> dict[str, list[Uses]]:
    """Actions and reusable workflows that each workflow or composite action calls, by its path."""
    found: dict[str, list[Uses]] = {}
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            if job.is_off:
                continue
            uses = [job.uses, *(step.uses for step in job.steps)]
            found.setdefault(_key(workflow.file), []).extend(u for u in uses if u)
    for root in {w.file.root for w in site.repo.workflows}:
        actions = next(w.actions for w in site.repo.workflows if w.file.root is root)
        for steps in actions.values():
            for step in steps:
                if step.uses:
                    found.setdefault(_key(step.file), []).append(step.uses)
    return found


def _key(file: File) -> str:
    return f"{file.root.name}/{file.path}"


def loose(uses: Uses) -> Loose | None:
    """How an action is referenced when it is not by a commit; None for local and pinned ones."""
    if uses.is_local or uses.is_pinned or "${{" in uses.name:
        return None
    name = uses.name.lower()
    branch = not uses.ref or uses.ref.lower() in _BRANCHES or uses.ref.startswith("release/")
    if uses.is_docker:
        return Loose(uses, "tag", Severity.MEDIUM)
    if "/".join(name.split("/")[:2]) in MOVED:
        return Loose(uses, "branch" if branch else "tag", Severity.HIGH)
    if is_official(name):
        return Loose(
            uses, "branch" if branch else "tag", Severity.MEDIUM if branch else Severity.LOW
        )
    return Loose(uses, "branch" if branch else "tag", Severity.HIGH if branch else Severity.MEDIUM)


def retired(uses: Uses) -> str:
    """What is wrong with the version of an action; empty when it still runs."""
    owner = "/".join(uses.name.lower().split("/")[:2])
    last, what = _RETIRED.get(owner, (0, ""))
    major = _major(uses.ref) or (_major(uses.comment.split(" ")[0]) if uses.is_pinned else 0)
    return what if 0 < major <= last else ""


def _major(version: str) -> int:
    digits = version.lstrip("v-#").partition(".")[0]
    return int(digits) if version[:1] in {"v", "-", "#"} and digits.isdigit() else 0


def injections(job: Job) -> Iterator[tuple[Place, str, Severity]]:
    """Untrusted text that becomes part of a script: (place, context, weight), one per step."""
    events = {t.event for t in job.workflow.triggers}
    for step in job.steps:
        node = step.node.at("run")
        if step.uses and step.uses.name.lower() == "actions/github-script":
            node = step.inputs.at("script")
        worst: tuple[Place, str, Severity] | None = None
        for offset, line in enumerate(node.text.split("\n") if "${{" in node.text else ()):
            for inside in _expressions(line):
                weight = _trust(job.workflow, inside, events)
                if weight is not None and (worst is None or weight > worst[2]):
                    place = step.file.place(node.content_line + offset)
                    worst = (place, inside, weight)
        if worst:
            yield worst


def _expressions(line: str) -> Iterator[str]:
    for part in line.split("${{")[1:]:
        yield part.partition("}}")[0].strip()


def _trust(workflow: Workflow, inside: str, events: set[str]) -> Severity | None:
    if any(word in inside for word in _OUTSIDE) and not inside.startswith(
        ("contains(", "hashFiles")
    ):
        return Severity.CRITICAL if events & _PRIVILEGED_EVENTS else Severity.HIGH
    name = next((inside.removeprefix(p) for p in _INPUTS if inside.startswith(p)), "")
    if name and name.replace("_", "").replace("-", "").isalnum():
        given = workflow.node.at("on", "workflow_dispatch", "inputs", name)
        if given and given.at("type").text in {"", "string"}:
            return Severity.LOW
    return None


def without_permissions(site: Site[object]) -> tuple[Job, ...]:
    """First job of each workflow whose token has whatever the repository's default gives."""
    bare: list[Job] = []
    for workflow in site.repo.workflows:
        if workflow.node.has("permissions") or workflow.is_reusable_only:
            continue
        jobs = (j for j in workflow.jobs if not j.node.has("permissions") and not j.is_off)
        bare.extend(list(jobs)[:1])
    return tuple(bare)


def write_all(site: Site[object]) -> Iterator[tuple[Place, str]]:
    """Places that grant every permission: (place, name of workflow or job)."""
    for workflow in site.repo.workflows:
        if workflow.node.at("permissions").text == "write-all":
            line = workflow.node.line_of("permissions")
            yield workflow.file.place(line), f"workflow {workflow.name}"
        for job in workflow.jobs:
            if job.node.at("permissions").text == "write-all" and not job.is_off:
                yield job.place_of("permissions"), f"job {job.id}"
