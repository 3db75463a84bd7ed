"""Readers of what guards the default branch. Only GET."""

from __future__ import annotations

from seatrial.systems.github.answers import Answer
from seatrial.systems.github.branch_facts import RequiredChecks, Rules, Ruleset
from seatrial.systems.github.branches import guard_of, ruleset_of
from seatrial.systems.github.client import Client, segment
from seatrial.systems.github.errors import RefusedError


def read_rules(client: Client, slug: str) -> Rules:
    """The rulesets that concern a repository, and what is in force on its default branch."""
    branch = client.get(f"/repos/{slug}").text("default_branch")
    try:
        rulesets = read_rulesets(client, slug)
        active = tuple(client.pages(f"/repos/{slug}/rules/branches/{segment(branch)}"))
    except RefusedError as error:
        if not error.plan:
            raise
        rulesets, active = (), ()  # the plan has none, so none is in force
    protection = _protection(client, slug, branch)
    return Rules(branch, rulesets, guard_of(branch, rulesets, active, protection))


def read_rulesets(client: Client, slug: str) -> tuple[Ruleset, ...]:
    """Every ruleset with its details, those of the organisation among them."""
    base = f"/repos/{slug}/rulesets"
    listed = client.pages(base, includes_parents="true")
    return tuple(ruleset_of(client.get(f"{base}/{one.number('id')}")) for one in listed)


def read_checks(client: Client, slug: str) -> RequiredChecks:
    """Which checks must pass before a merge into the default branch."""
    rules = read_rules(client, slug)
    return RequiredChecks(rules.branch, rules.guard.checks)


def _protection(client: Client, slug: str, branch: str) -> Answer | None:
    try:
        return client.find(f"/repos/{slug}/branches/{segment(branch)}/protection")
    except RefusedError as error:
        if error.plan:
            return None
        raise
