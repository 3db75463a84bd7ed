"""Ways to replace or hand over a credential that break things or show it."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.platform.joined import joined
from seatrial.kit.secrets.secretnames import is_secret_name
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.practices.secret_rotation.commands import commands
from seatrial.practices.secret_rotation.rotations import replaces
from seatrial.practices.secret_rotation.settings import Settings


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
    for command, place in commands(site):
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


@check("secret-rotation/unsafe-characters", severity=Severity.LOW)
def unsafe_characters(site: Site[Settings]) -> Iterator[Observation]:
    """A new password may hold characters that break URLs.

    Why: `openssl rand -base64` gives `/`, `+` and `=`; in a connection URL they end the password.
    Fix: `openssl rand -hex 32`, or letters and digits only.
    """
    for command, place in commands(site):
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
            run = job.commands
            opens = any(c.starts("gh", "issue", "create") for c in run) or any(
                s.uses and "issue" in s.uses.name.lower() for s in job.all_steps
            )
            if opens and not any(replaces(c) for c in run) and not job.is_off:
                yield fault(job.place, f"job {job.id} only reminds people to rotate")


def _sets_secret(word: str) -> bool:
    name, equals, _ = word.partition("=")
    return bool(equals) and is_secret_name(name)
