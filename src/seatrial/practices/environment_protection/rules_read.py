"""What GitHub really asks before a release: the rules of environments, read live."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.hosted import hosted
from seatrial.kit.grouping import named
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Reach, Severity, fault, met, unknown
from seatrial.model.practice import check
from seatrial.practices.environment_protection.bound import Bound, allowed, guarded
from seatrial.practices.environment_protection.secrets import concerns, is_credential
from seatrial.practices.environment_protection.settings import Settings
from seatrial.systems.github.facts import (
    ENVIRONMENTS,
    SECRET_AGES,
    EnvironmentRules,
    Environments,
    Secrets,
)

Seen = tuple[Bound, EnvironmentRules, Environments]


def read(site: Site[Settings]) -> Iterator[tuple[Bound, Environments]]:
    """Environments that have to be protected and whose repository could be read."""
    known = hosted(site, ENVIRONMENTS, Environments)
    for one in guarded(site) if known else ():
        if one.written and one.root in known:
            yield one, known[one.root][1]


def _existing(site: Site[Settings], *tiers: str) -> Iterator[Seen]:
    for one, environments in read(site):
        rules = environments.named(one.name)
        if rules is not None and (not tiers or one.tier in tiers):
            yield one, rules, environments


@check("environment-protection/missing-environment", severity=Severity.HIGH, requirement=True)
def missing_environment(site: Site[Settings]) -> Iterator[Observation]:
    """A job names an environment that GitHub does not have.

    Why: GitHub makes an environment of that name at the first run, without any rule.
    Fix: `seatrial apply environment-protection` makes it with its rules.
    """
    for one, environments in read(site):
        if environments.named(one.name) is not None:
            continue
        repository = environments.repository
        why = ""
        if repository.takes_environments is False:
            why = f" (a private repository of the plan {repository.plan} has no environments)"
        message = f"{repository.slug} has no environment {one.name}{why}"
        yield fault(one.place, message, environments=one.environments)


@check("environment-protection/too-few-reviewers", severity=Severity.HIGH, requirement=True)
def too_few_reviewers(site: Site[Settings]) -> Iterator[Observation]:
    """An environment lists too few reviewers.

    Why: with nobody listed nothing waits; with one, nothing is released while that one is away.
    Fix: name `approvers` in `seatrial.yaml` and run `seatrial apply environment-protection`.
    """
    for one, rules, environments in _existing(site, "production", "staging"):
        wanted = site.settings.reviewers if one.tier == "production" else 1
        names = [reviewer.name for reviewer in rules.reviewers]
        # A team stands for its members, whose number is not shown.
        enough = len(names) >= wanted or any(reviewer.team for reviewer in rules.reviewers)
        if enough:
            message = f"{one.name} waits for {named(names, 6)}"
            yield met(one.place, message, environments=one.environments)
            continue
        plan = ""
        if environments.repository.takes_reviewers is False:
            plan = f" (the plan {environments.repository.plan} has none for private repositories)"
        lists = f"lists {len(names)} reviewer{'s' * (len(names) != 1)}"
        message = f"environment {one.name} {lists}, {wanted} asked for{plan}"
        yield fault(one.place, message, environments=one.environments)


@check("environment-protection/self-review", severity=Severity.HIGH, requirement=True)
def self_review(site: Site[Settings]) -> Iterator[Observation]:
    """Who starts a production release may approve it.

    Why: one person alone then releases, and the second pair of eyes is gone.
    Fix: `seatrial apply environment-protection` sets "prevent self-review".
    """
    for one, rules, _ in _existing(site, "production"):
        if not rules.prevent_self_review:
            message = f"environment {one.name} lets who started a release approve it"
            yield fault(one.place, message, environments=one.environments)


@check("environment-protection/short-wait", severity=Severity.MEDIUM, requirement=True)
def short_wait(site: Site[Settings]) -> Iterator[Observation]:
    """Production starts at once after the approval.

    Why: the wait timer is the last moment in which a mistaken approval can be taken back.
    Fix: `seatrial apply environment-protection` sets it to `wait_minutes`.
    """
    for one, rules, _ in _existing(site, "production"):
        if rules.wait_minutes < site.settings.wait_minutes:
            wait = f"waits {rules.wait_minutes} minutes, {site.settings.wait_minutes} asked for"
            message = f"environment {one.name} {wait}"
            yield fault(one.place, message, environments=one.environments)


@check("environment-protection/open-environment", severity=Severity.HIGH, requirement=True)
def open_environment(site: Site[Settings]) -> Iterator[Observation]:
    """An environment takes deployments from branches that nobody reviewed.

    Why: a workflow of any branch that names the environment is then as good as one of `main`.
    Fix: `seatrial apply environment-protection` sets the branches.
    """
    for one, rules, environments in _existing(site, "production", "staging"):
        wanted = allowed(site, one, environments.repository.default_branch)
        if rules.branches.kind == "all":
            said = "every branch"
        elif rules.branches.kind == "protected":
            said = "every branch that any rule protects"
        else:
            extra = [p for p in rules.branches.patterns if p not in wanted]
            if not extra:
                only = named(rules.branches.patterns) or "no branch"
                message = f"{one.name} takes {only}"
                yield met(one.place, message, environments=one.environments)
                continue
            said = f"also {named(extra)}"
        message = f"environment {one.name} takes {said}, asked for is only {named(wanted)}"
        yield fault(one.place, message, environments=one.environments)


@check("environment-protection/admins-bypass", severity=Severity.MEDIUM)
def admins_bypass(site: Site[Settings]) -> Iterator[Observation]:
    """Administrators may release past the rules of production.

    Why: GitHub allows it unless told otherwise, so the rules hold for everybody but the accounts
    that are worth most to a thief.
    Fix: `seatrial apply environment-protection` takes it away.
    """
    for one, rules, environments in _existing(site, "production"):
        if rules.admins_bypass is None:
            yield unknown(
                f"cannot see whether administrators may pass the rules of {one.name}",
                reach=Reach.API,
                credential="GITHUB_TOKEN of an administrator",
                place=one.place,
                environments=one.environments,
            )
        elif rules.admins_bypass and environments.repository.takes_reviewers is not False:
            message = f"administrators may release to {one.name} past its rules"
            yield fault(one.place, message, environments=one.environments)


@check("environment-protection/secret-on-repository", severity=Severity.HIGH, requirement=True)
def secret_on_repository(site: Site[Settings]) -> Iterator[Observation]:
    """A credential of production lies on the repository.

    Why: every job of every branch can read it there, whatever the environment asks for.
    Fix: store it on the environment (GitHub shows no value, so somebody has to give it again), then
    delete it from the repository.
    """
    known = hosted(site, SECRET_AGES, Secrets)
    for one in guarded(site) if known else ():
        if one.tier != "production" or one.root not in known:
            continue
        slug, secrets = known[one.root]
        open_to_all = {s.name for s in secrets.secrets if not s.environment}
        read_by = [(name, place) for r in one.releases for name, place in r.job.secrets]
        hits = [
            (name, place)
            for name, place in read_by
            if name in open_to_all
            and is_credential(name, deploys=True)
            and concerns(name, one.name)
        ]
        if hits:
            names = named(name for name, _ in hits)
            message = f"{names}, which releases to {one.name} read, lies on {slug} for every job"
            related = tuple(dict.fromkeys(place for _, place in hits[1:]))
            yield fault(hits[0][1], message, environments=one.environments, related=related)
