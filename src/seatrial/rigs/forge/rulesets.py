"""Routes of rulesets and of what is in force on a branch."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

from seatrial.rigs.forge.repositories import TIME
from seatrial.rigs.forge.state import Repo, Ruleset
from seatrial.rigs.forge.wire import Call, Reply, not_found, paged, refuse, route

_BASE: Final = "/repos/{owner}/{repo}/rulesets"
_UPGRADE: Final = "Upgrade to GitHub Pro or make this repository public to enable this feature."
_PULL_REQUEST: Final = (
    *("dismiss_stale_reviews_on_push", "require_code_owner_review", "require_last_push_approval"),
    *("required_approving_review_count", "required_review_thread_resolution"),
)
_OWN_APP: Final = 15368
"""Number of the app that GITHUB_TOKEN belongs to: it can never step over a ruleset."""
_MOST_APPROVALS: Final = 10


def _lacks_plan(call: Call) -> bool:
    return call.repo.private and call.world.plan(call.repo) == "free"


@route("GET", _BASE, "metadata", "read")
def listed(call: Call) -> Reply:
    """Rulesets without details, those of the organisation among them unless told otherwise."""
    if _lacks_plan(call):
        return refuse(403, _UPGRADE)
    parents = call.request.query.get("includes_parents", "true") == "true"
    short = ("id", "name", "target", "source_type", "source", "enforcement")
    members = [
        {key: value for key, value in _json(call, r).items() if key in short}
        for r in call.repo.rulesets
        if parents or r.source == "Repository"
    ]
    return paged(call, list(members))


@route("GET", _BASE + "/{ruleset}", "metadata", "read")
def one(call: Call) -> Reply:
    """A ruleset with details; who may step over it is hidden from who may not change it."""
    found = _found(call)
    return Reply(200, _json(call, found)) if found else not_found()


@route("POST", _BASE, "administration", "write")
def create(call: Call) -> Reply:
    """Make a ruleset; its name is its own."""
    if _lacks_plan(call):
        return refuse(403, _UPGRADE)
    refused = _refused(call.repo, call.fields, 0)
    if refused:
        return refused
    made = Ruleset(next(call.world.numbers), _with_defaults(call.fields))
    call.repo.rulesets.append(made)
    return Reply(201, _json(call, made))


@route("PUT", _BASE + "/{ruleset}", "administration", "write")
def update(call: Call) -> Reply:
    """Set the fields that are sent."""
    found = _found(call)
    if found is None or found.source != "Repository":
        return not_found()
    refused = _refused(call.repo, {**found.body, **call.fields}, found.id)
    if refused:
        return refused
    found.body = _with_defaults({**found.body, **call.fields})
    return Reply(200, _json(call, found))


@route("DELETE", _BASE + "/{ruleset}", "administration", "write")
def delete(call: Call) -> Reply:
    """Remove a ruleset."""
    found = _found(call)
    if found is None:
        return not_found()
    call.repo.rulesets.remove(found)
    return Reply(204)


@route("GET", "/repos/{owner}/{repo}/rules/branches/{branch}", "metadata", "read")
def in_force(call: Call) -> Reply:
    """Rules of all active rulesets that cover a branch."""
    if _lacks_plan(call):
        return refuse(403, _UPGRADE)
    return paged(call, list(rules_of(call.repo, call.names["branch"])))


@route("GET", "/repos/{owner}/{repo}/branches/{branch}/protection", "administration", "read")
def protection(call: Call) -> Reply:
    """The older protection of a branch."""
    if _lacks_plan(call):
        return refuse(403, _UPGRADE)
    found = call.repo.protection
    return refuse(404, "Branch not protected") if found is None else Reply(200, found)


def rules_of(repo: Repo, branch: str) -> list[dict[str, object]]:
    """Rules in force on a branch, each with the ruleset that it comes from."""
    found: list[dict[str, object]] = []
    for ruleset in repo.rulesets:
        body = ruleset.body
        if body.get("enforcement") != "active" or body.get("target", "branch") != "branch":
            continue
        if not _covers(body, repo, branch):
            continue
        source = {"ruleset_source_type": ruleset.source, "ruleset_source": repo.slug}
        rules = body.get("rules")
        members = rules if isinstance(rules, list) else []
        found.extend({**rule, **source, "ruleset_id": ruleset.id} for rule in members)
    return found


def _covers(body: dict[str, object], repo: Repo, branch: str) -> bool:
    conditions = body.get("conditions")
    names = conditions.get("ref_name") if isinstance(conditions, dict) else None
    names = names if isinstance(names, dict) else {}
    ref = f"refs/heads/{branch}"

    def hit(patterns: object) -> bool:
        return isinstance(patterns, list) and any(
            p == "~ALL"
            or (p == "~DEFAULT_BRANCH" and branch == repo.default_branch)
            or fnmatchcase(ref, p)
            for p in patterns
        )

    return hit(names.get("include")) and not hit(names.get("exclude"))


def _found(call: Call) -> Ruleset | None:
    number = call.names["ruleset"]
    return next((r for r in call.repo.rulesets if str(r.id) == number), None)


def _refused(repo: Repo, body: dict[str, object], number: int) -> Reply | None:
    name, rules, actors = body.get("name"), body.get("rules"), body.get("bypass_actors")
    if not name or body.get("enforcement") not in {"active", "disabled", "evaluate"}:
        return refuse(422, "Validation Failed", "name and enforcement are required")
    if any(r.body.get("name") == name and r.id != number for r in repo.rulesets):
        return refuse(422, "Validation Failed", "Name must be unique")
    for actor in actors if isinstance(actors, list) else []:
        if actor.get("actor_type") == "Integration" and actor.get("actor_id") == _OWN_APP:
            text = "Actor GitHub Actions integration must be part of the ruleset source or owner"
            return refuse(422, "Validation Failed", f"{text} organization")
    for rule in rules if isinstance(rules, list) else []:
        parameters = rule.get("parameters") or {}
        if rule.get("type") == "pull_request":
            missing = [key for key in _PULL_REQUEST if key not in parameters]
            if missing:
                return refuse(422, "Invalid rules", f"{missing[0]} is missing")
            if not 0 <= int(parameters["required_approving_review_count"]) <= _MOST_APPROVALS:
                return refuse(422, "Invalid rules", "required_approving_review_count: 0 to 10")
    return None


def _with_defaults(body: dict[str, object]) -> dict[str, object]:
    whole = {"target": "branch", "bypass_actors": [], "conditions": {}, **body}
    rules = whole.get("rules")
    whole["rules"] = [_rule_with_defaults(r) for r in rules] if isinstance(rules, list) else []
    return whole


def _rule_with_defaults(rule: dict[str, object]) -> dict[str, object]:
    given = rule.get("parameters")
    parameters = given if isinstance(given, dict) else {}
    if rule.get("type") == "pull_request":
        extra = {"allowed_merge_methods": ["merge", "squash", "rebase"], "required_reviewers": []}
        return {"type": "pull_request", "parameters": {**extra, **parameters}}
    if rule.get("type") == "required_status_checks":
        fresh = {"do_not_enforce_on_create": False}
        return {"type": "required_status_checks", "parameters": {**fresh, **parameters}}
    return rule


def _json(call: Call, ruleset: Ruleset) -> dict[str, object]:
    own: dict[str, object] = {
        "id": ruleset.id,
        "node_id": f"R{ruleset.id}",
        "source_type": ruleset.source,
        "source": call.repo.slug if ruleset.source == "Repository" else call.repo.owner,
        "created_at": TIME,
        "updated_at": TIME,
        **ruleset.body,
    }
    if not call.token.may("administration", "write"):
        own.pop("bypass_actors", None)
    return own
