"""States of repository, plan and scope, made from a number; and what should be true afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

from seatrial.practices.environment_protection.settings import Settings
from seatrial.rigs.forge import Environment, Pattern, Repo, Ruleset, Token, World
from seatrial.systems.github.changes import RULESET_NAME
from tests.systems.github.worlds import EVERYTHING, TOKEN

PEOPLE = {"ann": 11, "bob": 12, "cleo": 13, "dora": 14}
TEAMS = {"example-org/ops": 21, "example-org/web": 22}
PLANS = ("free", "pro", "team", "enterprise")
Body = dict[str, object]


def make(seed: int) -> tuple[World, Repo, Settings]:
    """The state of this number; the same every time."""
    random = Random(seed)  # noqa: S311 - the same states at every run are wanted
    organisation = random.random() < 0.7
    plan = random.choice(PLANS)
    world = World(
        organisations={"example-org": plan},
        user_plan=plan,
        users=dict(PEOPLE),
        teams=dict(TEAMS),
        tokens={TOKEN: _token(random)},
    )
    owner = "example-org" if organisation else "ann"
    repo = world.add(Repo(owner, "shop", private=random.random() < 0.6))
    repo.keeps_bypass = random.random() < 0.9
    for name in ("staging", "production", "other"):
        if random.random() < 0.5 and not (repo.private and plan == "free"):
            gated = repo.private and plan != "enterprise"
            spelling = random.choice((name, name.title()))
            repo.environments[name] = _environment(random, world, spelling, gated=gated)
    if not (repo.private and plan == "free"):
        repo.rulesets.extend(_rulesets(random, world))
        if random.random() < 0.2:
            repo.protection = _protection(random)
    return world, repo, _settings(random)


def _token(random: Random) -> Token:
    permissions = dict(EVERYTHING)
    for name in ("administration", "actions", "members"):
        level = random.choices(("write", "read", ""), (0.86, 0.08, 0.06))[0]
        permissions[name] = level
    return Token("ann", permissions, random.random() < 0.7, random.random() < 0.97)


def _environment(random: Random, world: World, name: str, *, gated: bool) -> Environment:
    made = Environment(next(world.numbers), name)
    made.policy = random.choice((None, "protected", "custom"))
    if made.policy == "custom":
        names = random.sample(("main", "develop", "*", "release/*", "v*"), random.randrange(4))
        made.patterns = [
            Pattern(next(world.numbers), n, "tag" if n == "v*" else "branch") for n in names
        ]
    if not gated:
        made.wait_timer = random.choice((0, 5, 30))
        people = [("User", n) for n in PEOPLE.values()] + [("Team", n) for n in TEAMS.values()]
        made.reviewers = random.sample(people, random.choice((0, 0, 1, 2, 6)))
        made.prevent_self_review = bool(made.reviewers) and random.random() < 0.5
        made.admins_bypass = random.random() < 0.7
    return made


def _pull_request(random: Random) -> Body:
    parameters = {
        "dismiss_stale_reviews_on_push": random.random() < 0.5,
        "require_code_owner_review": random.random() < 0.5,
        "require_last_push_approval": random.random() < 0.5,
        "required_approving_review_count": random.randrange(4),
        "required_review_thread_resolution": random.random() < 0.5,
    }
    return {"type": "pull_request", "parameters": parameters}


def _rulesets(random: Random, world: World) -> Iterator[Ruleset]:
    names = [RULESET_NAME] * (random.random() < 0.3) + ["theirs"] * (random.random() < 0.4)
    for name in names:
        checks: Body = {
            "required_status_checks": [{"context": "lint", "integration_id": 7}],
            "strict_required_status_checks_policy": True,
        }
        rules: list[Body] = [_pull_request(random), {"type": "deletion"}]
        rules.append({"type": "required_status_checks", "parameters": checks})
        rules.append({"type": "required_signatures"})
        body: Body = {
            "name": name,
            "target": "branch",
            "enforcement": random.choice(("active", "active", "disabled")),
            "conditions": {
                "ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []},
            },
            "bypass_actors": random.choice(
                ([], [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}])
            ),
            "rules": random.sample(rules, random.randrange(1, 5)),
        }
        source = random.choice(("Repository", "Organization")) if name == "theirs" else "Repository"
        yield Ruleset(next(world.numbers), body, source)


def _protection(random: Random) -> Body:
    return {
        "required_pull_request_reviews": {
            "required_approving_review_count": random.randrange(4),
            "require_last_push_approval": random.random() < 0.5,
        },
        "enforce_admins": {"enabled": random.random() < 0.5},
        "allow_force_pushes": {"enabled": random.random() < 0.5},
        "allow_deletions": {"enabled": False},
    }


def _settings(random: Random) -> Settings:
    known = [*PEOPLE, *TEAMS, "nobody", "example-org/none"]
    weights = [*([10] * 6), 1, 1]
    picked = random.choices(known, weights, k=random.choice((0, 1, 2, 2, 3, 4, 8)))
    return Settings(
        reviewers=random.choice((1, 2, 2, 2, 6)),
        wait_minutes=random.choice((0, 5, 5, 60)),
        approvers=tuple(dict.fromkeys(picked)),
        approvals=random.choice((1, 2, 2, 3)),
        required_checks=random.choice(({}, {"shop": ("tests",)}, {"shop": ("tests", "lint")})),
    )


def unmet(repo: Repo, settings: Settings) -> Iterator[tuple[str, str]]:
    """What the state lacks, looked at directly: the thing, and the rule."""
    for name, branch in (("staging", "develop"), ("production", "main")):
        one = repo.environments.get(name)
        if one is None:
            yield name, "environment"
            continue
        if one.policy != "custom" or {p.name for p in one.patterns} - {branch}:
            yield name, "branches"
        teams = any(kind == "Team" for kind, _ in one.reviewers)
        if not teams and len(one.reviewers) < (settings.reviewers if name == "production" else 1):
            yield name, "reviewers"
        if name == "production":
            if one.wait_timer < settings.wait_minutes:
                yield name, "wait"
            if not one.prevent_self_review:
                yield name, "self-review"
            if one.admins_bypass:
                yield name, "bypass"
    yield from _unmet_rules(repo, settings)


def _unmet_rules(repo: Repo, settings: Settings) -> Iterator[tuple[str, str]]:
    active = [r.body for r in repo.rulesets if r.body["enforcement"] == "active"]
    rules = [rule for body in active for rule in body["rules"]]  # type: ignore[attr-defined] # a list of ours
    reviews = [r["parameters"] for r in rules if r["type"] == "pull_request"]
    checks = [
        check["context"]
        for r in rules
        if r["type"] == "required_status_checks"
        for check in r["parameters"]["required_status_checks"]
    ]
    old = repo.protection or {}
    older = old.get("required_pull_request_reviews")
    reviews += [older] if isinstance(older, dict) else []
    approvals = max((r["required_approving_review_count"] for r in reviews), default=0)
    if approvals < settings.approvals:
        yield "main", "approvals"
    if not any(
        r["require_last_push_approval"] or r.get("dismiss_stale_reviews_on_push") for r in reviews
    ):
        yield "main", "last push"
    if not checks or set(settings.required_checks.get("shop", ())) - set(checks):
        yield "main", "checks"
    forced = old.get("allow_force_pushes")
    closed = isinstance(forced, dict) and not forced["enabled"]
    if not closed and "non_fast_forward" not in {r["type"] for r in rules}:
        yield "main", "force push"


def snapshot(repo: Repo) -> str:
    """The state as text, without the numbers that differ from run to run."""
    environments = sorted(
        (
            one.name,
            one.wait_timer,
            tuple(one.reviewers),
            one.prevent_self_review,
            one.policy,
            tuple(sorted((p.type, p.name) for p in one.patterns)),
            one.admins_bypass,
        )
        for one in repo.environments.values()
    )
    return f"{environments}\n{[r.body for r in repo.rulesets]}\n{repo.protection}"


def obstacles(world: World, repo: Repo, settings: Settings) -> set[str]:
    """What may keep this state from becoming the wanted one; nothing else may."""
    token, plan = world.tokens[TOKEN], world.plan(repo)
    teams = repo.owner in world.organisations
    usable = [name for name in settings.approvers if teams or "/" not in name]
    names = {number: name for name, number in (PEOPLE | TEAMS).items()}
    production = repo.environments.get("production")
    there = {names[number] for _, number in production.reviewers} if production else set()
    known = there | set(usable)
    one_team = any("/" in name for name in known)
    found = {
        "scope": token.permissions["administration"] != "write"
        or not token.permissions["actions"]
        or (repo.private and not token.sees),
        "free": repo.private and plan == "free",
        "gated": repo.private and plan != "enterprise",
        "approver": any(n not in {*PEOPLE, *TEAMS} for n in usable)
        or (any("/" in name for name in usable) and not token.permissions["members"]),
        "few": not usable or (not one_team and len(known) < max(settings.reviewers, 2)),
        "bypass": not repo.keeps_bypass,
        "checks": not settings.required_checks,
    }
    return {name for name, hinders in found.items() if hinders}


ENVIRONMENT = {"scope", "free", "approver"}
HINDERED: Final = {
    "environment": ENVIRONMENT,
    "branches": ENVIRONMENT,
    "reviewers": ENVIRONMENT | {"gated", "few"},
    "wait": ENVIRONMENT | {"gated"},
    "self-review": ENVIRONMENT | {"gated", "few"},
    "bypass": ENVIRONMENT | {"gated", "bypass"},
    "approvals": {"scope", "free"},
    "last push": {"scope", "free"},
    "force push": {"scope", "free"},
    "checks": {"scope", "free", "checks"},
}
"""Which obstacles may leave a rule unmet."""
