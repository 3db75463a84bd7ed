"""Credentials of pipelines that never end where a short-lived one would do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.grouping import named
from seatrial.kit.secrets.secretnames import words_of
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.secret_rotation.commands import other_commands
from seatrial.practices.secret_rotation.credentials import OWN_TOKEN, standing_keys
from seatrial.practices.secret_rotation.settings import Settings
from seatrial.repo.expressions import references
from seatrial.repo.workflows import Job, Workflow

_REGISTRIES: Final = frozenset(
    "docker dockerhub quay ghcr acr gcr ecr gar registry cr harbor jfrog artifactory nexus npm pypi"
    " twine cargo crates rubygems gem nuget".split()
)
_ENDINGS: Final = frozenset("password passwd token pat pass pw secret".split())
_TOKEN_INPUTS: Final = frozenset(
    "github-token github_token gh-token gh_token repo-token personal_access_token personal-token"
    " github_pat".split()
)
_GITHUB_ACTIONS: Final = (
    "actions/", "peter-evans/", "googleapis/release-please", "softprops/action-gh-release",
    "stefanzweifel/git-auto-commit", "ad-m/github-push-action", "peaceiris/actions-gh-pages",
    "juliangruber/", "hmarr/auto-approve", "pascalgn/automerge", "cycjimmy/semantic-release",
    "changesets/action", "crazy-max/ghaction", "fluxcd/flux2",
)  # fmt: skip
"""Actions whose `token` is one of GitHub."""
_TOKEN_VARIABLES: Final = frozenset({"GITHUB_TOKEN", "GH_TOKEN", "GITHUB_PAT", "GH_PAT"})


@check("secret-rotation/standing-key", severity=Severity.MEDIUM)
def standing_key(site: Site[Settings]) -> Iterator[Observation]:
    """A pipeline keeps a cloud key or kubeconfig that never ends.

    Why: whoever reads it once can use it for years, from anywhere.
    Fix: OIDC to the cloud, or a token of TokenRequest that ends with the job.
    """
    by_kind: dict[str, list[tuple[str, Place]]] = {}
    for name, what, place in (*standing_keys(site), *_of_other_systems(site)):
        by_kind.setdefault(what, []).append((name, place))
    for what, found in by_kind.items():
        names = ", ".join(name for name, _ in found)
        verb = "is" if len(found) == 1 else "are each"
        yield fault(
            found[0][1],
            f"{names} {verb} {what} that never ends",
            related=tuple(place for _, place in found[1:]),
        )


def _of_other_systems(site: Site[object]) -> Iterator[tuple[str, str, Place]]:
    for command, place in other_commands(site):
        token = command.flag("--token") or ""
        if command.starts("kubectl", "config", "set-credentials") and token.startswith("$"):
            yield token.strip("${}"), "a token of a cluster", place


@check("secret-rotation/standing-registry-password", severity=Severity.MEDIUM)
def standing_registry_password(site: Site[Settings]) -> Iterator[Observation]:
    """A pipeline logs in to a registry with a password or token that never ends.

    Why: whoever reads it once can publish in the team's name, until somebody thinks of changing it.
    Fix: the job's own token for ghcr.io, OIDC for a cloud's registry, trusted publishing for PyPI,
    npm, crates.io and RubyGems; elsewhere a token with an expiry that a schedule replaces.
    """
    for workflow in site.repo.workflows:
        found: dict[str, Place] = {}
        for job in _using(workflow):
            for name, place in job.secrets:
                if _is_registry(name):
                    found.setdefault(name, place)
        yield from _told(found, "a registry password that never ends")


@check("secret-rotation/standing-personal-token", severity=Severity.MEDIUM)
def standing_personal_token(site: Site[Settings]) -> Iterator[Observation]:
    """A pipeline keeps a GitHub token of its own that never ends with the job.

    Why: a personal token reaches whatever its owner reaches, in every repository, and outlives the
    owner's time in the team.
    Fix: the job's own token with `permissions`, or a GitHub App token made in the job
    (`actions/create-github-app-token`).
    """
    for workflow in site.repo.workflows:
        found: dict[str, Place] = {}
        for job in _using(workflow):
            for name, place in _github_tokens(job):
                found.setdefault(name, place)
        yield from _told(
            found, "a long-lived GitHub token where the job's own, or one of a GitHub App, would do"
        )


def _using(workflow: Workflow) -> Iterator[Job]:
    """Jobs that use secrets themselves; what only goes on to a local workflow is told there."""
    return (j for j in workflow.jobs if not j.is_off and not (j.uses and j.uses.is_local))


def _is_registry(name: str) -> bool:
    words = words_of(name)
    return len(words) > 1 and words[-1] in _ENDINGS and not _REGISTRIES.isdisjoint(words[:-1])


def _github_tokens(job: Job) -> Iterator[tuple[str, Place]]:
    for step in job.steps:
        uses = step.uses.name.lower() if step.uses else ""
        of_github = uses.startswith(_GITHUB_ACTIONS)
        given = [
            *(n for k, n in step.inputs.pairs() if k.lower() in _TOKEN_INPUTS),
            *(n for k, n in step.inputs.pairs() if k == "token" and of_github),
            *(n for k, n in step.env.pairs() if k in _TOKEN_VARIABLES),
        ]
        for node in given:
            if "||" in node.text:
                # The job's own token stands in where the secret is missing.
                continue
            for name in references(node.text, "secrets"):
                if name not in OWN_TOKEN:
                    yield name, step.file.place(node.line)


def _told(found: dict[str, Place], what: str) -> Iterator[Observation]:
    if found:
        places = list(found.values())
        each = "is" if len(found) == 1 else "are each"
        yield fault(places[0], f"{named(found)} {each} {what}", related=tuple(places[1:]))
