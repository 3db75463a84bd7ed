"""Which steps scan for weaknesses, what they look at, and whether a hit can fail anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releases import command_place
from seatrial.kit.delivery.scangates import THROWN, action_passes, command_passes
from seatrial.kit.delivery.scantools import (
    ACTIONS,
    COMMANDS,
    HOOKS,
    IMAGES,
    LINTER_PARTS,
    LINTERS,
    Scanned,
)
from seatrial.kit.site import Site
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.commands.shell import Command
from seatrial.repo.expressions import fold
from seatrial.repo.files import File
from seatrial.repo.workflows import Job, Step

__all__ = ["Scan", "Scanned", "gating_scans", "scanned_by", "scans_of"]

_PRE_COMMIT: Final = ".pre-commit-config.yaml"
_PRE_COMMIT_ACTIONS: Final = (
    "pre-commit/action",
    "j178/prek-action",
    "clowdhaus/terraform-composite-actions/pre-commit",
)
_NO_SCAN: Final = frozenset(
    {"--version", "--help", "-h", "version", "help", "install", "download-db", "clean", "plugin"}
)


@struct
class Scan:
    """One scan of one thing in a job; a tool that looks at two things makes two.

    Attributes:
        counts: True when a hit at the tool's threshold fails the job.
        why_not: what keeps it from failing.
        step: the step that holds it; None for a job that calls a scanner's reusable workflow.
        subject: the image that is scanned, as written; empty when none is named.
    """

    scanned: Scanned
    tool: str
    place: Place
    counts: bool
    why_not: str = ""
    step: Step | None = None
    subject: str = ""


def scans_of(site: Site[object], job: Job) -> Iterator[Scan]:
    """Yield the scans of a job, in order; those that cannot fail it say why."""
    masked = "continue-on-error" if job.ignores_errors else ""
    if job.uses and not job.uses.is_local:
        known = _known_action(job.uses.name.lower())
        if known:
            off = fold(job.node.at("with", "fail-on-vuln").text or "true") is False
            why = masked or ("it is told not to fail" if off else "")
            for scanned in known:
                yield Scan(scanned, job.uses.name, job.uses.place, not why, why)
    for step in job.all_steps:
        reason = masked or ("continue-on-error" if step.ignores_errors else "")
        yield from _of_action(step, reason)
        for command in site.repo.followed(step.commands, step.file):
            yield from _of_command(step, command, reason)


def gating_scans(site: Site[object], job: Job) -> tuple[Scan, ...]:
    """Scans of a job that can fail it."""
    return tuple(scan for scan in scans_of(site, job) if scan.counts)


def scanned_by(command: Command) -> tuple[Scanned, ...]:
    """What a command scans; empty for any other command."""
    if _NO_SCAN & set(command.argv[1:3]) or {"fix", "signatures"} & set(command.words[1:2]):
        return ()
    program, words = _program(command)
    if program == "trivy":
        return _trivy(words[:1], command.flag("--scanners", "--security-checks") or "")
    if program == "dotnet" and "--vulnerable" in command.argv:
        return (Scanned.DEPENDENCIES,)
    if program in {"mvn", "mvnw", "gradle", "gradlew"}:
        goals = {"dependency-check:check", "dependencyCheckAnalyze", "dependencyCheckAggregate"}
        hit = any(word in goals or "dependency-check-maven" in word for word in words)
        return (Scanned.DEPENDENCIES,) if hit else ()
    for name, leading, scanned in COMMANDS:
        if program == name and words[: len(leading)] == leading:
            return scanned
    return ()


def _program(command: Command) -> tuple[str, tuple[str, ...]]:
    """Program and words, those of a scanner's container or module put in place."""
    program, words, argv = command.program, command.words, command.argv
    if program.startswith("python") and "-m" in argv[:-1]:
        return argv[argv.index("-m") + 1].replace("_", "-"), ()
    if program in {"docker", "podman"} and "run" in words[:1]:
        for index, word in enumerate(argv):
            name = "/".join(word.partition("@")[0].split("/")[-2:]).partition(":")[0]
            if name in IMAGES:
                return IMAGES[name], tuple(w for w in argv[index + 1 :] if not w.startswith("-"))
    if program in {"uvx", "pipx", "npx"} and words:
        rest = words[1:] if words[0] == "run" else words
        return (rest[0].partition("@")[0], rest[1:]) if rest else (program, words)
    return program, words


def _of_command(step: Step, command: Command, reason: str) -> Iterator[Scan]:
    place = command_place(step, command)
    if command.program in {"pre-commit", "prek"} and command.words[:1] == ("run",):
        why = reason or (THROWN if command.masked or command.condition else "")
        yield from _hooks(step, place, why, command.words[1:])
        return
    for scanned in scanned_by(command):
        why = reason or command_passes(command)
        image = scanned is Scanned.IMAGE
        subject = command.words[-1] if image and len(command.words) > 0 else ""
        tool = _program(command)[0]
        yield Scan(scanned, tool, place, not why, why, step, subject)


def _of_action(step: Step, reason: str) -> Iterator[Scan]:
    uses = step.uses
    if uses is None:
        return
    name = uses.name.lower()
    if name in LINTERS:
        for part in _linter_parts(step):
            for scanned in LINTER_PARTS[part]:
                yield Scan(scanned, uses.name, uses.place, not reason, reason, step)
        return
    if name in _PRE_COMMIT_ACTIONS:
        words = tuple(
            step.inputs.at("extra_args").text.split() or step.inputs.at("args").text.split()
        )
        yield from _hooks(step, uses.place, reason, words)
        return
    for scanned in _targets(name, step):
        why = reason or action_passes(name, step)
        inputs = step.inputs
        subject = inputs.at("image-ref").text or inputs.at("image").text
        yield Scan(scanned, uses.name, uses.place, not why, why, step, subject)


def _known_action(name: str) -> tuple[Scanned, ...]:
    return next((s for known, s in ACTIONS if name == known or name.startswith(known + "/")), ())


def _targets(name: str, step: Step) -> tuple[Scanned, ...]:
    if name == "aquasecurity/trivy-action":
        kind = step.inputs.at("scan-type").text or "image"
        return _trivy((kind,), step.inputs.at("scanners").text)
    return _known_action(name)


def _trivy(words: tuple[str, ...], scanners: str) -> tuple[Scanned, ...]:
    by_word = {words: s for name, words, s in COMMANDS if name == "trivy"}
    base = by_word.get(words, ())
    if not scanners or base in {(Scanned.IMAGE,), (Scanned.IAC,)}:
        return base
    chosen = {
        "vuln": Scanned.DEPENDENCIES,
        "secret": Scanned.SECRETS,
        "misconfig": Scanned.IAC,
        "config": Scanned.IAC,
    }
    names = [s.strip() for s in scanners.split(",")]
    return tuple(chosen[n] for n in names if n in chosen) if base else ()


def _linter_parts(step: Step) -> Iterator[str]:
    # Naming one part with `true` switches all others off; otherwise all run that are not `false`.
    asked = {
        key.removeprefix("VALIDATE_"): node.text.lower()
        for key, node in step.env.pairs()
        if key.startswith("VALIDATE_") and key != "VALIDATE_ALL_CODEBASE"
    }
    only = {part for part, value in asked.items() if value == "true"}
    for part in LINTER_PARTS:
        if part in only or (not only and asked.get(part) != "false"):
            yield part


def _hooks(step: Step, place: Place, why: str, words: tuple[str, ...]) -> Iterator[Scan]:
    """Scans among the pre-commit hooks that a step runs; a hook may be picked by its id."""
    file = step.file.root.files.get(_PRE_COMMIT)
    if file is None:
        return
    ids = dict(_hook_ids(file))
    picked = [word for word in words if word in ids]
    for hook in picked or ids:
        for scanned in HOOKS.get(hook, ()):
            yield Scan(scanned, f"pre-commit ({hook})", place, not why, why, step)


def _hook_ids(file: File) -> Iterator[tuple[str, int]]:
    for repo in file.yaml.first.at("repos").items():
        for hook in repo.at("hooks").items():
            stages = {node.text for node in hook.at("stages").listed()}
            if stages != {"manual"}:
                yield hook.at("id").text, hook.line
