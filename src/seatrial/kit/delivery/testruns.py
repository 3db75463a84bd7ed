"""Which commands run tests, which validate infrastructure, and whether their failure counts."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery import testwords as known
from seatrial.kit.delivery.releases import command_place
from seatrial.kit.delivery.testcommands import kind_of
from seatrial.kit.delivery.testwords import TestKind
from seatrial.kit.delivery.throwaway import on_throwaway_cluster
from seatrial.kit.folders import folder_of
from seatrial.kit.site import Site
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.commands import shell
from seatrial.repo.commands.shell import Command
from seatrial.repo.workflows import Job, Step

__all__ = ["TestKind", "TestRun", "kind_of", "runs_of", "testing_jobs", "tests_of"]


@struct
class TestRun:
    """A command or action in a job that runs tests.

    Attributes:
        counts: True when its failure fails the job.
        why_not: for a run that does not count, what masks it.
        step: the step that holds it.
    """

    __test__ = False

    kind: TestKind
    what: str
    place: Place
    counts: bool
    why_not: str = ""
    command: Command | None = None
    step: Step | None = None


def runs_of(site: Site[object], job: Job) -> tuple[TestRun, ...]:
    """The test runs of a job, in order; those that cannot fail it say why. Computed once."""
    key = (runs_of, job)
    found = site.memory.get(key)
    if not isinstance(found, tuple):
        # `npx jest` and the `jest` in it, `make test` and what it starts, are one run.
        first: dict[tuple[Place, TestKind, bool], TestRun] = {}
        for run in _runs(site, job):
            first.setdefault((run.place, run.kind, run.counts), run)
        found = site.memory[key] = tuple(first.values())
    return found


def tests_of(site: Site[object], job: Job) -> tuple[TestRun, ...]:
    """Runs of tests or validation of a job whose failure counts."""
    return tuple(r for r in runs_of(site, job) if r.counts and r.kind is not TestKind.LOAD)


def testing_jobs(site: Site[object], *kinds: TestKind) -> Iterator[tuple[Job, TestRun]]:
    """Yield the runs of these kinds of all jobs that can run, masked ones included."""
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            if not job.is_off:
                for run in runs_of(site, job):
                    if run.kind in kinds:
                        yield job, run


def _runs(site: Site[object], job: Job) -> Iterator[TestRun]:
    own_cluster = on_throwaway_cluster(job)
    for step in job.all_steps:
        reason = _masked_step(job, step)
        yield from _action(step, reason)
        commands = site.repo.followed(step.commands, step.file, folder_of(job, step))
        for command in commands:
            kind = kind_of(command) or _hook_kind(site, step, command)
            if kind is None and own_cluster and _asserts_cluster(command):
                kind = TestKind.VALIDATION
            if kind is not None and not _feeds_cluster(step, command):
                why = reason or _masked_command(command) or _forgotten(step, command)
                place = command_place(step, command)
                yield TestRun(kind, _shown(command), place, not why, why, command, step)


def _action(step: Step, reason: str) -> Iterator[TestRun]:
    uses = step.uses
    if uses is None:
        return
    name = uses.name.lower()
    kind = known.ACTIONS.get(name)
    if name == "cypress-io/github-action" and step.inputs.at("runTests").text == "false":
        kind = None
    if kind:
        yield TestRun(kind, uses.name, uses.place, not reason, reason, None, step)
    given = step.inputs.at(known.ACTION_COMMANDS.get(name, "")).text
    if given and kind is None:
        prefix = {"gradle": "gradle ", "actions-rs": "cargo "}.get(name.partition("/")[0], "")
        for command in shell.parse(prefix + given, uses.place.line).commands:
            inner = kind_of(command)
            if inner:
                why = reason or _masked_command(command)
                yield TestRun(inner, command.text, uses.place, not why, why, command, step)


def _hook_kind(site: Site[object], step: Step, command: Command) -> TestKind | None:
    if command.program not in {"pre-commit", "prek"} or "run" not in command.words:
        return None
    if any(hook in command.argv for hook in known.HOOKS):
        return TestKind.VALIDATION
    named = [w for w in command.words if w != "run"]
    config = site.repo.file(".pre-commit-config.yaml", near=step.file)
    if named or config is None or config.root is not step.file.root:
        return None
    hooks = (
        h.at("id").text
        for r in config.yaml.first.at("repos").items()
        for h in r.at("hooks").items()
    )
    return TestKind.VALIDATION if known.HOOKS & set(hooks) else None


def _shown(command: Command) -> str:
    # Substitutions say nothing to a reader, and may be long.
    return command.text.partition(" $")[0]


def _feeds_cluster(step: Step, command: Command) -> bool:
    # `helm template | kubectl apply -f -` renders in order to deploy, not in order to check.
    renders = command.program in {"helm", "kustomize", "helmfile", "kubectl"}
    rendering = bool({"template", "build", "kustomize"} & set(command.words[:1]))
    return renders and rendering and ("kubectl apply" in step.run or " > " in step.run)


def _asserts_cluster(command: Command) -> bool:
    words = command.words
    return command.program == "kubectl" and (
        words[:1] == ("wait",) or words[:2] == ("rollout", "status")
    )


def _masked_step(job: Job, step: Step) -> str:
    if step.ignores_errors:
        return "continue-on-error on the step"
    if job.ignores_errors:
        return "continue-on-error on the job"
    return ""


def _forgotten(step: Step, command: Command) -> str:
    """Why a command cannot fail whose code is kept (`cmd || code=$?`) and never looked at."""
    lines = step.file.lines
    if command not in step.commands or command.line > len(lines):
        return ""
    text = lines[command.line - 1]
    kept = text.rpartition("||")[2].strip()
    name = kept.removesuffix("=$?")
    if "||" not in text or kept == name or not name.replace("_", "").isalnum():
        return ""
    asked = f"${name}" in step.run or f"${{{name}}}" in step.run
    return "" if asked else f"its exit code is kept in {name}, which nothing reads"


def _masked_command(command: Command) -> str:
    if "--exit-zero" in command.argv:
        return "a flag that turns its failure into success"
    if command.masked:
        return "its exit code is thrown away (`|| true`, a pipe without pipefail, or no `set -e`)"
    return "it is the condition of an `if`" if command.condition else ""
