"""Reads and writes, over real HTTP; each request is one that GitHub describes."""

from __future__ import annotations

import base64
from contextlib import suppress

import pytest
from nacl.public import SealedBox
from openapi_core.exceptions import OpenAPIError

from seatrial.model.change import RemoteChange
from seatrial.model.errors import SpecError
from seatrial.model.struct import replace
from seatrial.rigs.forge import Environment, Fault, Forge, Pattern, Request, Ruleset, World
from seatrial.rigs.forge.stored import KEY
from seatrial.systems.github.branch_facts import BranchGuard
from seatrial.systems.github.changes import (
    RULESET_NAME,
    UNSET,
    GitHubChange,
    LimitActions,
    ProtectBranch,
    ProtectEnvironment,
    RemoveEnvironment,
    RestoreRuleset,
)
from seatrial.systems.github.errors import ChangedError, RefusedError, UnreachableError
from seatrial.systems.github.facts import BranchRules, Secrets, StoredSecret
from seatrial.systems.github.reads import (
    READERS,
    read_actions,
    read_environment,
    read_environments,
    read_rules,
)
from seatrial.systems.github.saved import from_json, to_json
from seatrial.systems.github.writes import carry_out, set_secret, undo_of
from tests.systems.github.openapi import Description
from tests.systems.github.worlds import ONCE, SLUG, client, world

MAIN = BranchRules("selected", ("main",))


def protect(forge: Forge, name: str = "production") -> ProtectEnvironment:
    with client(forge) as wire:
        before = read_environment(wire, SLUG, name)
    return ProtectEnvironment(
        SLUG,
        name,
        before,
        wait_minutes=5,
        reviewers=("ann", "example-org/ops"),
        prevent_self_review=True,
        branches=MAIN,
        admins_bypass=False,
    )


def everywhere(there: World) -> Environment:
    return there.repos[SLUG].environments["production"]


def test_an_environment_is_made_with_every_rule_and_the_second_time_nothing_is_sent(
    judged: Forge,
) -> None:
    there = judged.reset(world())
    change = protect(judged)
    with client(judged) as wire:
        carry_out(change, wire)
        made = everywhere(there)
        assert (made.wait_timer, made.prevent_self_review, made.policy) == (5, True, "custom")
        assert made.reviewers == [("User", 11), ("Team", 21)]
        assert ([p.name for p in made.patterns], made.admins_bypass) == (["main"], False)
        count = len(judged.writes())
        carry_out(change, wire)
        assert len(judged.writes()) == count
        assert protect(judged).lines() == ()


def test_rules_that_nobody_spoke_of_are_sent_back_as_they_are(judged: Forge) -> None:
    there = judged.reset(world())
    old = Environment(5, "production", 30, [("User", 13)], prevent_self_review=True)
    there.repos[SLUG].environments["production"] = old
    with client(judged) as wire:
        before = read_environment(wire, SLUG, "production")
        carry_out(ProtectEnvironment(SLUG, "production", before, branches=MAIN), wire)
    assert (old.wait_timer, old.reviewers, old.prevent_self_review) == (30, [("User", 13)], True)


def test_names_with_a_slash_and_more_than_a_page_are_read(judged: Forge) -> None:
    there = judged.reset(world())
    for number in range(130):
        name = f"review/{number}"
        patterns = [Pattern(n, f"feature-{n}") for n in range(number)]
        there.repos[SLUG].environments[name] = Environment(
            number, name, policy="custom" if number > 127 else None, patterns=patterns
        )
    with client(judged) as wire:
        seen = read_environments(wire, SLUG)
    assert len(seen.environments) == 130
    assert len(seen.environments[-1].branches.patterns) == 129


def test_foreign_patterns_go_only_after_the_wanted_ones_came(judged: Forge) -> None:
    there = judged.reset(world())
    there.repos[SLUG].environments["production"] = Environment(
        5, "production", policy="custom", patterns=[Pattern(1, "*"), Pattern(2, "v*", "tag")]
    )
    with client(judged) as wire:
        before = read_environment(wire, SLUG, "production")
        change = ProtectEnvironment(
            SLUG, "production", before, branches=BranchRules("selected", ("main", "tag:v*"))
        )
        assert change.lines() == (("~", "branches: *, tag:v* -> main, tag:v*"),)
        carry_out(change, wire)
    assert [r.method for r in judged.writes()] == ["POST", "DELETE"]
    assert {p.name for p in everywhere(there).patterns} == {"main", "v*"}


def ruled(forge: Forge) -> ProtectBranch:
    with client(forge) as wire:
        seen = read_rules(wire, SLUG)
    own = next((r for r in seen.rulesets if r.name == RULESET_NAME), None)
    return ProtectBranch(
        SLUG,
        own,
        seen.guard,
        approvals=2,
        last_push=True,
        checks=("tests",),
        no_force_push=True,
        no_deletion=True,
        deploy_keys_bypass=True,
    )


def test_a_ruleset_is_made_once_and_its_stricter_rules_stay(judged: Forge) -> None:
    there = judged.reset(world())
    with client(judged) as wire:
        carry_out(ruled(judged), wire)
        assert ruled(judged).lines() == ()
        (made,) = there.repos[SLUG].rulesets
        rules = made.body["rules"]
        assert isinstance(rules, list)
        for rule in rules:
            if rule["type"] == "pull_request":
                rule["parameters"]["required_approving_review_count"] = 4
        rules.append({"type": "required_signatures"})
        change = replace(ruled(judged), checks=("tests", "scan"))
        carry_out(change, wire)
        kept = read_rules(wire, SLUG)
    assert (kept.guard.approvals, kept.guard.checks) == (4, ("tests", "scan"))
    assert "required_signatures" in {rule.type for rule in kept.rulesets[0].rules}


def test_rulesets_of_others_count_and_are_never_touched(judged: Forge) -> None:
    there = judged.reset(world())
    body = {
        "name": "org",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": ["~ALL"], "exclude": []}},
        "bypass_actors": [{"actor_id": 1, "actor_type": "Team", "bypass_mode": "always"}],
        "rules": [{"type": "non_fast_forward"}],
    }
    there.repos[SLUG].rulesets.append(Ruleset(3, dict(body), "Organization"))
    with client(judged) as wire:
        assert read_rules(wire, SLUG).guard.no_force_push
        carry_out(ruled(judged), wire)
    assert there.repos[SLUG].rulesets[0].body == body
    assert len(there.repos[SLUG].rulesets) == 2


def test_the_older_branch_protection_counts_too(judged: Forge) -> None:
    there = judged.reset(world())
    there.repos[SLUG].protection = {
        "required_pull_request_reviews": {"required_approving_review_count": 2},
        "required_status_checks": {"contexts": ["ci"], "checks": [{"context": "ci"}]},
        "enforce_admins": {"enabled": False},
        "allow_force_pushes": {"enabled": False},
    }
    with client(judged) as wire:
        guard = read_rules(wire, SLUG).guard
    assert guard == BranchGuard(
        asks_pull_request=True,
        approvals=2,
        checks=("ci",),
        no_force_push=True,
        no_deletion=True,
        bypass=("branch protection: administrators",),
    )


def test_who_may_step_over_is_unknown_to_who_may_not_change_the_ruleset(judged: Forge) -> None:
    there = judged.reset(world())
    with client(judged) as wire:
        carry_out(ruled(judged), wire)
        there.tokens["plain-test-token"].permissions["administration"] = "read"
        seen = read_rules(wire, SLUG)
    assert seen.rulesets[0].bypass is None
    assert seen.guard.bypass is None


def test_settings_of_actions_are_merged(judged: Forge) -> None:
    there = judged.reset(world())
    there.repos[SLUG].actions["allowed_actions"] = "selected"
    with client(judged) as wire:
        before = read_actions(wire, SLUG)
        change = LimitActions(SLUG, before, default_token="read", pinned=True)  # noqa: S106 - a word of GitHub
        carry_out(change, wire)
        assert there.repos[SLUG].actions["allowed_actions"] == "selected"
        assert there.repos[SLUG].workflow["can_approve_pull_request_reviews"] is True
        back = undo_of(change)
        assert back is not None
        carry_out(back, wire)
        assert read_actions(wire, SLUG) == before


def test_a_secret_is_sealed_and_its_name_is_read_back(judged: Forge) -> None:
    there = judged.reset(world())
    with client(judged) as wire:
        carry_out(protect(judged), wire)
        set_secret(wire, SLUG, "production", "API_KEY", "a plain fake")
        set_secret(wire, SLUG, "", "OTHER", "another fake")
        seen = READERS["github.secret_ages"](wire, SLUG)
    sealed = there.repos[SLUG].sealed["production/API_KEY"]
    assert SealedBox(KEY).decrypt(base64.b64decode(sealed)) == b"a plain fake"
    time = "2026-01-02T03:04:05Z"
    first = StoredSecret("OTHER", "", time)
    assert seen == Secrets((first, StoredSecret("API_KEY", "production", time)))


def test_every_fact_has_a_reader_and_reads_an_empty_repository(judged: Forge) -> None:
    judged.reset(world())
    with client(judged) as wire:
        for name, reader in READERS.items():
            assert reader(wire, SLUG) is not None, name


@pytest.mark.parametrize("kind", ["environment", "made environment", "ruleset", "made ruleset"])
def test_the_undo_brings_back_what_was_there(judged: Forge, kind: str) -> None:
    there = judged.reset(world())
    repo = there.repos[SLUG]
    if kind == "environment":
        repo.environments["production"] = Environment(
            5, "production", 10, [("User", 12)], policy="custom", patterns=[Pattern(1, "*")]
        )
    if kind == "ruleset":
        with client(judged) as wire:
            carry_out(replace(ruled(judged), approvals=1, checks=UNSET), wire)
    change = protect(judged) if "environment" in kind else ruled(judged)
    with client(judged) as wire:
        before = (read_environments(wire, SLUG), read_rules(wire, SLUG))
        carry_out(change, wire)
        assert (read_environments(wire, SLUG), read_rules(wire, SLUG)) != before
        back = undo_of(change)
        assert back is not None
        carry_out(back, wire)
        after = (read_environments(wire, SLUG), read_rules(wire, SLUG))
    assert after == before


def test_an_environment_that_holds_something_by_now_is_not_removed(judged: Forge) -> None:
    there = judged.reset(world())
    with client(judged) as wire:
        carry_out(protect(judged), wire)
        everywhere(there).secrets["KEY"] = "2026-01-01T00:00:00Z"
        with pytest.raises(ChangedError, match="holds secrets"):
            carry_out(RemoveEnvironment(SLUG, "production"), wire)


@pytest.mark.parametrize("field", ["wait_timer", "reviewers", "patterns"])
def test_what_somebody_changed_since_the_plan_is_left_alone(judged: Forge, field: str) -> None:
    there = judged.reset(world())
    there.repos[SLUG].environments["production"] = Environment(5, "production", policy="custom")
    change = protect(judged)
    moved = {"wait_timer": 99, "reviewers": [("User", 13)], "patterns": [Pattern(1, "hotfix")]}
    setattr(everywhere(there), field, moved[field])
    with client(judged) as wire, pytest.raises(ChangedError, match="since the plan"):
        carry_out(change, wire)
    assert judged.writes() == []


@pytest.mark.parametrize("number", range(1, 16))
def test_a_change_that_was_cut_anywhere_is_ended_by_the_same_change(
    judged: Forge, number: int
) -> None:
    there = judged.reset(world())
    there.repos[SLUG].environments["production"] = Environment(
        5, "production", policy="custom", patterns=[Pattern(1, "*"), Pattern(2, "hotfix")]
    )
    change = protect(judged)
    judged.seen, judged.faults = [], (Fault(number, "cut-after", lasts=99),)
    with client(judged, ONCE) as wire, suppress(UnreachableError):
        carry_out(change, wire)
    judged.faults = ()
    with client(judged) as wire:
        carry_out(change, wire)
    assert [p.name for p in everywhere(there).patterns] == ["main"]


def test_a_ruleset_that_somebody_changed_is_left_alone(judged: Forge) -> None:
    there = judged.reset(world())
    with client(judged) as wire:
        carry_out(ruled(judged), wire)
        change = replace(ruled(judged), approvals=5)
        there.repos[SLUG].rulesets[0].body["enforcement"] = "disabled"
        count = len(judged.writes())
        with pytest.raises(ChangedError):
            carry_out(change, wire)
    assert len(judged.writes()) == count


CHANGES: list[GitHubChange] = [
    ProtectEnvironment(
        SLUG,
        "production",
        None,
        wait_minutes=0,
        reviewers=(),
        prevent_self_review=False,
        branches=BranchRules("all"),
        admins_bypass=True,
    ),
    ProtectEnvironment(SLUG, "staging/eu", None),
    ProtectBranch(SLUG, None, BranchGuard(bypass=None), checks=("a", "b")),
    RemoveEnvironment(SLUG, "x"),
    RestoreRuleset(SLUG, None),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: type(change).__name__)
def test_a_change_survives_json_and_unset_is_not_null(change: GitHubChange) -> None:
    data = to_json(change)
    assert from_json(data) == change
    assert isinstance(change, RemoteChange)
    assert set(to_json(CHANGES[1])) == {"kind", "repository", "environment", "before"}


def test_changes_that_were_read_survive_json(judged: Forge) -> None:
    judged.reset(world())
    with client(judged) as wire:
        carry_out(protect(judged), wire)
        carry_out(ruled(judged), wire)
        seen = read_actions(wire, SLUG)
    for change in (protect(judged), ruled(judged), LimitActions(SLUG, seen, approves=False)):
        assert from_json(to_json(change)) == change


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"kind": "nonsense"},
        {"kind": "protect-environment"},
        {"kind": "remove-environment", "repository": 1, "environment": "x"},
        {"kind": "remove-environment", "repository": "a/b", "environment": "x", "extra": 1},
        {**to_json(CHANGES[0]), "wait_minutes": True},
        {**to_json(CHANGES[0]), "reviewers": "ann"},
        {**to_json(CHANGES[0]), "branches": {"kind": "all", "patterns": [1]}},
    ],
)
def test_a_change_that_somebody_edited_is_refused(data: object) -> None:
    with pytest.raises(SpecError, match="as seatrial wrote it"):
        from_json(data)


def test_the_description_refuses_what_github_does_not_describe(description: Description) -> None:
    headers = {
        "accept": "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
        "authorization": "Bearer x",
        "user-agent": "seatrial",
        "content-type": "application/json",
    }
    path = f"/repos/{SLUG}/environments/production"
    good = Request("PUT", path, {}, headers, {"wait_timer": 5})
    description.check(good)
    for wrong in (
        replace(good, body={"wait_time": 5}),
        replace(good, body={"wait_timer": "5"}),
        replace(good, path=f"/repos/{SLUG}/environment/production"),
        replace(good, method="POST"),
    ):
        with pytest.raises(OpenAPIError):
            description.check(wrong)


def test_a_refusal_of_the_plan_sets_the_branches_and_names_the_rest(judged: Forge) -> None:
    there = judged.reset(world("team"))
    with client(judged) as wire, pytest.raises(RefusedError, match="billing plan") as caught:
        carry_out(protect(judged), wire)
    assert "branches are set, but not reviewers, wait timer, self-review" in str(caught.value)
    assert (everywhere(there).policy, len(everywhere(there).patterns)) == ("custom", 1)
