"""Ways to replace or hand over a credential that break things or show it."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.joined import joined
from seatrial.kit.releases import command_place
from seatrial.kit.secretnames import is_secret_name
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.secret_rotation.credentials import standing_keys
from seatrial.practices.secret_rotation.rotations import replaces
from seatrial.practices.secret_rotation.settings import Settings
from seatrial.repo.files import File
from seatrial.repo.shell import Command

_PASSWORD_FLAGS = ("--body", "-b")


@check("secret-rotation/standing-key", severity=Severity.MEDIUM)
def standing_key(site: Site[Settings]) -> Iterator[Observation]:
    """A pipeline keeps a cloud key or kubeconfig that never ends.

    Why: whoever reads it once can use it for years, from anywhere.
    Fix: OIDC to the cloud, or a token of TokenRequest that ends with the job.
    """
    by_kind: dict[str, list[tuple[str, Place]]] = {}
    for name, what, place in standing_keys(site):
        by_kind.setdefault(what, []).append((name, place))
    for what, found in by_kind.items():
        names = ", ".join(name for name, _ in found)
        verb = "is" if len(found) == 1 else "are each"
        yield fault(found[0][1], f"{names} {verb} {what} that never ends")


@check("secret-rotation/standing-token", severity=Severity.MEDIUM)
def standing_token(site: Site[Settings]) -> Iterator[Observation]:
    """A ServiceAccount has a token that never ends.

    Why: a Secret of type `kubernetes.io/service-account-token` holds one that is valid until the
    account is deleted.
    Fix: TokenRequest (`kubectl create token`), or a projected volume.
    """
    yield from joined(_standing_token(site))


def _standing_token(site: Site[Settings]) -> Iterator[Observation]:
    kind = "kubernetes.io/service-account-token"
    for manifest in site.repo.manifests:
        if manifest.kind == "Secret" and manifest.node.at("type").text == kind:
            yield fault(
                manifest.place("type"),
                f"Secret/{manifest.name} is a ServiceAccount token that never ends",
                environments=manifest.environments,
            )
    for module in site.repo.terraform.modules:
        for block in module.resources("kubernetes_secret"):
            written = block.attr("type")
            if written and kind in written.text and not module.is_example:
                yield fault(
                    written.place, f"{block.address} is a ServiceAccount token that never ends"
                )


@check("secret-rotation/set-env", severity=Severity.HIGH)
def until_restart(site: Site[Settings]) -> Iterator[Observation]:
    """A password is changed with `kubectl set env`.

    Why: an initialised database keeps its old password, and the new one stands in the Deployment
    for everybody who may read it.
    Fix: change it in the database first (two users in turn), then in the Secret.
    """
    for command, place in _commands(site):
        if command.starts("kubectl", "set", "env"):
            name = next(
                (w.partition("=")[0] for w in command.argv if _sets_secret(w)),
                "",
            )
            if name:
                yield fault(
                    place,
                    f"`kubectl set env {name}=...` does not change the database and shows the"
                    " value in the workload",
                )


@check("secret-rotation/on-a-command-line", severity=Severity.MEDIUM)
def on_a_command_line(site: Site[Settings]) -> Iterator[Observation]:
    """A credential is handed over on a command line.

    Why: the process list and the shell's trace show it to everybody on the machine.
    Fix: give it on standard input (`gh secret set NAME < file`) or from a file.
    """
    for command, place in _commands(site):
        if command.starts("gh", "secret", "set") and command.flag(*_PASSWORD_FLAGS):
            name = command.words[2] if len(command.words) > 2 else "a secret"  # noqa: PLR2004 (`gh secret set NAME`)
            yield fault(place, f"`gh secret set {name} --body` shows the value in the process list")


@check("secret-rotation/unsafe-characters", severity=Severity.LOW)
def unsafe_characters(site: Site[Settings]) -> Iterator[Observation]:
    """A new password may hold characters that break URLs.

    Why: `openssl rand -base64` gives `/`, `+` and `=`; in a connection URL they end the password.
    Fix: `openssl rand -hex 32`, or letters and digits only.
    """
    for command, place in _commands(site):
        if command.starts("openssl", "rand") and "-base64" in command.argv:
            yield fault(place, "`openssl rand -base64` gives characters that break connection URLs")


@check("secret-rotation/reminder", severity=Severity.MEDIUM)
def reminder(site: Site[Settings]) -> Iterator[Observation]:
    """A reminder stands in for a rotation.

    Why: an issue that is opened every quarter replaces nothing; people close it.
    Fix: let the schedule rotate, and the issue report what failed.
    """
    for workflow in site.repo.workflows:
        named = "rotat" in workflow.name.lower() or "rotat" in workflow.file.name.lower()
        if not named or not workflow.trigger("schedule"):
            continue
        for job in workflow.jobs:
            commands = job.commands
            opens = any(c.starts("gh", "issue", "create") for c in commands) or any(
                s.uses and "issue" in s.uses.name.lower() for s in job.all_steps
            )
            if opens and not any(replaces(c) for c in commands) and not job.is_off:
                yield fault(job.place, f"job {job.id} only reminds people to rotate")


def _sets_secret(word: str) -> bool:
    name, equals, _ = word.partition("=")
    return bool(equals) and is_secret_name(name)


def _commands(site: Site[Settings]) -> Iterator[tuple[Command, Place]]:
    """Commands of workflows and of the repositories' own scripts."""
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            for step in job.all_steps if not job.is_off else ():
                for command in step.commands:
                    yield command, command_place(step, command)
    for file in _scripts(site):
        script = site.repo.scripts(file.root).at(file.path)
        for command in script.commands if script else ():
            yield command, file.place(command.line)


def _scripts(site: Site[Settings]) -> Iterator[File]:
    words = ("secret set", "set env", "openssl rand")
    for file in site.repo.files():
        if file.suffix in {".sh", ".bash"} and any(word in file.text for word in words):
            yield file
