"""Previews of pull requests: what makes them, and what ends them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releases import Kind, Release, deployments
from seatrial.kit.delivery.ways import ways_to
from seatrial.kit.platform.gitops import ARGO, Delivery, all_deliveries
from seatrial.kit.platform.installs import resources
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.commands.command import Command
from seatrial.repo.workflows import Step, Workflow

_OWN_PULL: Final = frozenset({"pull_request", "pull_request_target", "issue_comment"})
_PER_PULL: Final = (
    "github.event.number",
    "github.event.pull_request",
    "github.head_ref",
    "github.event.issue.number",
    "GITHUB_HEAD_REF",
    "GITHUB_REF_NAME",
    "github.ref_name",
    "PR_NUMBER",
    "pr_number",
)
# Actions that make a preview for the pull request and take it away by themselves.
_WHOLE: Final = (
    "superfly/fly-pr-review-apps",
    "rossjrw/pr-preview-action",
    "firebaseextended/action-hosting-deploy",
    "azure/static-web-apps-deploy",
    "amondnet/vercel-action",
    "nwtgck/actions-netlify",
    "netlify/actions",
    "cloudflare/pages-action",
    "uffizzicloud/preview-action",
    "uffizzicloud/environment-action",
    "bunnyshell/workflows",
    "qovery/preview",
)
_DEPLOYING: Final = ("okteto/deploy-preview", "pullpreview/action")
_ENDING_WORDS: Final = (
    "delete",
    "destroy",
    "cleanup",
    "clean-up",
    "teardown",
    "remove",
    "uninstall",
)
_ENDINGS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("helm", ("uninstall",)),
    ("helm", ("delete",)),
    ("kubectl", ("delete",)),
    ("oc", ("delete",)),
    ("terraform", ("destroy",)),
    ("tofu", ("destroy",)),
    ("terragrunt", ("destroy",)),
    ("pulumi", ("destroy",)),
    ("cdk", ("destroy",)),
    ("flyctl", ("apps", "destroy")),
    ("fly", ("apps", "destroy")),
    ("heroku", ("apps:destroy",)),
    ("argocd", ("app", "delete")),
    ("okteto", ("preview", "destroy")),
    ("serverless", ("remove",)),
    ("sls", ("remove",)),
    ("gcloud", ("run", "services", "delete")),
    ("vercel", ("remove",)),
    ("docker", ("stack", "rm")),
)


@struct
class Preview:
    """One way to a preview.

    Attributes:
        what: what makes it.
        ended: True when something removes it with the pull request.
        told: what is said of it, the end of a sentence.
    """

    what: str
    place: Place
    ended: bool
    told: str = "makes a preview for a pull request"


@once
def previews(site: Site[object]) -> tuple[Preview, ...]:
    """All ways, those of tools that end them first."""
    found = [*_sets(site), *_platforms(site), *_terraform(site), *_gitlab(site), *_jobs(site)]
    if not found:
        found.extend(_elsewhere(site))
    return tuple(sorted(found, key=lambda p: not p.ended))


def preview_sets(site: Site[object]) -> tuple[Delivery, ...]:
    """ApplicationSets that make an Application for every pull request."""
    return tuple(
        d
        for d in all_deliveries(site)
        if d.tool == ARGO and any(path and path[-1] == "pullRequest" for path, _ in _generators(d))
    )


def _generators(delivery: Delivery) -> Iterator[tuple[tuple[str | int, ...], object]]:
    yield from delivery.root.at("spec", "generators").walk()


def _sets(site: Site[object]) -> Iterator[Preview]:
    for one in preview_sets(site):
        kept = one.root.at("spec", "syncPolicy", "preserveResourcesOnDeletion").value is True
        yield Preview(f"{one.label} of Argo CD", one.place, ended=not kept)


def _platforms(site: Site[object]) -> Iterator[Preview]:
    for file in site.repo.files():
        if is_aside(file.path):
            continue
        name = file.name
        if name == "vercel.json" and '"deploymentEnabled": false' not in file.text:
            yield Preview("Vercel", file.place(), ended=True)
        elif name == "netlify.toml":
            yield Preview("Netlify", file.place(), ended=True)
        elif name == "app.json" and '"review"' in file.text:
            yield Preview("Heroku review apps", file.place(file.line_of('"review"')), ended=True)
        elif name in {"render.yaml", "render.yml"}:
            previews = file.yaml.first
            wanted = previews.at("previews", "generation").text in {"automatic", "manual"}
            if wanted or previews.at("previewsEnabled").value is True:
                yield Preview("Render", file.place(), ended=True)
        elif name.startswith("docker-compose.uffizzi") or name == "uffizzi.yaml":
            yield Preview("Uffizzi", file.place(), ended=True)


def _terraform(site: Site[object]) -> Iterator[Preview]:
    for _, block in resources(site, "heroku_review_app_config"):
        yield Preview(block.address, block.place, ended=True)
    for _, block in resources(site, "aws_amplify_branch", "aws_amplify_app"):
        value = block.attr("enable_pull_request_preview")
        if value and value.constant is True:
            yield Preview(block.address, block.place, ended=True)


def _gitlab(site: Site[object]) -> Iterator[Preview]:
    for root in site.repo.roots:
        file = root.files.get(".gitlab-ci.yml")
        for name, job in file.yaml.first.pairs() if file else ():
            environment = job.at("environment")
            named = environment.text or environment.at("name").text
            if file and named.startswith("review/") and environment.at("action").text != "stop":
                ended = environment.has("on_stop") or environment.has("auto_stop_in")
                place = file.place(file.yaml.first.line_of(name))
                yield Preview(f"job {name} of GitLab CI", place, ended=ended)


def _jobs(site: Site[object]) -> Iterator[Preview]:
    ended = any(True for _ in endings(site))
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            if job.is_off:
                continue
            for step in job.all_steps:
                name = step.uses.name.lower() if step.uses else ""
                if name.startswith(_WHOLE) and _is_of_pull(site, workflow):
                    yield Preview(f"job {job.id}", step.place, ended=True)
                elif name.startswith(_DEPLOYING):
                    yield Preview(f"job {job.id}", step.place, ended=ended or "pull" in name[:4])
    for release in deployments(site):
        if Kind.DEPLOY in release.kinds and is_preview(site, release):
            yield Preview(f"job {release.job.id}", release.place, ended=ended)


def _is_of_pull(site: Site[object], workflow: Workflow) -> bool:
    return workflow.trigger(*_OWN_PULL) is not None or bool(site.repo.callers(workflow))


def is_preview(site: Site[object], release: Release) -> bool:
    """A deployment on a pull request, to something that carries its number or branch."""
    ways = [w for w in ways_to(site, release.job) if w.trigger.event in _OWN_PULL]
    if not ways or all(w.trigger.types == ("closed",) for w in ways):
        return False
    acts = [a for a in release.acts if a.kind is Kind.DEPLOY]
    if all(a.command and _is_ending(a.command) for a in acts):
        return False
    text = release.job.text
    return any(word in text for word in _PER_PULL) or "preview" in release.job.id.lower()


def endings(site: Site[object]) -> Iterator[Place]:
    """Yield what removes a preview when its pull request or branch is closed, or after a time."""
    for workflow in site.repo.workflows:
        closing = [
            t
            for t in workflow.triggers
            if (t.event in _OWN_PULL and "closed" in t.types) or t.event == "delete"
        ]
        aged = workflow.trigger("schedule") if _speaks_of_previews(workflow) else None
        if not closing and not aged:
            continue
        for job in workflow.jobs:
            for step in () if job.is_off else job.all_steps:
                place = _ending(site, step)
                if place:
                    yield place


def _ending(site: Site[object], step: Step) -> Place | None:
    name = step.uses.name.lower().rpartition("/")[2] if step.uses else ""
    if any(word in name for word in _ENDING_WORDS):
        return step.place
    for command in site.repo.followed(step.commands, step.file):
        if _is_ending(command):
            return step.place
    return None


def _is_ending(command: Command) -> bool:
    words = command.words
    return any(command.program == p and words[: len(w)] == w for p, w in _ENDINGS)


def _speaks_of_previews(workflow: Workflow) -> bool:
    text = f"{workflow.file.name} {workflow.name}".lower()
    return any(word in text for word in ("preview", "review", "ephemeral", "stale-env", "uat"))


def _elsewhere(site: Site[object]) -> Iterator[Preview]:
    """What is removed with a pull request here was made by another CI system."""
    if site.repo.ci_systems:
        for place in list(endings(site))[:1]:
            name = site.repo.ci_systems[0].name
            told = "makes a preview for a pull request, which is removed here when it is closed"
            yield Preview(name, place, ended=True, told=told)
