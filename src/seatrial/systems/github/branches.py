"""What is in force on a branch: rulesets and the older branch protection, folded into one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fnmatch import fnmatchcase

from seatrial.systems.github.answers import Answer
from seatrial.systems.github.branch_facts import BranchGuard, Bypass, Rule, Ruleset


def ruleset_of(seen: Answer) -> Ruleset:
    """Understand a ruleset with its details."""
    names = seen.at("conditions", "ref_name")
    bypass = tuple(_bypass(actor) for actor in seen.items("bypass_actors"))
    return Ruleset(
        id=seen.number("id"),
        name=seen.text("name"),
        target=seen.text("target") or "branch",
        enforcement=seen.text("enforcement"),
        source=seen.text("source_type"),
        bypass=bypass if seen.has("bypass_actors") else None,
        include=names.texts("include"),
        exclude=names.texts("exclude"),
        rules=tuple(rule_of(rule) for rule in seen.items("rules")),
    )


def rule_of(seen: Answer) -> Rule:
    """Understand one rule."""
    parameters = seen.at("parameters")
    return Rule(seen.text("type"), parameters.canonical() if parameters else "")


def parameters_of(rule: Rule) -> Answer:
    """What a rule's parameters say; empty for none."""
    return Answer(json.loads(rule.parameters) if rule.parameters else None)


def covers(ruleset: Ruleset, branch: str) -> bool:
    """Whether an active ruleset concerns the default branch of this name."""
    if ruleset.target != "branch" or ruleset.enforcement != "active":
        return False
    ref = f"refs/heads/{branch}"

    def hit(patterns: Iterable[str]) -> bool:
        return any(p in {"~ALL", "~DEFAULT_BRANCH"} or fnmatchcase(ref, p) for p in patterns)

    # A ruleset of an organisation chooses repositories as well; GitHub lists only those that count.
    return hit(ruleset.include) and not hit(ruleset.exclude)


def guard_of(
    branch: str, rulesets: tuple[Ruleset, ...], active: Iterable[Answer], protection: Answer | None
) -> BranchGuard:
    """Fold what GitHub says is in force into one; where two speak, the stricter counts."""
    guards = [_of_rules([rule_of(rule) for rule in active], _stepping_over(branch, rulesets))]
    if protection is not None:
        guards.append(_of_protection(protection))
    return strictest(guards)


def guard_of_rules(rules: Iterable[Rule]) -> BranchGuard:
    """What these rules alone ask of a branch."""
    return _of_rules(list(rules), ())


def strictest(guards: list[BranchGuard]) -> BranchGuard:
    """The guard that several together make."""
    asking = [g for g in guards if g.asks_pull_request] or guards
    # Whoever steps over one is stopped by another that asks for a pull request as well.
    bypass = next((g.bypass for g in asking if g.bypass == ()), asking[0].bypass)
    return BranchGuard(
        asks_pull_request=any(g.asks_pull_request for g in guards),
        approvals=max(g.approvals for g in guards),
        last_push=any(g.last_push for g in guards),
        code_owners=any(g.code_owners for g in guards),
        dismisses=any(g.dismisses for g in guards),
        checks=tuple(dict.fromkeys(name for g in guards for name in g.checks)),
        no_force_push=any(g.no_force_push for g in guards),
        no_deletion=any(g.no_deletion for g in guards),
        bypass=bypass,
    )


def _of_rules(rules: list[Rule], bypass: tuple[str, ...] | None) -> BranchGuard:
    types = {rule.type for rule in rules}
    asked = [parameters_of(rule) for rule in rules if rule.type == "pull_request"]
    checks = [parameters_of(rule) for rule in rules if rule.type == "required_status_checks"]
    names = (c.text("context") for one in checks for c in one.items("required_status_checks"))
    return BranchGuard(
        asks_pull_request=bool(asked),
        approvals=max((a.number("required_approving_review_count") for a in asked), default=0),
        last_push=any(a.true("require_last_push_approval") for a in asked),
        code_owners=any(a.true("require_code_owner_review") for a in asked),
        dismisses=any(a.true("dismiss_stale_reviews_on_push") for a in asked),
        checks=tuple(dict.fromkeys(names)),
        no_force_push="non_fast_forward" in types,
        no_deletion="deletion" in types,
        bypass=bypass,
    )


def _of_protection(seen: Answer) -> BranchGuard:
    reviews = seen.at("required_pull_request_reviews")
    admins = seen.true("enforce_admins", "enabled")
    checks = seen.at("required_status_checks")
    names = [c.text("context") for c in checks.items("checks")] or checks.texts("contexts")
    return BranchGuard(
        asks_pull_request=bool(reviews),
        approvals=reviews.number("required_approving_review_count"),
        last_push=reviews.true("require_last_push_approval"),
        code_owners=reviews.true("require_code_owner_reviews"),
        dismisses=reviews.true("dismiss_stale_reviews"),
        checks=tuple(names),
        no_force_push=not seen.true("allow_force_pushes", "enabled"),
        no_deletion=not seen.true("allow_deletions", "enabled"),
        bypass=() if admins else ("branch protection: administrators",),
    )


def _stepping_over(branch: str, rulesets: tuple[Ruleset, ...]) -> tuple[str, ...] | None:
    found: list[str] = []
    asking = [
        r
        for r in rulesets
        if covers(r, branch) and any(rule.type == "pull_request" for rule in r.rules)
    ]
    if any(r.bypass == () for r in asking):
        return ()
    for ruleset in asking:
        if ruleset.bypass is None:
            return None
        found.extend(f"{ruleset.name}: {actor.kind}" for actor in ruleset.bypass)
    return tuple(found)


def _bypass(seen: Answer) -> Bypass:
    number = seen.number("actor_id") if seen.at("actor_id") else None
    return Bypass(seen.text("actor_type"), number, seen.text("bypass_mode") or "always")
