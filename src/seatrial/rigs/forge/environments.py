"""Routes of environments: their rules, branches and secrets, with what GitHub refuses."""

from __future__ import annotations

from typing import Final

from seatrial.rigs.forge.repositories import TIME, team_json, user_json
from seatrial.rigs.forge.state import Environment, Pattern, Repo
from seatrial.rigs.forge.wire import PREFIX, Call, Reply, not_found, paged, refuse, route

_GATED: Final = ("wait_timer", "prevent_self_review", "reviewers", "can_admins_bypass")
_NO_PLAN: Final = (
    "Failed to create the environment protection rule. Please ensure the billing plan supports the"
    " required reviewers protection rule."
)
_LONGEST_WAIT: Final = 43_200
_MOST: Final = 6
_BASE: Final = "/repos/{owner}/{repo}/environments"
ONE: Final = _BASE + "/{environment}"
_POLICIES: Final = ONE + "/deployment-branch-policies"


def _hidden(call: Call) -> bool:
    # A private repository of a free plan has no environments at all.
    return call.repo.private and call.world.plan(call.repo) == "free"


def found_in(call: Call) -> Environment | None:
    """The environment that the path names."""
    if _hidden(call):
        return None
    return call.repo.environments.get(call.names["environment"].casefold())


@route("GET", _BASE, "actions", "read")
def listed(call: Call) -> Reply:
    """All environments."""
    if _hidden(call):
        return not_found()
    members = [environment_json(call, e) for e in call.repo.environments.values()]
    return paged(call, list(members), "environments")


@route("GET", ONE, "actions", "read")
def one(call: Call) -> Reply:
    """One environment."""
    found = found_in(call)
    return Reply(200, environment_json(call, found)) if found else not_found()


@route("PUT", ONE, "administration", "write")
def put(call: Call) -> Reply:
    """Make or replace an environment: a field that is left out goes back to its default."""
    if _hidden(call):
        return not_found()
    body, repo = call.fields, call.repo
    if repo.private and call.world.plan(repo) in {"pro", "team"} and set(_GATED) & body.keys():
        return refuse(422, _NO_PLAN)
    refused = _refused(call, body)
    if refused:
        return refused
    name = call.names["environment"]
    key = name.casefold()
    found = repo.environments.get(key) or Environment(next(call.world.numbers), name)
    _set(found, body, repo)
    repo.environments[key] = found
    return Reply(200, environment_json(call, found))


@route("DELETE", ONE, "administration", "write")
def delete(call: Call) -> Reply:
    """Remove an environment with all that it holds."""
    if found_in(call) is None:
        return not_found()
    del call.repo.environments[call.names["environment"].casefold()]
    return Reply(204)


def _refused(call: Call, body: dict[str, object]) -> Reply | None:
    reviewers = body.get("reviewers") or []
    known = {("User", n) for n in call.world.users.values()}
    known |= {("Team", n) for n in call.world.teams.values()}
    wait = body.get("wait_timer", 0)
    policy = body.get("deployment_branch_policy")
    if not isinstance(reviewers, list) or len(reviewers) > _MOST:
        return refuse(422, "Validation Failed", "There can be up to 6 reviewers")
    if any((r.get("type"), r.get("id")) not in known for r in reviewers):
        return refuse(422, "Validation Failed", "Reviewer could not be found")
    if not isinstance(wait, int) or not 0 <= wait <= _LONGEST_WAIT:
        return refuse(422, "Validation Failed", "Wait timer must be between 0 and 43200")
    if body.get("prevent_self_review") and not reviewers:
        text = "Required reviewers must have at least one reviewer to set prevent_self_review"
        return refuse(422, "Validation Failed", text)
    if isinstance(policy, dict) and (
        policy.get("protected_branches") == policy.get("custom_branch_policies")
    ):
        text = "protected_branches and custom_branch_policies cannot have the same value"
        return refuse(422, "Validation Failed", text)
    return None


def _set(found: Environment, body: dict[str, object], repo: Repo) -> None:
    wait, reviewers = body.get("wait_timer"), body.get("reviewers")
    found.wait_timer = wait if isinstance(wait, int) else 0
    members = reviewers if isinstance(reviewers, list) else []
    found.reviewers = [(str(r["type"]), int(r["id"])) for r in members]
    found.prevent_self_review = body.get("prevent_self_review") is True
    policy = body.get("deployment_branch_policy")
    found.policy = None
    if isinstance(policy, dict):
        found.policy = "protected" if policy.get("protected_branches") else "custom"
    if found.policy != "custom":
        found.patterns = []
    if repo.keeps_bypass:
        found.admins_bypass = body.get("can_admins_bypass") is not False


@route("GET", _POLICIES, "actions", "read")
def policies(call: Call) -> Reply:
    """Branches and tags that may deploy."""
    found = found_in(call)
    if found is None:
        return not_found()
    return paged(call, [_pattern_json(p) for p in found.patterns], "branch_policies")


@route("POST", _POLICIES, "administration", "write")
def add_policy(call: Call) -> Reply:
    """Let a branch deploy; 404 where the environment has no policies of its own, 303 for a twin."""
    found = found_in(call)
    if found is None or found.policy != "custom":
        return not_found()
    name, kind = str(call.fields.get("name", "")), str(call.fields.get("type", "branch"))
    if any((p.name, p.type) == (name, kind) for p in found.patterns):
        return Reply(303, None, {"Location": call.request.path})
    pattern = Pattern(next(call.world.numbers), name, kind)
    found.patterns.append(pattern)
    return Reply(200, _pattern_json(pattern))


@route("DELETE", _POLICIES + "/{policy}", "administration", "write")
def delete_policy(call: Call) -> Reply:
    """Let a branch deploy no longer."""
    found = found_in(call)
    number = int(call.names["policy"])
    if found is None or all(p.id != number for p in found.patterns):
        return not_found()
    found.patterns = [p for p in found.patterns if p.id != number]
    return Reply(204)


@route("GET", ONE + "/deployment_protection_rules", "actions", "read")
def custom_rules(call: Call) -> Reply:
    """Rules of GitHub Apps: this server has none."""
    body = {"total_count": 0, "custom_deployment_protection_rules": []}
    return Reply(200, body) if found_in(call) else not_found()


@route("GET", ONE + "/variables", "environments", "read")
def variables(call: Call) -> Reply:
    """Variables by name."""
    found = found_in(call)
    return paged(call, list(found.variables), "variables") if found else not_found()


def _pattern_json(pattern: Pattern) -> dict[str, object]:
    own = {"id": pattern.id, "node_id": f"P{pattern.id}"}
    return {**own, "name": pattern.name, "type": pattern.type}


def environment_json(call: Call, found: Environment) -> dict[str, object]:
    """An environment in GitHub's form."""
    url = f"{call.base}{PREFIX}/repos/{call.repo.slug}/environments/{found.id}"
    rules: list[dict[str, object]] = []
    if found.wait_timer:
        rules.append({"type": "wait_timer", "wait_timer": found.wait_timer})
    if found.reviewers:
        reviewers = [_reviewer_json(call, kind, number) for kind, number in found.reviewers]
        self_review = {"prevent_self_review": found.prevent_self_review}
        rules.append({"type": "required_reviewers", **self_review, "reviewers": reviewers})
    if found.policy:
        rules.append({"type": "branch_policy"})
    policy = None
    if found.policy:
        protected = found.policy == "protected"
        policy = {"protected_branches": protected, "custom_branch_policies": not protected}
    return {
        "id": found.id,
        "node_id": f"E{found.id}",
        "name": found.name,
        "url": url,
        "html_url": url,
        "created_at": TIME,
        "updated_at": TIME,
        "can_admins_bypass": found.admins_bypass,
        "protection_rules": [
            {"id": found.id * 10 + n, "node_id": f"G{n}", **rule} for n, rule in enumerate(rules)
        ],
        "deployment_branch_policy": policy,
    }


def _reviewer_json(call: Call, kind: str, number: int) -> dict[str, object]:
    names = call.world.teams if kind == "Team" else call.world.users
    name = next(name for name, n in names.items() if n == number)
    who = team_json(call, name, number) if kind == "Team" else user_json(call, name, number)
    return {"type": kind, "reviewer": who}
