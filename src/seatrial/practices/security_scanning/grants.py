"""What the token of a job has to be allowed, told from what its steps do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.folders import folder_of
from seatrial.kit.site import Site
from seatrial.repo.commands.command import Command
from seatrial.repo.workflows import Job, Step

Grants = dict[str, str]
"""Scope -> `read` or `write`."""

_W: Final = "write"
_RELEASES: Final = {"contents": _W}
_PROPOSES: Final = {"contents": _W, "pull-requests": _W}
_COMMENTS: Final = {"pull-requests": _W}
_SIGNS: Final = {"id-token": _W}
_ACTIONS: Final[dict[str, Grants]] = {
    "peter-evans/create-pull-request": _PROPOSES,
    "googleapis/release-please-action": _PROPOSES,
    "changesets/action": _PROPOSES,
    "stefanzweifel/git-auto-commit-action": _RELEASES,
    "endbug/add-and-commit": _RELEASES,
    "ad-m/github-push-action": _RELEASES,
    "softprops/action-gh-release": _RELEASES,
    "ncipollo/release-action": _RELEASES,
    "actions/create-release": _RELEASES,
    "actions/upload-release-asset": _RELEASES,
    "goreleaser/goreleaser-action": _RELEASES,
    "helm/chart-releaser-action": _RELEASES,
    "peaceiris/actions-gh-pages": _RELEASES,
    "mathieudutour/github-tag-action": _RELEASES,
    "anothrnick/github-tag-action": _RELEASES,
    "github/codeql-action": {"security-events": _W},
    "ossf/scorecard-action": {"security-events": _W, "id-token": _W},
    "actions/deploy-pages": {"pages": _W, "id-token": _W},
    "actions/labeler": _COMMENTS,
    "actions/stale": {"issues": _W, "pull-requests": _W},
    "actions/attest": {"id-token": _W, "attestations": _W},
    "actions/attest-build-provenance": {"id-token": _W, "attestations": _W},
    "actions/attest-sbom": {"id-token": _W, "attestations": _W},
    "actions/dependency-review-action": {"pull-requests": "read"},
    "actions/delete-package-versions": {"packages": _W},
    "dorny/paths-filter": {"pull-requests": "read"},
    "dependabot/fetch-metadata": {"pull-requests": "read"},
    "dorny/test-reporter": {"checks": _W},
    "enricomi/publish-unit-test-result-action": {"checks": _W, "pull-requests": _W},
    "marocchino/sticky-pull-request-comment": _COMMENTS,
    "thollander/actions-comment-pull-request": _COMMENTS,
    "peter-evans/create-or-update-comment": {"issues": _W, "pull-requests": _W},
    "sigstore/cosign-installer": _SIGNS,
    "pypa/gh-action-pypi-publish": _SIGNS,
    "azure/login": _SIGNS,
    "bobheadxi/deployments": {"deployments": _W},
    "chrnorm/deployment-action": {"deployments": _W},
}
"""Action in lower case -> what it asks of the token."""
_FEDERATED: Final = {
    "aws-actions/configure-aws-credentials": "role-to-assume",
    "google-github-actions/auth": "workload_identity_provider",
    "hashicorp/vault-action": "jwtGithubAudience",
}
"""Actions that ask for an identity token where this input is given."""
_COMMANDS: Final[tuple[tuple[tuple[str, ...], Grants], ...]] = (
    (("git", "push"), _RELEASES),
    (("gh", "release"), _RELEASES),
    (("semantic-release",), {"contents": _W, "issues": _W, "pull-requests": _W}),
    (("goreleaser",), _RELEASES),
    (("gh", "pr", "create"), _PROPOSES),
    (("gh", "pr", "merge"), _PROPOSES),
    (("gh", "pr"), _COMMENTS),
    (("gh", "issue"), {"issues": _W}),
    (("gh", "workflow", "run"), {"actions": _W}),
    (("gh", "run"), {"actions": "read"}),
    (("cosign", "sign"), _SIGNS),
    (("cosign", "attest"), _SIGNS),
)
_SCRIPTED: Final = (
    ("issues.create", {"issues": _W, "pull-requests": _W}),
    ("issues.update", {"issues": _W, "pull-requests": _W}),
    ("issues.addLabels", {"issues": _W, "pull-requests": _W}),
    ("pulls.create", _PROPOSES),
    ("pulls.update", _COMMENTS),
    ("repos.createDeployment", {"deployments": _W}),
    ("repos.createRelease", _RELEASES),
    ("git.createRef", _RELEASES),
    ("checks.create", {"checks": _W}),
    ("createWorkflowDispatch", {"actions": _W}),
)
"""Calls of `actions/github-script` and what each asks."""


def granted(site: Site[object], job: Job) -> Grants | None:
    """What a job needs; None for one that calls a workflow which cannot be read."""
    if job.uses is not None:
        return _of_called(site, job)
    found: Grants = {}
    if any(step.uses and step.uses.name.lower() == "actions/checkout" for step in job.all_steps):
        found["contents"] = "read"
    for step in job.all_steps:
        for grants in (*_of_action(step), *_of_commands(site, job, step)):
            found = merged(found, grants)
    if pushes(site, job) and has_own_token(job) and "pull-requests" not in found:
        # What is pushed with a token of its own needs nothing of the job's.
        found["contents"] = "read"
    return found


def merged(one: Grants, other: Grants) -> Grants:
    """Both together; `write` includes `read`."""
    names = sorted({*one, *other})
    return {n: _W if _W in {one.get(n), other.get(n)} else "read" for n in names}


def pushes(site: Site[object], job: Job) -> bool:
    """True when a job pushes commits with what its checkout left behind."""
    for step in job.all_steps:
        name = step.uses.name.lower() if step.uses else ""
        if name in _ACTIONS and name.startswith(("stefan", "endbug", "ad-m", "mathieu")):
            return True
        commands = site.repo.followed(step.commands, step.file, folder_of(job, step))
        if any(c.starts("git", "push") or c.starts("gh", "pr", "create") for c in commands):
            return True
        if "git push" in step.run:
            return True
    return False


def has_own_token(job: Job) -> bool:
    """True when the checkout uses a token other than the job's."""
    for step in job.steps:
        if step.uses and step.uses.name.lower() == "actions/checkout":
            token = step.inputs.at("token").text + step.inputs.at("ssh-key").text
            if token and "GITHUB_TOKEN" not in token and "github.token" not in token:
                return True
    return False


def _of_called(site: Site[object], job: Job) -> Grants | None:
    called = site.repo.called(job)
    if called is None:
        return None
    found: Grants = {}
    for inner in called.jobs:
        own = inner.node.at("permissions")
        grants = dict(_written(own.pairs())) if own.kind == "map" else granted(site, inner)
        if grants is None:
            return None
        found = merged(found, grants)
    return found


def _written(pairs: Iterator[tuple[str, object]]) -> Iterator[tuple[str, str]]:
    for name, node in pairs:
        text = getattr(node, "text", "")
        if text in {"read", _W}:
            yield name, text


def _of_action(step: Step) -> Iterator[Grants]:
    uses = step.uses
    if uses is None:
        return
    name = "/".join(uses.name.lower().split("/")[:2])
    if name in _ACTIONS:
        yield _ACTIONS[name]
    if name in _FEDERATED and step.inputs.at(_FEDERATED[name]).text:
        yield _SIGNS
    given = step.inputs
    ghcr = name == "docker/login-action" and "ghcr.io" in given.at("registry").text
    if ghcr and _is_job_token(given.at("password").text):
        yield {"packages": _W}
    if name == "actions/github-script":
        script = given.at("script").text
        yield from (grants for word, grants in _SCRIPTED if word in script)
    if name == "actions/setup-node" and "npm.pkg.github.com" in given.at("registry-url").text:
        yield {"packages": _W}


def _of_commands(site: Site[object], job: Job, step: Step) -> Iterator[Grants]:
    token = _is_job_token(step.run + "".join(n.text for _, n in step.env.pairs()))
    for command in site.repo.followed(step.commands, step.file, folder_of(job, step)):
        if _logs_in(command) and (token or "GITHUB_TOKEN" in job.text):
            yield {"packages": _W}
        yield from (g for words, g in _COMMANDS[:1] if command.starts(*words))
        hit = next((g for words, g in _COMMANDS[1:] if command.starts(*words)), None)
        if hit:
            yield hit


def _logs_in(command: Command) -> bool:
    return "login" in command.words and any("ghcr.io" in word for word in command.argv)


def _is_job_token(text: str) -> bool:
    return "secrets.GITHUB_TOKEN" in text or "github.token" in text
