"""Writes an environment: rules first, then the branches it may add, then those that go."""

from __future__ import annotations

from typing import Final

from seatrial.model.struct import replace
from seatrial.systems.github.changes import ProtectEnvironment, Unset, chosen, differs
from seatrial.systems.github.client import Client, segment
from seatrial.systems.github.errors import ChangedError, RefusedError
from seatrial.systems.github.facts import (
    MOST_REVIEWERS,
    BranchRules,
    EnvironmentRules,
    Reviewer,
)
from seatrial.systems.github.reads import read_environment, read_patterns

_LONGEST_WAIT: Final = 43_200
_LONGEST_NAME: Final = 255
_SEE_OTHER: Final = 303
_UNPROCESSABLE: Final = 422
_NOT_FOUND: Final = 404
_READ_ACCESS: Final = "every reviewer needs read access to the repository"


def protect_environment(change: ProtectEnvironment, client: Client) -> None:
    """Bring an environment to the rules that the change speaks of; others stay as they are."""
    _possible(change)
    live = read_environment(client, change.repository, change.environment)
    _as_planned(change, live)
    now = live or EnvironmentRules(change.environment)
    wanted = _merged(now, change, client)
    refused = None
    if live is None or _body(now, wanted, changed=True):
        refused = _put(change, client, live, wanted)
    if wanted.branches.kind == "selected":
        _set_patterns(change, client, wanted.branches.patterns)
    if refused is not None:
        raise _partly(change, refused)
    _compare(change, read_environment(client, change.repository, change.environment))


def _possible(change: ProtectEnvironment) -> None:
    """What GitHub would refuse is said before anything is sent."""
    name = change.environment
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        hint = "GitHub takes 1 to 255 characters"
        raise RefusedError(f"{name!r} is no name for an environment", hint=hint)
    reviewers = () if isinstance(change.reviewers, Unset) else change.reviewers
    if len(reviewers) > MOST_REVIEWERS:
        hint = "name a team: each of its members may approve"
        raise RefusedError(f"{name}: {len(reviewers)} reviewers, GitHub takes six", hint=hint)
    if not isinstance(change.wait_minutes, Unset) and not 0 <= change.wait_minutes <= _LONGEST_WAIT:
        raise RefusedError(f"{name}: a wait timer has 0 to {_LONGEST_WAIT} minutes")


def _as_planned(change: ProtectEnvironment, live: EnvironmentRules | None) -> None:
    """Each field is as it was or as it shall be (a cut run leaves a mixture); else it was moved."""
    if change.before is not None and live is None:
        raise ChangedError(f"{change.target} is gone since the plan", hint="plan again")
    old = change.before or EnvironmentRules(change.environment)
    now = live or old
    names, was = (tuple(r.name for r in e.reviewers) for e in (now, old))
    triples = (
        ("wait timer", now.wait_minutes, old.wait_minutes, change.wait_minutes),
        ("reviewers", names, was, change.reviewers),
        (
            "self-review",
            now.prevent_self_review,
            old.prevent_self_review,
            change.prevent_self_review,
        ),
        ("administrators' bypass", now.admins_bypass, old.admins_bypass, change.admins_bypass),
    )
    moved = [n for n, a, b, c in triples if differs(a, c) and differs(a, b) and not _fresh(n, a)]
    if differs(now.branches, change.branches) and not _between(change.branches, now, old):
        moved.append("branches")
    if moved:
        message = f"{change.target}: {', '.join(moved)} changed since the plan; it is left as it is"
        raise ChangedError(message, hint="plan again, and look at the difference")


def _fresh(name: str, value: object) -> bool:
    # A new environment lets administrators pass; the plan may not have known that there is one.
    return name.startswith("administrators") and value in {True, None}


def _between(new: BranchRules | Unset, now: EnvironmentRules, old: EnvironmentRules) -> bool:
    if isinstance(new, Unset):
        return True
    known = {*old.branches.patterns, *new.patterns}
    return now.branches.kind in {old.branches.kind, new.kind} and known.issuperset(
        now.branches.patterns
    )


def _merged(now: EnvironmentRules, change: ProtectEnvironment, client: Client) -> EnvironmentRules:
    reviewers = now.reviewers
    names = tuple(r.name for r in now.reviewers)
    if not isinstance(change.reviewers, Unset) and differs(names, change.reviewers):
        known = {r.name.casefold(): r for r in now.reviewers}
        reviewers = tuple(known.get(n.casefold()) or _resolved(n, client) for n in change.reviewers)
    prevents = chosen(change.prevent_self_review, now.prevent_self_review)
    if change.prevent_self_review is True and not reviewers:
        hint = "name at least one reviewer"
        message = f"{change.target}: without reviewers there is no self-review to prevent"
        raise RefusedError(message, hint=hint)
    return replace(
        now,
        wait_minutes=chosen(change.wait_minutes, now.wait_minutes),
        reviewers=reviewers,
        prevent_self_review=prevents and bool(reviewers),
        branches=chosen(change.branches, now.branches),
        admins_bypass=chosen(change.admins_bypass, now.admins_bypass),
    )


def _resolved(name: str, client: Client) -> Reviewer:
    owner, slash, team = name.partition("/")
    path = f"/orgs/{segment(owner)}/teams/{segment(team)}" if slash else f"/users/{segment(name)}"
    found = client.find(path)
    if found is None or not found.number("id"):
        hint = "correct `approvers` in seatrial.yaml; a team is written owner/team"
        raise RefusedError(
            f"GitHub shows no {'team' if slash else 'user'} called {name}", hint=hint
        )
    return Reviewer(name, found.number("id"))


def _body(
    now: EnvironmentRules, wanted: EnvironmentRules, *, changed: bool = False
) -> dict[str, object]:
    """The whole that a PUT sends: what is not its default, and what was not and goes back to it.

    A field at its default in both is left out: a plan without it refuses even `0` and `false`.
    With `changed` the body is empty where nothing differs.
    """
    if changed and not _rules_differ(now, wanted):
        return {}
    body: dict[str, object] = {}
    if now.wait_minutes or wanted.wait_minutes:
        body["wait_timer"] = wanted.wait_minutes
    if now.reviewers or wanted.reviewers:
        body["prevent_self_review"] = wanted.prevent_self_review
        kinds = ({"type": "Team" if r.team else "User", "id": r.id} for r in wanted.reviewers)
        body["reviewers"] = list(kinds) or None
    if False in {now.admins_bypass, wanted.admins_bypass}:
        body["can_admins_bypass"] = wanted.admins_bypass is not False
    body["deployment_branch_policy"] = _policy(wanted.branches)
    return body


def _rules_differ(now: EnvironmentRules, wanted: EnvironmentRules) -> bool:
    kinds = now.branches.kind != wanted.branches.kind
    same = replace(wanted, branches=now.branches)
    reviewers = differs(
        tuple(r.name for r in now.reviewers), tuple(r.name for r in wanted.reviewers)
    )
    return kinds or reviewers or replace(same, reviewers=now.reviewers) != now


def _policy(branches: BranchRules) -> dict[str, bool] | None:
    if branches.kind == "all":
        return None
    protected = branches.kind == "protected"
    return {"protected_branches": protected, "custom_branch_policies": not protected}


def _put(
    change: ProtectEnvironment,
    client: Client,
    live: EnvironmentRules | None,
    wanted: EnvironmentRules,
) -> RefusedError | None:
    """Send the rules. Where the plan lacks some, set the branches and return the refusal."""
    path = f"/repos/{change.repository}/environments/{segment(change.environment)}"
    now = live or EnvironmentRules(change.environment)
    try:
        client.put(path, _body(now, wanted))
    except RefusedError as error:
        bare = not (now.wait_minutes or now.reviewers or now.admins_bypass is False)
        spoken = not isinstance(change.branches, Unset)
        if not (error.plan and error.status == _UNPROCESSABLE and bare and spoken):
            raise _named(change, error) from error
        if live is None or live.branches.kind != wanted.branches.kind:
            client.put(path, {"deployment_branch_policy": _policy(wanted.branches)})
        return error
    return None


def _named(change: ProtectEnvironment, error: RefusedError) -> RefusedError:
    if error.status != _NOT_FOUND:
        return error
    message = f"GitHub shows no environments of {change.repository} that the token may change"
    hint = "a private repository needs a paid plan; the token needs administration:write"
    return RefusedError(message, hint=hint, status=error.status)


def _set_patterns(change: ProtectEnvironment, client: Client, wanted: tuple[str, ...]) -> None:
    base = f"/repos/{change.repository}/environments/{segment(change.environment)}"
    path = f"{base}/deployment-branch-policies"
    there = dict(read_patterns(client, change.repository, change.environment))
    for pattern in (p for p in wanted if p not in there):
        kind = "tag" if pattern.startswith("tag:") else "branch"
        body = {"name": pattern.removeprefix("tag:"), "type": kind}

        def probe(pattern: str = pattern) -> int | None:
            now = read_patterns(client, change.repository, change.environment)
            return dict(now).get(pattern)

        try:
            client.post(path, body, probe)
        except RefusedError as error:
            if error.status != _SEE_OTHER:  # it says that there is one already
                raise
    if not isinstance(change.branches, Unset):
        for pattern, number in there.items():
            if pattern not in wanted:
                client.delete(f"{path}/{number}")


def _partly(change: ProtectEnvironment, refused: RefusedError) -> RefusedError:
    pairs = (
        ("reviewers", change.reviewers),
        ("wait timer", change.wait_minutes),
        ("self-review", change.prevent_self_review),
        ("administrators' bypass", change.admins_bypass),
    )
    lacking = ", ".join(name for name, value in pairs if not isinstance(value, Unset))
    message = f"{change.target}: the branches are set, but not {lacking}: {refused}"
    return RefusedError(message, hint=refused.hint, status=refused.status, plan=True)


def _compare(change: ProtectEnvironment, now: EnvironmentRules | None) -> None:
    if now is None:
        raise RefusedError(f"GitHub did not keep {change.target}")
    pairs = (
        ("the wait timer", now.wait_minutes, change.wait_minutes),
        ("the reviewers", tuple(r.name for r in now.reviewers), change.reviewers),
        ("self-review", now.prevent_self_review, change.prevent_self_review),
        ("the branches", now.branches, change.branches),
        ("administrators' bypass", now.admins_bypass, change.admins_bypass),
    )
    lost = [name for name, is_now, wanted in pairs if differs(is_now, wanted)]
    if lost:
        message = f"GitHub took the change of {change.target}, but did not keep {', '.join(lost)}"
        hint = _READ_ACCESS if "the reviewers" in lost else "set it in the repository's settings"
        raise RefusedError(message, hint=hint)
