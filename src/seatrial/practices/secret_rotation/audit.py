"""Whether credentials are kept out of git, replaced on their own, and accounted for."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.databases import clients
from seatrial.kit.joined import joined
from seatrial.kit.releases import deployments
from seatrial.kit.secrettypes import is_sample
from seatrial.kit.secretvalues import Literal, literals
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site
from seatrial.model.finding import Confidence, Observation, Reach, Severity, fault, met, unknown
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.secret_rotation.credentials import credentials
from seatrial.practices.secret_rotation.rotations import inventory, rotations
from seatrial.practices.secret_rotation.settings import Settings
from seatrial.practices.secret_rotation.stores import stores
from seatrial.practices.secret_rotation.traps import (
    on_a_command_line,
    reminder,
    standing_key,
    standing_token,
    unsafe_characters,
    until_restart,
)
from seatrial.repo.environments import environment_of

__all__ = [
    "not_applicable",
    "on_a_command_line",
    "reminder",
    "standing_key",
    "standing_token",
    "unsafe_characters",
    "until_restart",
]

_GROUPED = 5
_HISTORY = (".env", ".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".pgpass")
_SHOWN = 4


def not_applicable(site: Site[Settings]) -> str:
    """No credential at all: nothing to rotate, nothing to keep."""
    if credentials(site) or stores(site) or site.repo.ci_systems or site.repo.terraform.states:
        return ""
    if clients(site) and runs_for_somebody(site):
        return ""
    return "no credential is used here (the job's own GITHUB_TOKEN ends with the job)"


@check("secret-rotation/credential-in-git", severity=Severity.HIGH, requirement=True, fix="rotate")
def credential_in_git(site: Site[Settings]) -> Iterator[Observation]:
    """A credential is written out in the repository.

    Why: everybody who ever cloned it has it, and taking the line out leaves it in history.
    Fix: `seatrial secrets rotate` replaces it first; then keep the new one in a secret store and
    only its name in git.
    """
    by_name: dict[tuple[str, str], list[Literal]] = {}
    for literal in literals(site):
        by_name.setdefault((literal.name, literal.kind), []).append(literal)
    for group in by_name.values():
        if len(group) > _GROUPED:
            yield _grouped(site, group)
        else:
            for literal in group:
                yield fault(
                    literal.place,
                    f"{_called(literal)} is written out in {literal.place.path}",
                    environments=_known(site, literal.environments),
                    severity=_weight(site, literal),
                )
    yield from _in_states(site)
    yield from _in_history(site)


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
        yield met(place, what, environments=_known(site, environments))
    names = credentials(site)
    if not found and names:
        name, place = names[0]
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        yield fault(place, f"{name}{more} come{'s' * (len(names) == 1)} from no secret store")


@check("secret-rotation/no-rotation", severity=Severity.HIGH, requirement=True, fix="rotate")
def no_rotation(site: Site[Settings]) -> Iterator[Observation]:
    """Nothing replaces credentials on its own.

    Why: a credential that is as old as the system was seen by everybody who ever worked on it.
    Fix: `seatrial secrets rotate` on a schedule, or the rotation of the store or cloud.
    """
    yield from joined(_no_rotation(site))


def _no_rotation(site: Site[Settings]) -> Iterator[Observation]:
    found = rotations(site)
    for rotation in found:
        yield met(rotation.place, rotation.what, environments=_known(site, rotation.environments))
    if found:
        return
    hidden = tuple(_elsewhere(site))
    yield from hidden
    if not hidden:
        yield fault(_where(site), "no credential is replaced automatically")


@check(
    "secret-rotation/untested-rotation", severity=Severity.MEDIUM, requirement=True, fix="rotate"
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
                environments=_known(site, rotation.environments),
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


def _called(literal: Literal) -> str:
    if literal.kind == "value":
        return (
            f"{literal.name} of {literal.owner}"
            if literal.owner not in str(literal.place)
            else literal.name
        )
    if literal.kind == literal.name:
        return f"a {literal.kind}"
    return f"{literal.name} ({literal.kind})"


def _grouped(site: Site[Settings], group: list[Literal]) -> Observation:
    worst = max(group, key=lambda one: _weight(site, one))
    names = tuple(dict.fromkeys(e for one in group for e in one.environments))
    everywhere = any(not one.environments for one in group)
    rest = [one.place for one in group if one is not worst]
    shown = ", ".join(dict.fromkeys(place.path for place in (worst.place, *rest[: _SHOWN - 1])))
    return fault(
        worst.place,
        f"{worst.name} ({worst.kind}) is written out in {len(group)} places: {shown}, ...",
        environments=() if everywhere else _known(site, names),
        severity=_weight(site, worst),
        related=tuple(rest),
    )


def _weight(site: Site[Settings], literal: Literal) -> Severity:
    if literal.kind not in {"value", "URL with a password"}:
        return Severity.CRITICAL
    production = set(literal.environments) & set(site.production)
    if literal.weak:
        return Severity.HIGH if production or not literal.environments else Severity.MEDIUM
    return Severity.CRITICAL if production else Severity.HIGH


def _in_states(site: Site[Settings]) -> Iterator[Observation]:
    for state in site.repo.terraform.states:
        if state.sensitive and not state.encrypted:
            names = list(dict.fromkeys(str(one) for one in state.sensitive))
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            yield fault(
                state.place,
                f"the state in {state.file.path} holds {', '.join(names[:_SHOWN])}{more}",
                environments=_known(site, (environment_of(state.workspace) or "",)),
                severity=Severity.CRITICAL,
            )


def _in_history(site: Site[Settings]) -> Iterator[Observation]:
    for root, history in site.repo.histories:
        gone = [
            past
            for past in history.paths
            if past.deleted
            and past.path.endswith(_HISTORY)
            and not is_sample(past.path)
            and "debug" not in past.path
        ]
        if gone:
            first = gone[0]
            more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
            yield fault(
                Place(root.name, first.path, 1, 1),
                f"history still holds {first.path}{more} (added {first.date} in {first.commit}):"
                " whatever stood there is known to every clone",
                severity=Severity.MEDIUM if first.path.endswith(".env") else None,
                confidence=Confidence.MEDIUM,
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


def _known(site: Site[Settings], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if any(e.name == name for e in site.environments))
