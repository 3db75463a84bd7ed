"""Writes the ruleset that seatrial keeps; nobody else's is touched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from seatrial.model.struct import replace
from seatrial.systems.github.branch_facts import Bypass, Rule, Ruleset
from seatrial.systems.github.branches import guard_of_rules, parameters_of, ruleset_of
from seatrial.systems.github.changes import (
    RULESET_NAME,
    ProtectBranch,
    RestoreRuleset,
    Unset,
    chosen,
)
from seatrial.systems.github.client import Client
from seatrial.systems.github.errors import ChangedError, RefusedError

_PULL_REQUEST: Final[dict[str, object]] = {
    "dismiss_stale_reviews_on_push": False,
    "require_code_owner_review": False,
    "require_last_push_approval": False,
    "required_approving_review_count": 0,
    "required_review_thread_resolution": False,
}
_KEYS: Final = Bypass("DeployKey", None, "always")
_FRESH: Final = Ruleset(
    id=0,
    name=RULESET_NAME,
    target="branch",
    enforcement="active",
    source="Repository",
    bypass=(),
    include=("~DEFAULT_BRANCH",),
    exclude=(),
    rules=(),
)


def protect_branch(change: ProtectBranch, client: Client) -> None:
    """Bring seatrial's ruleset to what the change speaks of; stricter rules in it stay."""
    live = find_ruleset(client, change.repository)
    wanted = merged(live or _FRESH, change)
    if live == wanted:
        return
    if live != change.before and not (live and change.before is None):
        hint = "plan again, and look at the difference"
        raise ChangedError(
            f"{change.target} changed since the plan; it is left as it is", hint=hint
        )
    _write(client, change.repository, live, wanted)
    now = find_ruleset(client, change.repository)
    if now is None or not _keeps(now, wanted):
        hint = "a setting of the organisation may stand above it"
        raise RefusedError(f"GitHub did not keep the {change.target} as it was sent", hint=hint)


def restore_ruleset(change: RestoreRuleset, client: Client) -> None:
    """Bring seatrial's ruleset back to what it was, or remove it where it was not."""
    live = find_ruleset(client, change.repository)
    if change.ruleset is None:
        if live is not None:
            client.delete(f"/repos/{change.repository}/rulesets/{live.id}")
    elif live != change.ruleset:
        wanted = replace(change.ruleset, id=live.id if live else 0)
        _write(client, change.repository, live, wanted)
    now = find_ruleset(client, change.repository)
    if (now is None) != (change.ruleset is None):
        raise RefusedError(f"GitHub did not bring back the {change.target}")


def find_ruleset(client: Client, slug: str) -> Ruleset | None:
    """Seatrial's own ruleset of a repository, with its details."""
    path = f"/repos/{slug}/rulesets"
    for one in client.pages(path, includes_parents="false"):
        if one.text("name") == RULESET_NAME:
            return ruleset_of(client.get(f"{path}/{one.number('id')}"))
    return None


def merged(live: Ruleset, change: ProtectBranch) -> Ruleset:
    """The ruleset with what the change asks for; what it already says more strictly stays."""
    rules = {rule.type: rule for rule in live.rules}
    now = guard_of_rules(live.rules)
    asked = (change.approvals, change.last_push, change.code_owners)
    if not all(isinstance(value, Unset) for value in asked):
        old = parameters_of(rules.get("pull_request", Rule(""))).value
        parameters = _PULL_REQUEST | (old if isinstance(old, dict) else {})
        approvals = max(now.approvals, chosen(change.approvals, 0))
        parameters["required_approving_review_count"] = approvals
        parameters["require_last_push_approval"] = now.last_push or change.last_push is True
        parameters["require_code_owner_review"] = now.code_owners or change.code_owners is True
        rules["pull_request"] = _rule("pull_request", parameters)
    if not isinstance(change.checks, Unset) and not set(change.checks) <= set(now.checks):
        rules["required_status_checks"] = _checks(
            rules.get("required_status_checks"), change.checks
        )
    for kind, wish in (
        ("non_fast_forward", change.no_force_push),
        ("deletion", change.no_deletion),
    ):
        if wish is True:
            rules.setdefault(kind, Rule(kind))
    bypass = live.bypass
    if change.deploy_keys_bypass is True and bypass is not None and not _has_keys(bypass):
        bypass = (*bypass, _KEYS)
    include = live.include or _FRESH.include
    return replace(
        live,
        enforcement="active",
        bypass=bypass,
        include=include,
        rules=tuple(rules[kind] for kind in sorted(rules)) if _grew(live, rules) else live.rules,
    )


def _grew(live: Ruleset, rules: dict[str, Rule]) -> bool:
    return {rule.type: rule for rule in live.rules} != rules


def _has_keys(bypass: tuple[Bypass, ...]) -> bool:
    return any(actor.kind == "DeployKey" for actor in bypass)


def _checks(old: Rule | None, wanted: tuple[str, ...]) -> Rule:
    seen = parameters_of(old).value if old else None
    parameters = dict(seen) if isinstance(seen, dict) else {}
    parameters.setdefault("strict_required_status_checks_policy", False)
    there = parameters.get("required_status_checks")
    checks = list(there) if isinstance(there, list) else []
    names = {c.get("context") for c in checks if isinstance(c, dict)}
    checks += [{"context": name} for name in wanted if name not in names]
    parameters["required_status_checks"] = checks
    return _rule("required_status_checks", parameters)


def _rule(kind: str, parameters: dict[str, object]) -> Rule:
    return Rule(kind, json.dumps(parameters, sort_keys=True, separators=(",", ":")))


def _write(client: Client, slug: str, live: Ruleset | None, wanted: Ruleset) -> None:
    path, body = f"/repos/{slug}/rulesets", dict(_body(wanted))
    if live is None:
        client.post(path, body, lambda: find_ruleset(client, slug))
    else:
        client.put(f"{path}/{live.id}", body)


def _body(ruleset: Ruleset) -> Iterator[tuple[str, object]]:
    yield "name", ruleset.name
    yield "target", ruleset.target
    yield "enforcement", ruleset.enforcement
    names = {"include": list(ruleset.include), "exclude": list(ruleset.exclude)}
    yield "conditions", {"ref_name": names}
    rules = [
        {"type": r.type, **({"parameters": json.loads(r.parameters)} if r.parameters else {})}
        for r in ruleset.rules
    ]
    yield "rules", rules
    if ruleset.bypass is not None:  # hidden is not empty: what was not shown is not sent
        yield (
            "bypass_actors",
            [
                {"actor_id": a.id, "actor_type": a.kind, "bypass_mode": a.mode}
                for a in ruleset.bypass
            ],
        )


def _keeps(now: Ruleset, wanted: Ruleset) -> bool:
    """Whether what was read back says all that was sent; GitHub may add defaults of its own."""
    there = {rule.type: parameters_of(rule) for rule in now.rules}
    for rule in wanted.rules:
        if rule.type not in there:
            return False
        sent, kept = parameters_of(rule).value, there[rule.type].value
        if isinstance(sent, dict) and not (
            isinstance(kept, dict) and all(kept.get(key) == value for key, value in sent.items())
        ):
            return False
    same = (now.enforcement, set(now.include)) == (wanted.enforcement, set(wanted.include))
    return same and (wanted.bypass is None or set(now.bypass or ()) == set(wanted.bypass))
