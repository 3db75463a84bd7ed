"""Whether credentials are kept out of git, replaced on their own, and accounted for."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.data.databases import clients
from seatrial.kit.data.terraformruns import used_modules
from seatrial.kit.delivery.releases import deployments
from seatrial.kit.platform.joined import joined
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Reach, Severity, fault, met, unknown
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.secret_rotation.ages import overdue
from seatrial.practices.secret_rotation.commands import on_a_command_line
from seatrial.practices.secret_rotation.committed import credential_in_git, known
from seatrial.practices.secret_rotation.credentials import credentials
from seatrial.practices.secret_rotation.defaults import known_default
from seatrial.practices.secret_rotation.handed import shown_in_plans, through_helm_values
from seatrial.practices.secret_rotation.rotations import inventory, rotations
from seatrial.practices.secret_rotation.settings import Settings
from seatrial.practices.secret_rotation.standing import (
    standing_key,
    standing_personal_token,
    standing_registry_password,
)
from seatrial.practices.secret_rotation.stores import stores
from seatrial.practices.secret_rotation.traps import (
    reminder,
    standing_token,
    unsafe_characters,
    until_restart,
)

__all__ = [
    "credential_in_git",
    "known_default",
    "not_applicable",
    "on_a_command_line",
    "overdue",
    "reminder",
    "shown_in_plans",
    "standing_key",
    "standing_personal_token",
    "standing_registry_password",
    "standing_token",
    "through_helm_values",
    "unsafe_characters",
    "until_restart",
]


_SHOWN = 12
_WRITTEN_ONCE = frozenset(
    {
        "aws_secretsmanager_secret_version",
        "google_secret_manager_secret_version",
        "azurerm_key_vault_secret",
        "vault_kv_secret",
        "vault_kv_secret_v2",
    }
)


def not_applicable(site: Site[Settings]) -> str:
    """No credential at all: nothing to rotate, nothing to keep."""
    if credentials(site) or stores(site) or site.repo.ci_systems or site.repo.terraform.states:
        return ""
    if clients(site) and runs_for_somebody(site):
        return ""
    return "no credential is used here (the job's own GITHUB_TOKEN ends with the job)"


@check("secret-rotation/no-store", severity=Severity.MEDIUM, requirement=True)
def no_store(site: Site[Settings]) -> Iterator[Observation]:
    """Credentials are set by hand, one store at a time.

    Why: what was typed into a settings page has no owner and no age, and the next person types it
    into another page.
    Fix: keep them in one store (External Secrets, Vault, SOPS) or use none (OIDC).
    """
    yield from joined(_no_store(site))


def _no_store(site: Site[Settings]) -> Iterator[Observation]:
    found = stores(site)
    for what, place, environments in found:
        yield met(place, what, environments=known(site, environments))
    names = credentials(site)
    if not found and names:
        name, place = names[0]
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        yield fault(place, f"{name}{more} come{'s' * (len(names) == 1)} from no secret store")


@check(
    "secret-rotation/no-rotation", severity=Severity.HIGH, requirement=True, fix="secrets rotate"
)
def no_rotation(site: Site[Settings]) -> Iterator[Observation]:
    """Nothing replaces credentials on its own.

    Why: a credential that is as old as the system was seen by everybody who ever worked on it.
    Fix: `seatrial secrets rotate` on a schedule, or the rotation of the store or cloud.
    """
    yield from joined(_no_rotation(site))


def _no_rotation(site: Site[Settings]) -> Iterator[Observation]:
    found = rotations(site)
    for rotation in found:
        yield met(rotation.place, rotation.what, environments=known(site, rotation.environments))
    if found:
        return
    hidden = tuple(_elsewhere(site))
    yield from hidden
    if not hidden:
        kept = _kept_by_terraform(site)
        yield fault(
            kept[0] if kept else _where(site),
            "no credential is replaced automatically",
            related=kept[1:_SHOWN],
        )


@check(
    "secret-rotation/untested-rotation",
    severity=Severity.MEDIUM,
    requirement=True,
    fix="secrets rotate",
)
def untested_rotation(site: Site[Settings]) -> Iterator[Observation]:
    """A rotation does not try the new credential before the old one goes.

    Why: a rotation that failed halfway locks the application out, at night, on a schedule.
    Fix: log in with the new credential before revoking; `seatrial secrets rotate` does both.
    """
    yield from joined(_untested_rotation(site))


def _untested_rotation(site: Site[Settings]) -> Iterator[Observation]:
    for rotation in rotations(site):
        if not rotation.tested:
            yield fault(
                rotation.place,
                f"{rotation.what}, but nothing tries the new credential",
                environments=known(site, rotation.environments),
            )


@check("secret-rotation/no-inventory", severity=Severity.MEDIUM, requirement=True)
def no_inventory(site: Site[Settings]) -> Iterator[Observation]:
    """There is no list of credentials with owner and maximum age.

    Why: what nobody lists is forgotten in the next leak, and is nobody's when it must be replaced.
    Fix: `seatrial secrets list` finds them; `seatrial apply secret-rotation` writes the list.
    """
    place = inventory(site)
    if place:
        yield met(place, "credentials are listed with owner and maximum age")
        return
    count = len(credentials(site))
    what = f"{count} credentials are" if count > 1 else "credentials are"
    yield fault(
        _where(site), f"{what} used, and no list says who owns them and how old they may be"
    )


def _elsewhere(site: Site[Settings]) -> Iterator[Observation]:
    if clients(site) and not credentials(site) and not deployments(site):
        name, place = clients(site)[0]
        yield unknown(
            f"the application logs in to a database ({name}), but is deployed and given its"
            " credentials somewhere else",
            reach=Reach.ELSEWHERE,
            credential="the repository that deploys it",
            place=place,
        )
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            uses = job.uses
            if uses and not uses.is_local and not job.is_off and "rotat" in uses.name.lower():
                yield unknown(
                    f"job {job.id} runs {uses.name}, which lies in another repository:"
                    " it cannot be seen what it rotates",
                    reach=Reach.ELSEWHERE,
                    credential=f"a checkout of {'/'.join(uses.name.split('/')[:2])}",
                    place=uses.place,
                )


def _kept_by_terraform(site: Site[Settings]) -> tuple[Place, ...]:
    """Values that Terraform puts into a store once: a rotation would be added beside them."""
    return tuple(
        block.place
        for module in used_modules(site)
        for block in module.resources()
        if block.labels and block.labels[0] in _WRITTEN_ONCE
    )


def _where(site: Site[Settings]) -> Place:
    for release in deployments(site):
        if release.job.secrets:
            return release.job.secrets[0][1]
    for _, place in credentials(site):
        return place
    for _, place, _ in stores(site):
        return place
    for _, place in clients(site):
        return place
    first = next(iter(site.repo.workflows), None)
    if first:
        return first.place
    return next(f.place() for f in site.repo.files())
