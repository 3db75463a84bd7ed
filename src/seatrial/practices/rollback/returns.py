"""Ways back to an earlier version: who takes them, by whom, and to which version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.progressive import Shape, deliveries
from seatrial.kit.delivery.releases import command_place, releases
from seatrial.kit.delivery.targets import targets_of
from seatrial.kit.delivery.verifying import means_of
from seatrial.kit.folders import folder_of
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.practices.rollback.infrastructure import infrastructure
from seatrial.practices.rollback.scripted import named_by_pipelines, ways_back
from seatrial.repo.commands.shell import Command
from seatrial.repo.workflows import Job, Step


@struct(eq=False)
class Return:
    """One way back.

    Attributes:
        how: what takes it, for messages.
        automatic: no person is needed.
        verified: it goes to a version that was verified, not simply to the one before.
        in_cluster: it changes the cluster, not what git says.
    """

    how: str
    place: Place
    environments: tuple[str, ...] = ()
    automatic: bool = True
    verified: bool = False
    in_cluster: bool = False
    job: Job | None = None
    step: Step | None = None
    command: Command | None = None


_COMMANDS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("helm", ("rollback",)),
    ("kubectl", ("rollout", "undo")),
    ("oc", ("rollout", "undo")),
    ("oc", ("rollback",)),
    ("kubectl", ("argo", "rollouts", "undo")),
    ("kubectl", ("argo", "rollouts", "abort")),
    ("argocd", ("app", "rollback")),
    ("aws", ("deploy", "stop-deployment")),
    ("heroku", ("rollback",)),
    ("heroku", ("releases:rollback",)),
    ("kamal", ("rollback",)),
    ("cf", ("rollback",)),
    ("dokku", ("ps:revert",)),
    ("gcloud", ("run", "services", "update-traffic")),
    ("gcloud", ("deploy", "targets", "rollback")),
    ("nomad", ("job", "revert")),
    ("vercel", ("rollback",)),
    ("wrangler", ("rollback",)),
    ("cap", ("deploy:rollback",)),
    ("eb", ("abort",)),
    ("docker", ("service", "rollback")),
    ("git", ("revert",)),
    ("seatrial", ("rollback",)),
    ("seatrial", ("deploy",)),
)
_FAILED: Final = (
    ".result=='failure'",
    ".outcome=='failure'",
    ".conclusion=='failure'",
    ".result!='success'",
    ".outcome!='success'",
)
_IN_CLUSTER: Final = frozenset({"helm", "kubectl", "oc"})


@once
def returns(site: Site[object]) -> tuple[Return, ...]:
    """All ways back that are in force."""
    return (
        *_pipelines(site),
        *_scripts(site),
        *_atomic(site),
        *_controllers(site),
        *_declared(site),
    )


def _scripts(site: Site[object]) -> Iterator[Return]:
    """Ways back in deploy scripts that the file of another CI system starts."""
    for script, system in named_by_pipelines(site):
        for command, automatic in ways_back(script):
            yield Return(
                f"`{command.text}` in {script.file.path}, which {system.path} starts",
                script.file.place(command.line),
                automatic=automatic,
                verified=automatic and names_version(command),
                in_cluster=True,
            )


def _pipelines(site: Site[object]) -> Iterator[Return]:
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            if not job.is_off:
                for step in job.all_steps:
                    for command in site.repo.followed(
                        step.commands, step.file, folder_of(job, step)
                    ):
                        if _is_return(command) and _is_meant(job, step, command):
                            yield _of_command(job, step, command)
                    if after_failure(job) or after_failure(step):
                        yield from _by_commit(site, job, step)


def _by_commit(site: Site[object], job: Job, step: Step) -> Iterator[Return]:
    """A version written back into git, from where a controller takes it."""
    writes = False
    for command in site.repo.followed(step.commands, step.file, folder_of(job, step)):
        writes = writes or (
            command.program in {"sed", "yq"} and any(w.startswith("-i") for w in command.argv[1:])
        )
        if writes and command.starts("git", "push"):
            yield Return(
                f"a commit in job {job.id} names the version before again",
                command_place(step, command),
                verified=True,
                job=job,
                step=step,
            )
            return


def _is_meant(job: Job, step: Step, command: Command) -> bool:
    # Traffic is also moved forwards, and commits are reverted for many reasons.
    if command.program == "gcloud" and "update-traffic" in command.words:
        return "--to-latest" not in command.argv and (after_failure(job) or after_failure(step))
    if command.program == "git":
        named = f"{job.id} {job.workflow.name} {step.name}".lower()
        return after_failure(job) or after_failure(step) or "rollback" in named
    return True


def _is_return(command: Command) -> bool:
    return any(
        command.program == program and command.words[: len(leading)] == leading
        for program, leading in _COMMANDS
    )


def _of_command(job: Job, step: Step, command: Command) -> Return:
    own = command.program == "seatrial"
    automatic = own and "deploy" in command.words
    automatic = automatic or after_failure(job) or after_failure(step) or _handles(step, command)
    return Return(
        f"`{command.text}` in job {job.id}",
        command_place(step, command),
        automatic=automatic,
        verified=own or (automatic and names_version(command)),
        in_cluster=command.program in _IN_CLUSTER,
        job=job,
        step=step,
        command=command,
    )


def after_failure(part: Job | Step) -> bool:
    """True for a job or step that runs because something failed."""
    text = part.condition.replace(" ", "")
    if "failure()" in text.replace("!failure()", ""):
        return True
    return any(mark in text for mark in _FAILED)


def _handles(step: Step, command: Command) -> bool:
    # `kubectl rollout status ... || kubectl rollout undo ...`, `if ! curl ...; then helm rollback`
    checks = [c for c in step.commands if c is not command and means_of(step, c)]
    return any(c.line <= command.line and (c.condition or c.masked) for c in checks)


def names_version(command: Command) -> bool:
    """True when a way back names the revision that it goes to."""
    if command.program == "helm":
        return len(command.words) > 2 and command.words[2] != "0"  # noqa: PLR2004 (verb, name, revision)
    if command.starts("git", "revert"):
        return False
    return any(w.startswith(("--to-revision=", "--to-revisions")) for w in command.argv)


def _atomic(site: Site[object]) -> Iterator[Return]:
    for release in releases(site):
        for act in release.acts:
            argv = act.command.argv if act.command else ()
            if {"--atomic", "--rollback-on-failure", "--atomic=true"} & set(argv):
                yield Return(
                    f"`{act.what}` returns to the revision before when the upgrade fails",
                    act.place,
                    targets_of(site, release),
                    job=release.job,
                    step=act.step,
                )


def _controllers(site: Site[object]) -> Iterator[Return]:
    for manifest in live_manifests(site):
        upgrade = manifest.node.at("spec", "upgrade", "remediation")
        if manifest.kind == "HelmRelease" and upgrade:
            retries = upgrade.at("retries").value
            last = upgrade.at("remediateLastFailure").value
            if retries not in (None, 0) or last is True:
                where = manifest.place("spec", "upgrade", "remediation")
                name = f"HelmRelease/{manifest.name}"
                yield Return(f"{name} is remediated by Flux", where, manifest.environments)
    for delivery in deliveries(site):
        if delivery.shape is not Shape.WEIGHTED:
            yield Return(
                f"{delivery.name} is taken back by {delivery.tool}",
                delivery.place,
                delivery.environments,
                automatic=delivery.analysed or delivery.tool != "Argo Rollouts",
            )


def _declared(site: Site[object]) -> Iterator[Return]:
    for how, place, environments in infrastructure(site):
        yield Return(how, place, environments)
