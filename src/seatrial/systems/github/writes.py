"""Writers: each looks again, writes what differs, reads back and compares."""

from __future__ import annotations

from seatrial.model.change import RemoteChange
from seatrial.systems.github.changes import (
    LimitActions,
    ProtectBranch,
    ProtectEnvironment,
    RemoveEnvironment,
    RestoreRuleset,
    Unset,
    chosen,
)
from seatrial.systems.github.client import Client, segment
from seatrial.systems.github.errors import ChangedError, RefusedError
from seatrial.systems.github.reads import read_actions, read_environment
from seatrial.systems.github.undo import undo_of
from seatrial.systems.github.write_environments import protect_environment
from seatrial.systems.github.write_pulls import PullRequest, open_pull_request
from seatrial.systems.github.write_rulesets import protect_branch, restore_ruleset
from seatrial.systems.github.write_secrets import set_secret

__all__ = ["PullRequest", "carry_out", "open_pull_request", "set_secret", "undo_of"]


def carry_out(change: RemoteChange, client: Client) -> None:
    """Make a change true. What is true already sends no write, so that it can be repeated.

    Raises:
        ChangedError: somebody changed the thing since the plan was made; nothing was written.
        RefusedError: GitHub says no; the message names what is not in place.
        UnreachableError: no answer in time; carrying it out again goes on from there.
    """
    match change:
        case ProtectEnvironment():
            protect_environment(change, client)
        case ProtectBranch():
            protect_branch(change, client)
        case RestoreRuleset():
            restore_ruleset(change, client)
        case LimitActions():
            _limit_actions(change, client)
        case RemoveEnvironment():
            _remove_environment(change, client)
        case _:
            raise TypeError(f"{type(change).__name__} is no change of GitHub")


def _limit_actions(change: LimitActions, client: Client) -> None:
    path, before = f"/repos/{change.repository}/actions/permissions", change.before
    live = read_actions(client, change.repository)
    if not live.enabled:
        raise RefusedError(f"Actions are off in {change.repository}", hint="turn them on first")
    pairs = (
        (live.default_token, before.default_token, change.default_token),
        (live.approves, before.approves, change.approves),
        (live.pinned, before.pinned, change.pinned),
    )
    if any(now not in {old, new} for now, old, new in pairs if not isinstance(new, Unset)):
        raise ChangedError(f"the {change.target} changed since the plan", hint="plan again")
    token = chosen(change.default_token, live.default_token)
    approves = chosen(change.approves, live.approves)
    pinned = chosen(change.pinned, live.pinned)
    if pinned != live.pinned:
        body = {"enabled": True, "allowed_actions": live.allowed, "sha_pinning_required": pinned}
        client.put(path, body)
    if (token, approves) != (live.default_token, live.approves):
        flag = {"can_approve_pull_request_reviews": approves}
        client.put(f"{path}/workflow", {"default_workflow_permissions": token, **flag})
    now = read_actions(client, change.repository)
    if (now.default_token, now.approves, now.pinned) != (token, approves, pinned):
        hint = "a setting of the organisation may stand above it"
        raise RefusedError(f"GitHub did not keep the {change.target}", hint=hint)


def _remove_environment(change: RemoveEnvironment, client: Client) -> None:
    path = f"/repos/{change.repository}/environments/{segment(change.environment)}"
    if read_environment(client, change.repository, change.environment) is None:
        return
    for kind in ("secrets", "variables"):
        if client.get(f"{path}/{kind}").number("total_count"):
            hint = "move them first; to remove an environment removes what it holds"
            raise ChangedError(f"{change.target} holds {kind} by now", hint=hint)
    client.delete(path)
    if read_environment(client, change.repository, change.environment) is not None:
        raise RefusedError(f"GitHub did not remove {change.target}")
