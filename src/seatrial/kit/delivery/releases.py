"""What a pipeline does to the outside world: deploys, provisions, publishes, writes for GitOps.

A job is a release by its parsed commands and the actions it calls, never by its name.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.throwaway import CLUSTER_PROGRAMS, on_throwaway_cluster
from seatrial.kit.folders import folder_of
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.commands.shell import Command
from seatrial.repo.expressions import fold
from seatrial.repo.workflows import Job, Step


class Kind(enum.StrEnum):
    """How the outside world changes."""

    DEPLOY = "deploy"
    """A running system changes (cluster, function, host)."""
    PROVISION = "provision"
    """Infrastructure changes (Terraform and its like)."""
    GITOPS = "gitops"
    """A file that a controller reads is changed and pushed."""
    PUBLISH = "publish"
    """An image, chart or package is made available to others."""


@struct
class Act:
    """One command or action that changes the outside world."""

    kind: Kind
    what: str
    place: Place
    step: Step | None = None
    command: Command | None = None


@struct(eq=False)
class Release:
    """A job that releases, with everything in it that does.

    Attributes:
        job: the job; for a local reusable workflow the job inside it.
    """

    job: Job
    acts: tuple[Act, ...]

    @property
    def place(self) -> Place:
        """The first thing that it does outside."""
        return self.acts[0].place

    @property
    def kinds(self) -> frozenset[Kind]:
        """The ways in which it changes the outside world."""
        return frozenset(act.kind for act in self.acts)

    @property
    def deploys(self) -> bool:
        """True when a running system or its infrastructure changes, at once or through GitOps."""
        return bool(self.kinds - {Kind.PUBLISH})


_D, _P, _G, _B = Kind.DEPLOY, Kind.PROVISION, Kind.GITOPS, Kind.PUBLISH

# (program, leading words) -> kind. The words are those of Command.words, flags left out.
_COMMANDS: Final[tuple[tuple[str, tuple[str, ...], Kind], ...]] = (
    *(
        ("kubectl", (verb,), _D)
        for verb in (
            "apply",
            "create",
            "replace",
            "patch",
            "scale",
            "set",
            "delete",
            "expose",
            "run",
        )
    ),
    ("kubectl", ("rollout", "restart"), _D),
    ("kubectl", ("rollout", "undo"), _D),
    ("oc", ("apply",), _D),
    ("oc", ("rollout",), _D),
    ("helm", ("upgrade",), _D),
    ("helm", ("install",), _D),
    ("helm", ("rollback",), _D),
    ("helm", ("uninstall",), _D),
    ("helm", ("push",), _B),
    ("cr", ("upload",), _B),
    ("helmfile", ("apply",), _D),
    ("helmfile", ("sync",), _D),
    ("werf", ("converge",), _D),
    ("skaffold", ("run",), _D),
    ("skaffold", ("deploy",), _D),
    ("kapp", ("deploy",), _D),
    ("argocd", ("app", "sync"), _D),
    ("argocd", ("app", "set"), _D),
    ("argocd", ("app", "create"), _D),
    ("flux", ("reconcile",), _D),
    ("flux", ("push", "artifact"), _G),
    ("kargo", ("promote",), _D),
    ("terraform", ("apply",), _P),
    ("terraform", ("destroy",), _P),
    ("tofu", ("apply",), _P),
    ("terragrunt", ("apply",), _P),
    ("terragrunt", ("run-all", "apply"), _P),
    ("pulumi", ("up",), _P),
    ("cdk", ("deploy",), _P),
    ("sam", ("deploy",), _P),
    ("ansible-playbook", (), _P),
    ("serverless", ("deploy",), _D),
    ("sls", ("deploy",), _D),
    ("aws", ("cloudformation", "deploy"), _P),
    ("aws", ("cloudformation", "create-stack"), _P),
    ("aws", ("cloudformation", "update-stack"), _P),
    ("aws", ("ecs", "update-service"), _D),
    ("aws", ("lambda", "update-function-code"), _D),
    ("aws", ("deploy", "create-deployment"), _D),
    ("aws", ("apprunner", "start-deployment"), _D),
    ("ecs", ("deploy",), _D),
    ("eb", ("deploy",), _D),
    ("gcloud", ("run", "deploy"), _D),
    ("gcloud", ("app", "deploy"), _D),
    ("gcloud", ("functions", "deploy"), _D),
    ("gcloud", ("deploy", "releases"), _D),
    ("gcloud", ("builds", "submit"), _B),
    ("az", ("webapp",), _D),
    ("az", ("containerapp", "update"), _D),
    ("az", ("containerapp", "up"), _D),
    ("az", ("deployment",), _P),
    ("flyctl", ("deploy",), _D),
    ("fly", ("deploy",), _D),
    ("heroku", ("container:release",), _D),
    ("vercel", (), _D),
    ("netlify", ("deploy",), _D),
    ("wrangler", ("deploy",), _D),
    ("wrangler", ("publish",), _D),
    ("firebase", ("deploy",), _D),
    ("railway", ("up",), _D),
    ("cf", ("push",), _D),
    ("cf", ("v3-zdt-push",), _D),
    ("kamal", ("deploy",), _D),
    ("cap", ("production",), _D),
    ("dokku", (), _D),
    ("docker", ("stack", "deploy"), _D),
    ("docker", ("service", "update"), _D),
    ("nomad", ("job", "run"), _D),
    ("docker", ("push",), _B),
    ("docker", ("image", "push"), _B),
    ("docker", ("manifest", "push"), _B),
    ("docker", ("compose", "push"), _B),
    ("docker-compose", ("push",), _B),
    ("podman", ("push",), _B),
    ("buildah", ("push",), _B),
    ("crane", ("push",), _B),
    ("crane", ("copy",), _B),
    ("skopeo", ("copy",), _B),
    ("ko", ("build",), _B),
    ("ko", ("publish",), _B),
    ("oras", ("push",), _B),
    ("twine", ("upload",), _B),
    ("poetry", ("publish",), _B),
    ("uv", ("publish",), _B),
    ("flit", ("publish",), _B),
    ("hatch", ("publish",), _B),
    ("npm", ("publish",), _B),
    ("yarn", ("publish",), _B),
    ("yarn", ("npm", "publish"), _B),
    ("pnpm", ("publish",), _B),
    ("semantic-release", (), _B),
    ("lerna", ("publish",), _B),
    ("changeset", ("publish",), _B),
    ("cargo", ("publish",), _B),
    ("gem", ("push",), _B),
    ("mvn", ("deploy",), _B),
    ("mvnw", ("deploy",), _B),
    ("gradle", ("publish",), _B),
    ("gradlew", ("publish",), _B),
    ("dotnet", ("nuget", "push"), _B),
    ("goreleaser", ("release",), _B),
    ("goreleaser", (), _B),
    ("gh", ("release", "create"), _B),
    ("gh", ("release", "upload"), _B),
    ("skaffold", ("build",), _B),
    ("cosign", ("copy",), _B),
)

_ACTIONS: Final[dict[str, Kind]] = {
    "azure/k8s-deploy": _D,
    "azure/webapps-deploy": _D,
    "azure/functions-action": _D,
    "azure/container-apps-deploy-action": _D,
    "aws-actions/amazon-ecs-deploy-task-definition": _D,
    "aws-actions/aws-cloudformation-github-deploy": _P,
    "aws-actions/aws-lambda-deploy": _D,
    "aws-actions/aws-codebuild-run-build": _D,
    "google-github-actions/deploy-cloudrun": _D,
    "google-github-actions/deploy-appengine": _D,
    "google-github-actions/deploy-cloud-functions": _D,
    "google-github-actions/create-cloud-deploy-release": _D,
    "superfly/flyctl-actions": _D,
    "akhileshns/heroku-deploy": _D,
    "appleboy/ssh-action": _D,
    "appleboy/scp-action": _D,
    "easingthemes/ssh-deploy": _D,
    "burnett01/rsync-deployments": _D,
    "amondnet/vercel-action": _D,
    "nwtgck/actions-netlify": _D,
    "cloudflare/wrangler-action": _D,
    "firebaseextended/action-hosting-deploy": _D,
    "digitalocean/app_action": _D,
    "deliverybot/helm": _D,
    "wei/curl": _D,
    "dflook/terraform-apply": _P,
    "hashicorp/tfc-workflows-github/actions/apply-run": _P,
    "gruntwork-io/terragrunt-action": _P,
    "pulumi/actions": _P,
    "stefanprodan/helm-gh-pages": _B,
    "helm/chart-releaser-action": _B,
    "pypa/gh-action-pypi-publish": _B,
    "js-devtools/npm-publish": _B,
    "goreleaser/goreleaser-action": _B,
    "softprops/action-gh-release": _B,
    "ncipollo/release-action": _B,
    "actions/create-release": _B,
    "cycjimmy/semantic-release-action": _B,
    "python-semantic-release/python-semantic-release": _B,
    "rubygems/release-gem": _B,
    "gradle/actions/publish": _B,
    "elgohr/publish-docker-github-action": _B,
    "mr-smithers-excellent/docker-build-push": _B,
    "aevea/action-kaniko": _B,
}
_PUSHING: Final = {
    "docker/build-push-action",
    "docker/bake-action",
    "redhat-actions/push-to-registry",
    "depot/build-push-action",
    "redhat-actions/buildah-build",
}
_VALUE_WRITERS: Final = {
    "fjogeleit/yaml-update-action",
    "mikefarah/yq",
    "festias/replace-string",
    "jacobtomlinson/gha-find-replace",
    "fluxcd/flux2/action",
}
_COMMITTERS: Final = {
    "stefanzweifel/git-auto-commit-action",
    "endbug/add-and-commit",
    "ad-m/github-push-action",
}


@once
def releases(site: Site[object]) -> tuple[Release, ...]:
    """All jobs of all workflows that can run and that change the outside world."""
    found: list[Release] = []
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            if job.is_off:
                continue
            acts = tuple(acts_of(site, job))
            if acts:
                found.append(Release(job, acts))
    return tuple(found)


def deployments(site: Site[object]) -> tuple[Release, ...]:
    """Releases that change a running system or its infrastructure."""
    return tuple(release for release in releases(site) if release.deploys)


def acts_of(site: Site[object], job: Job) -> Iterator[Act]:
    """Yield what a job does to the outside world, in order."""
    edits: Place | None = None
    # What a job does in a cluster that it made for itself is a test.
    harmless = CLUSTER_PROGRAMS if on_throwaway_cluster(job) else frozenset[str]()
    for step in job.all_steps:
        yield from _action(step)
        for command in site.repo.followed(step.commands, step.file, folder_of(job, step)):
            place = command_place(step, command)
            kind = None if command.program in harmless else kind_of(command)
            if kind is not None:
                yield Act(kind, command.text, place, step, command)
            elif _edits_manifest(command):
                edits = edits or place
            elif edits and command.starts("git", "push"):
                yield Act(Kind.GITOPS, command.text, edits, step, command)
        uses = step.uses
        if uses and uses.name.lower() in _VALUE_WRITERS:
            edits = edits or step.place
        if uses and edits and uses.name.lower() in _COMMITTERS:
            yield Act(Kind.GITOPS, uses.name, edits, step)


def command_place(step: Step, command: Command) -> Place:
    """Place of a command: its own line, or the one that starts the task or script with it."""
    if any(own.line == command.line for own in step.commands):
        return step.file.place(command.line)
    return step.place


def kind_of(command: Command) -> Kind | None:
    """How a command changes the outside world; None when it does not."""
    argv = command.argv
    if any(word.startswith("--dry-run") and not word.endswith("=none") for word in argv):
        return None
    if {"-h", "--help", "--version", "--draft", "--snapshot"} & set(argv):
        return None
    program, words = command.program, command.words
    if program == "docker" and "build" in words[:2] and _pushes(argv):
        return Kind.PUBLISH
    if program == "git" and words[:1] == ("push",) and "heroku" in words:
        return Kind.DEPLOY
    if program == "kubectl" and words[:1] == ("create",) and "-o" in argv:
        return None
    if program in {"vercel", "goreleaser", "dokku", "semantic-release"} and words[:1] in {
        ("env",),
        ("pull",),
        ("build",),
        ("check",),
        ("link",),
    }:
        return None
    for name, leading, kind in _COMMANDS:
        if program == name and words[: len(leading)] == leading:
            return kind
    return _late_word(program, words) or _pushed_by_flag(program, argv)


def _pushed_by_flag(program: str, argv: tuple[str, ...]) -> Kind | None:
    # Builders spell it alike: `nx container --push`, `earthly --push`, `pack build --publish`.
    if program in {"git", "docker", "npm", "pip"}:
        return None
    flags = ("--push", "--push=true", "--publish")
    return Kind.PUBLISH if any(word in flags for word in argv[1:]) else None


def _late_word(program: str, words: tuple[str, ...]) -> Kind | None:
    # Maven and Gradle take their goals in any place: `mvn clean deploy`.
    if program in {"mvn", "mvnw", "gradle", "gradlew"} and any(
        w.rpartition(":")[2] == "jib" or w.endswith("jib:build") for w in words
    ):
        return Kind.PUBLISH
    if program in {"mvn", "mvnw"} and "deploy" in words:
        return Kind.PUBLISH
    if program in {"gradle", "gradlew"} and any(
        w.rpartition(":")[2].startswith("publish") for w in words
    ):
        return Kind.PUBLISH
    return None


def _pushes(argv: tuple[str, ...]) -> bool:
    return "--push" in argv or any("type=registry" in w or "push=true" in w for w in argv)


def _action(step: Step) -> Iterator[Act]:
    uses = step.uses
    if uses is None:
        return
    name = uses.name.lower()
    kind = _ACTIONS.get(name) or next(
        (k for known, k in _ACTIONS.items() if name.startswith(known + "/")), None
    )
    if kind is not None:
        yield Act(kind, uses.name, uses.place, step)
    if name in _PUSHING:
        pushed = step.inputs.at("push").text
        outputs = step.inputs.at("outputs").text
        always = name.startswith("redhat-actions/push")
        if always or (pushed and fold(pushed) is not False) or "push=true" in outputs:
            yield Act(Kind.PUBLISH, uses.name, uses.place, step)


_EDITED: Final = (".yaml", ".yml", ".json", ".tfvars")


def _edits_manifest(command: Command) -> bool:
    argv = command.argv
    # `sed -i`, `sed -i.bak`, `perl -pi -e`: a short word that carries the flag.
    inplace = any(w in {"--in-place", "--inplace", "-pi"} or w.startswith("-i") for w in argv[1:])
    if command.program in {"sed", "yq", "perl", "gsed"}:
        return inplace and any(w.endswith(_EDITED) or "$" in w for w in argv[2:])
    return command.starts("kustomize", "edit") or command.program == "kpt"
