"""The way back of a change, as a change: what was there when the plan was made."""

from __future__ import annotations

from seatrial.model.struct import replace
from seatrial.systems.github.changes import (
    UNSET,
    GitHubChange,
    LimitActions,
    ProtectBranch,
    ProtectEnvironment,
    RemoveEnvironment,
    RestoreRuleset,
    Unset,
    chosen,
)
from seatrial.systems.github.facts import EnvironmentRules, Reviewer


def undo_of(change: GitHubChange) -> GitHubChange | None:
    """The change that brings back what was there; None for an undo itself."""
    if isinstance(change, ProtectEnvironment):
        if change.before is None:
            return RemoveEnvironment(change.repository, change.environment)
        return _back(change, change.before)
    if isinstance(change, ProtectBranch):
        return RestoreRuleset(change.repository, change.before)
    if isinstance(change, LimitActions):
        old = change.before
        after = replace(
            old,
            default_token=chosen(change.default_token, old.default_token),
            approves=chosen(change.approves, old.approves),
            pinned=chosen(change.pinned, old.pinned),
        )
        return LimitActions(
            change.repository,
            after,
            UNSET if isinstance(change.default_token, Unset) else old.default_token,
            UNSET if isinstance(change.approves, Unset) else old.approves,
            UNSET if isinstance(change.pinned, Unset) else old.pinned,
        )
    return None


def _back(change: ProtectEnvironment, old: EnvironmentRules) -> ProtectEnvironment:
    names = tuple(reviewer.name for reviewer in old.reviewers)
    bypass: bool | Unset = UNSET if old.admins_bypass is None else old.admins_bypass
    return ProtectEnvironment(
        change.repository,
        change.environment,
        after_of(change),
        UNSET if isinstance(change.wait_minutes, Unset) else old.wait_minutes,
        UNSET if isinstance(change.reviewers, Unset) else names,
        UNSET if isinstance(change.prevent_self_review, Unset) else old.prevent_self_review,
        UNSET if isinstance(change.branches, Unset) else old.branches,
        UNSET if isinstance(change.admins_bypass, Unset) else bypass,
    )


def after_of(change: ProtectEnvironment) -> EnvironmentRules:
    """The rules after the change; numbers of reviewers that are not known yet are 0."""
    old = change.before or EnvironmentRules(change.environment)
    known = {r.name.casefold(): r for r in old.reviewers}
    names = chosen(change.reviewers, tuple(r.name for r in old.reviewers))
    return replace(
        old,
        wait_minutes=chosen(change.wait_minutes, old.wait_minutes),
        reviewers=tuple(known.get(n.casefold(), Reviewer(n, 0)) for n in names),
        prevent_self_review=chosen(change.prevent_self_review, old.prevent_self_review),
        branches=chosen(change.branches, old.branches),
        admins_bypass=chosen(change.admins_bypass, old.admins_bypass),
    )
