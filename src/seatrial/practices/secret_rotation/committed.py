"""Credentials that stand in the repository: in its files, its states, its history."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.secrets.leaked import SHOWN_BY, leaked
from seatrial.kit.secrets.secrettypes import is_sample
from seatrial.kit.secrets.secretvalues import Literal, literals
from seatrial.kit.site import Site
from seatrial.model.finding import Confidence, Observation, Reach, Severity, fault, unknown
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.secret_rotation.settings import Settings
from seatrial.repo.environments import environment_of
from seatrial.repo.files import Root
from seatrial.repo.git.history import PastFile

_GROUPED = 5
_HISTORY = (".env", ".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".pgpass")
_SHOWN = 4


@check(
    "secret-rotation/credential-in-git",
    severity=Severity.HIGH,
    requirement=True,
    fix="secrets rotate",
)
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
                    environments=known(site, literal.environments),
                    severity=_weight(site, literal),
                )
    yield from _in_states(site)
    yield from _in_history(site)


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
        environments=() if everywhere else known(site, names),
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
        if state.sensitive and not state.encrypted and not is_sample(state.file.path):
            names = list(dict.fromkeys(str(one) for one in state.sensitive))
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            yield fault(
                state.place,
                f"the state in {state.file.path} holds {', '.join(names[:_SHOWN])}{more}",
                environments=known(site, (environment_of(state.workspace) or "",)),
                severity=Severity.CRITICAL,
            )


def _in_history(site: Site[Settings]) -> Iterator[Observation]:
    listed = leaked(site)
    if listed:
        path, place = next(iter(listed.items()))
        more = f" and {len(listed) - 1} more" if len(listed) > 1 else ""
        yield unknown(
            f"credentials of {path}{more} are listed as leaked: no file shows whether they were"
            " replaced since",
            reach=Reach.API,
            credential=SHOWN_BY,
            place=place,
        )
    for root, history in site.repo.histories:
        gone = [p for p in history.files if _is_gone(root, p) and p.path not in listed]
        if gone:
            first = gone[0]
            more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
            since = f" (added {first.added.at.date()})" if first.added else ""
            yield fault(
                Place(root.name, first.path, 1, 1),
                f"history still holds {first.path}{more}{since}:"
                " whatever stood there is known to every clone",
                severity=Severity.MEDIUM if first.path.endswith(".env") else None,
                confidence=Confidence.MEDIUM,
            )


def _is_gone(root: Root, past: PastFile) -> bool:
    if past.path in root.files or is_sample(past.path) or "debug" in past.path:
        return False
    return past.path.endswith(_HISTORY)


def known(site: Site[Settings], names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of environments that the site really has."""
    return tuple(name for name in names if any(e.name == name for e in site.environments))
