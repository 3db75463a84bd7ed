"""What a pipeline does to the outside world: deploys, provisions, publishes, writes for GitOps.

A job is a release by its parsed commands and the actions it calls, never by its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releasewords import (
    ACTIONS,
    COMMANDS,
    COMMITTERS,
    PUSHING,
    VALUE_WRITERS,
    Kind,
)
from seatrial.kit.delivery.throwaway import CLUSTER_PROGRAMS, on_throwaway_cluster
from seatrial.kit.folders import folder_of
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.commands.shell import Command
from seatrial.repo.expressions import fold
from seatrial.repo.workflows import Job, Step

__all__ = [
    "Act",
    "Kind",
    "Release",
    "acts_of",
    "command_place",
    "deployments",
    "kind_of",
    "releases",
]


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
        if uses and uses.name.lower() in VALUE_WRITERS:
            edits = edits or step.place
        if uses and edits and uses.name.lower() in COMMITTERS:
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
    for name, leading, kind in COMMANDS:
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
    kind = ACTIONS.get(name) or next(
        (k for known, k in ACTIONS.items() if name.startswith(known + "/")), None
    )
    if kind is not None:
        yield Act(kind, uses.name, uses.place, step)
    if name in PUSHING:
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
