"""The live half of the plan: environments and the ruleset of the main branch, through GitHub's API.

Each environment that staging or production releases are bound to gets its reviewers (`approvers` in
`seatrial.yaml`), wait timer, no self-review, its branches, and no bypass for administrators; the
default branch gets a ruleset of seatrial's own beside whatever is there. Only what differs is asked
for, and only what GitHub's plan for the owner has; the rest is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.hosted import hosted
from seatrial.kit.grouping import named
from seatrial.kit.site import Site
from seatrial.model.change import Call, Leave, Risk, Wish
from seatrial.model.fact import FactKey
from seatrial.practices.environment_protection.bound import Bound, allowed, guarded, pushes
from seatrial.practices.environment_protection.secrets import concerns, is_credential
from seatrial.practices.environment_protection.settings import Settings
from seatrial.systems.github.branch_facts import Rules
from seatrial.systems.github.changes import (
    RULESET_NAME,
    UNSET,
    ProtectBranch,
    ProtectEnvironment,
    Unset,
)
from seatrial.systems.github.facts import (
    ENVIRONMENTS,
    RULESETS,
    SECRET_AGES,
    BranchRules,
    Environments,
    Repository,
    Secrets,
)


def wishes(site: Site[Settings]) -> Iterator[Wish]:
    """Calls for what differs at GitHub, and what has to be left, with the reason."""
    environments = hosted(site, ENVIRONMENTS, Environments)
    rules = hosted(site, RULESETS, Rules)
    members = guarded(site)
    for root in dict.fromkeys(one.root for one in members):
        own = [one for one in members if one.root == root]
        if root in environments:
            for one in own:
                yield from _environment(site, one, environments[root][1])
        else:
            yield _unread(ENVIRONMENTS, f"the rules of {named(o.name for o in own)} in {root}")
        if root in rules:
            yield from _branch(site, root, *rules[root])
        else:
            yield _unread(RULESETS, f"the ruleset of the main branch of {root}")
    yield from _secrets(site, members)


def _unread(key: FactKey, what: str) -> Leave:
    message = f"{what}: GitHub was not read; run again with --live"
    return Leave(message, credential=key.credential)


def _environment(site: Site[Settings], one: Bound, seen: Environments) -> Iterator[Wish]:
    repository = seen.repository
    if repository.takes_environments is False:
        plan = f"the plan {repository.plan} has no environments for private repositories"
        yield Leave(f"{repository.slug} environment {one.name}: {plan}", one.place)
        return
    change = wanted(site, one, seen)
    if change.lines():
        reason = f"releases to {one.name} shall wait for a second pair of eyes, from reviewed code"
        yield Call(change, reason, Risk.HIGH if one.tier == "production" else Risk.MEDIUM)
    yield from _left(site, one, seen)


def wanted(site: Site[Settings], one: Bound, seen: Environments) -> ProtectEnvironment:
    """The change that an environment needs: stricter rules of others stay."""
    now = seen.named(one.name)
    production = one.tier == "production"
    branches = allowed(site, one, seen.repository.default_branch)
    name = now.name if now else one.name
    rules: BranchRules | Unset = UNSET
    strict = now and now.branches.kind == "selected" and set(now.branches.patterns) <= set(branches)
    if branches and not (strict and now and now.branches.patterns):
        rules = BranchRules("selected", branches)
    if seen.repository.takes_reviewers is False:
        return ProtectEnvironment(seen.repository.slug, name, now, branches=rules)
    reviewers = _reviewers(site, one, seen)
    prevents: bool | Unset = UNSET
    listed = bool(now and now.reviewers) or not isinstance(reviewers, Unset)
    if production and listed:
        prevents = _several(site, one, seen) or UNSET
    enough = now is not None and now.wait_minutes >= site.settings.wait_minutes
    return ProtectEnvironment(
        seen.repository.slug,
        name,
        now,
        UNSET
        if enough or not production or not site.settings.wait_minutes
        else site.settings.wait_minutes,
        reviewers,
        prevents,
        rules,
        False if production and (now is None or now.admins_bypass is not False) else UNSET,
    )


def _reviewers(site: Site[Settings], one: Bound, seen: Environments) -> tuple[str, ...] | Unset:
    """Reviewers of the environment and those of the settings, as far as they are needed."""
    now = seen.named(one.name)
    there = tuple(r.name for r in now.reviewers) if now else ()
    needed = site.settings.reviewers if one.tier == "production" else 1
    if len(there) >= needed or any("/" in name for name in there):
        return UNSET
    known = {name.casefold() for name in there}
    usable = _usable(site, seen.repository)
    names = (*there, *(name for name in usable if name.casefold() not in known))
    return names[:6] if len(names) > len(there) else UNSET


def _usable(site: Site[Settings], repository: Repository) -> tuple[str, ...]:
    # Only organisations have teams.
    named_ = site.settings.approvers
    return tuple(n for n in named_ if "/" not in n or repository.organisation)


def _several(site: Site[Settings], one: Bound, seen: Environments) -> bool:
    """Whether somebody else could approve: one alone who starts a release would wait for ever."""
    now = seen.named(one.name)
    there = {r.name.casefold() for r in now.reviewers} if now else set()
    names = there | {name.casefold() for name in _usable(site, seen.repository)}
    return len(names) > 1 or any("/" in name for name in names)


def _left(site: Site[Settings], one: Bound, seen: Environments) -> Iterator[Leave]:
    repository, now = seen.repository, seen.named(one.name)
    what = f"{repository.slug} environment {one.name}"
    there = {r.name.casefold() for r in now.reviewers} if now else set()
    names = there | {name.casefold() for name in _usable(site, repository)}
    needed = site.settings.reviewers if one.tier == "production" else 1
    alone = one.tier == "production" and not (now and now.prevent_self_review)
    if repository.takes_reviewers is False:
        plan = f"the plan {repository.plan} has no reviewers and no wait timer for private ones"
        yield Leave(f"{what}: {plan}; only its branches are set", one.place)
    elif not names:
        hint = "name them as `approvers` in seatrial.yaml"
        yield Leave(f"{what}: nobody says who may approve; {hint}", one.place)
    elif len(names) < needed and all("/" not in name for name in names):
        hint = "name more `approvers` in seatrial.yaml"
        yield Leave(f"{what}: {len(names)} of {needed} reviewers are known; {hint}", one.place)
    elif alone and not _several(site, one, seen):
        hint = "name a second of the `approvers` in seatrial.yaml"
        message = f"{what}: with one reviewer self-review stays, or nobody could approve; {hint}"
        yield Leave(message, one.place)
    if not allowed(site, one, repository.default_branch):
        hint = "name its branches in seatrial.yaml"
        yield Leave(f"{what}: no branch is seen from which it is deployed; {hint}", one.place)


def _branch(site: Site[Settings], root: str, slug: str, seen: Rules) -> Iterator[Wish]:
    settings, guard = site.settings, seen.guard
    environments = hosted(site, ENVIRONMENTS, Environments)
    repository = environments[root][1].repository if root in environments else None
    if repository and repository.private and repository.plan == "free":
        plan = "the plan free has no rulesets for private repositories"
        yield Leave(f"{slug} ruleset of {seen.branch}: {plan}")
        return
    asked = settings.required_checks.get(root, ())
    checks = tuple(check for check in asked if check not in guard.checks)
    if not asked and not guard.checks:
        hint = (
            f"name them as `required_checks: {{{root}: [...]}}` in seatrial.yaml once they have run"
        )
        yield Leave(f"{slug}: no check is required before a merge into {seen.branch}; {hint}")
    pushed = pushes(site, root, seen.branch)
    if pushed and not settings.deploy_keys_push and not guard.asks_pull_request:
        how = "give it a deploy key and set `deploy_keys_push`, or let it open pull requests"
        message = f"{slug}: a job pushes to {seen.branch}, which a ruleset would refuse; {how}"
        yield Leave(message, pushed[0])
        return
    keys = settings.deploy_keys_push and bool(pushed)
    change = ProtectBranch(
        slug,
        next(
            (r for r in seen.rulesets if r.name == RULESET_NAME and r.source == "Repository"), None
        ),
        guard,
        settings.approvals if guard.approvals < settings.approvals else UNSET,
        True if not (guard.last_push or guard.dismisses) else UNSET,
        UNSET,
        checks or UNSET,
        True if not guard.no_force_push else UNSET,
        True if not guard.no_deletion else UNSET,
        True if keys and not guard.asks_pull_request else UNSET,
    )
    if any(text for _, text in change.lines() if not text.startswith("ruleset:")):
        reason = f"what reaches {seen.branch} is released, so it shall be reviewed and checked"
        yield Call(change, reason, Risk.HIGH)


def _secrets(site: Site[Settings], members: tuple[Bound, ...]) -> Iterator[Leave]:
    """Secrets that have to move; GitHub shows no value, so somebody has to give each again."""
    known = hosted(site, SECRET_AGES, Secrets)
    for one in members:
        if one.root not in known or one.tier != "production":
            continue
        slug, secrets = known[one.root]
        open_to_all = {s.name for s in secrets.secrets if not s.environment}
        read = {name for release in one.releases for name, _ in release.job.secrets}
        names = sorted(
            n
            for n in read & open_to_all
            if is_credential(n, deploys=True) and concerns(n, one.name)
        )
        if names:
            move = f"gh secret set NAME --repo {slug} --env {one.name}"
            message = f"move {named(names, 12)} from {slug} to its environment {one.name}: {move}"
            yield Leave(f"{message}, then delete it from the repository", one.place)
