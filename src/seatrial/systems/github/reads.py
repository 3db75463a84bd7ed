"""Readers: a fact key, and how its value is read of one repository. Only GET."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from seatrial.systems.github.answers import Answer
from seatrial.systems.github.client import Client, segment
from seatrial.systems.github.errors import RefusedError
from seatrial.systems.github.facts import (
    ACTIONS,
    CODE_SCANNING,
    ENVIRONMENTS,
    REQUIRED_CHECKS,
    RULESETS,
    SECRET_AGES,
    ActionsPermissions,
    BranchRules,
    EnvironmentRules,
    Environments,
    Repository,
    Reviewer,
    Scanning,
    Secrets,
    StoredSecret,
)
from seatrial.systems.github.read_rules import read_checks, read_rules, read_rulesets

_MISSING: Final = 404


def read_repository(client: Client, slug: str) -> Repository:
    """Who owns a repository, on which plan, and whether the token administers it.

    Raises:
        RefusedError: the token does not see it.
        UnreachableError: no answer in time.
    """
    seen = client.get(f"/repos/{slug}")
    owner = seen.text("owner", "login")
    organisation = seen.text("owner", "type") == "Organization"
    return Repository(
        slug=seen.text("full_name") or slug,
        default_branch=seen.text("default_branch"),
        private=seen.true("private"),
        organisation=organisation,
        plan=_plan(client, owner, organisation=organisation),
        administers=seen.true("permissions", "admin"),
    )


def read_actions(client: Client, slug: str) -> ActionsPermissions:
    """What workflows may do by default."""
    general = client.get(f"/repos/{slug}/actions/permissions")
    if not general.true("enabled"):
        return ActionsPermissions(
            enabled=False, allowed="", default_token="", approves=False, pinned=False
        )
    token = client.get(f"/repos/{slug}/actions/permissions/workflow")
    return ActionsPermissions(
        enabled=True,
        allowed=general.text("allowed_actions"),
        default_token=token.text("default_workflow_permissions"),
        approves=token.true("can_approve_pull_request_reviews"),
        pinned=general.true("sha_pinning_required"),
    )


def read_environments(client: Client, slug: str) -> Environments:
    """Every environment with every rule."""
    repository = read_repository(client, slug)
    try:
        found = list(client.pages(f"/repos/{slug}/environments", "environments"))
    except RefusedError as error:
        # A private repository of a free plan has none, and GitHub says so with 404.
        if error.status == _MISSING and repository.takes_environments is False:
            return Environments(repository, ())
        raise
    rules = tuple(rules_of(client, slug, one) for one in found)
    return Environments(repository, rules)


def read_environment(client: Client, slug: str, name: str) -> EnvironmentRules | None:
    """One environment as it is now; None when it does not exist."""
    seen = client.find(f"/repos/{slug}/environments/{segment(name)}")
    return rules_of(client, slug, seen) if seen is not None else None


def rules_of(client: Client, slug: str, seen: Answer) -> EnvironmentRules:
    """Understand an environment; its patterns and custom rules are read beside it."""
    name = seen.text("name")
    reviewers: tuple[Reviewer, ...] = ()
    wait, prevents, custom = 0, False, False
    for rule in seen.items("protection_rules"):
        kind = rule.text("type")
        if kind == "wait_timer":
            wait = rule.number("wait_timer")
        elif kind == "required_reviewers":
            prevents = rule.true("prevent_self_review")
            reviewers = tuple(_reviewer(one) for one in rule.items("reviewers"))
        elif kind != "branch_policy":
            custom = True
    shown = seen.has("can_admins_bypass")
    return EnvironmentRules(
        name=name,
        wait_minutes=wait,
        reviewers=reviewers,
        prevent_self_review=prevents,
        branches=_branches(client, slug, seen),
        admins_bypass=seen.true("can_admins_bypass") if shown else None,
        custom=_custom(client, slug, name) if custom else (),
    )


def read_secrets(client: Client, slug: str) -> Secrets:
    """Secrets of the repository and of each environment, by name and time of change."""
    found = [_secret(s, "") for s in client.pages(f"/repos/{slug}/actions/secrets", "secrets")]
    try:
        environments = list(client.pages(f"/repos/{slug}/environments", "environments"))
    except RefusedError as error:
        if error.status != _MISSING:
            raise
        environments = []
    for name in (one.text("name") for one in environments):
        path = f"/repos/{slug}/environments/{segment(name)}/secrets"
        found.extend(_secret(one, name) for one in client.pages(path, "secrets"))
    return Secrets(tuple(found))


def read_scanning(client: Client, slug: str) -> Scanning:
    """Which tools sent results, and the open alerts by severity."""
    try:
        alerts = list(client.pages(f"/repos/{slug}/code-scanning/alerts", state="open"))
    except RefusedError as error:
        if error.status == _MISSING:
            return Scanning((), ())  # no analysis was ever sent
        raise
    words = [_weight(alert) for alert in alerts]
    counted = tuple((word, words.count(word)) for word in sorted(set(words)))
    seen = client.pages(f"/repos/{slug}/code-scanning/analyses")
    return Scanning(tuple(sorted({one.text("tool", "name") for one in seen})), counted)


READERS: Final[Mapping[str, Callable[[Client, str], object]]] = MappingProxyType(
    {
        ACTIONS.name: read_actions,
        ENVIRONMENTS.name: read_environments,
        RULESETS.name: read_rules,
        REQUIRED_CHECKS.name: read_checks,
        SECRET_AGES.name: read_secrets,
        CODE_SCANNING.name: read_scanning,
    }
)
"""How each fact is read of a repository `owner/name`."""


def _plan(client: Client, owner: str, *, organisation: bool) -> str:
    # Only an owner is shown the plan; for everybody else it stays unknown.
    try:
        seen = client.get(f"/orgs/{segment(owner)}" if organisation else "/user")
    except RefusedError:
        return ""
    if not organisation and seen.text("login").casefold() != owner.casefold():
        return ""
    return seen.text("plan", "name").lower()


def _reviewer(seen: Answer) -> Reviewer:
    who = seen.at("reviewer")
    if seen.text("type") != "Team":
        return Reviewer(who.text("login"), who.number("id"))
    # The team's address is the only place that names its organisation.
    owner = who.text("html_url").partition("/orgs/")[2].partition("/")[0]
    return Reviewer(f"{owner}/{who.text('slug')}", who.number("id"))


def _branches(client: Client, slug: str, seen: Answer) -> BranchRules:
    policy = seen.at("deployment_branch_policy")
    if not policy:
        return BranchRules("all")
    if policy.true("protected_branches"):
        return BranchRules("protected")
    patterns = (pattern for pattern, _ in read_patterns(client, slug, seen.text("name")))
    return BranchRules("selected", tuple(sorted(patterns)))


def read_patterns(client: Client, slug: str, environment: str) -> tuple[tuple[str, int], ...]:
    """Patterns of branches (and `tag:` of tags) that may deploy, each with GitHub's number."""
    path = f"/repos/{slug}/environments/{segment(environment)}/deployment-branch-policies"
    return tuple(
        (("tag:" if one.text("type") == "tag" else "") + one.text("name"), one.number("id"))
        for one in client.pages(path, "branch_policies")
    )


def _custom(client: Client, slug: str, environment: str) -> tuple[str, ...]:
    path = f"/repos/{slug}/environments/{segment(environment)}/deployment_protection_rules"
    rules = client.get(path).items("custom_deployment_protection_rules")
    return tuple(sorted(r.text("app", "slug") for r in rules if r.true("enabled")))


def _secret(seen: Answer, environment: str) -> StoredSecret:
    return StoredSecret(seen.text("name"), environment, seen.text("updated_at"))


def _weight(alert: Answer) -> str:
    rule = alert.at("rule")
    return rule.text("security_severity_level") or rule.text("severity") or "unrated"


__all__ = [
    "READERS",
    "read_actions",
    "read_environment",
    "read_environments",
    "read_patterns",
    "read_repository",
    "read_rules",
    "read_rulesets",
]
