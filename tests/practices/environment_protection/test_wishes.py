"""What the plan asks of GitHub, and what it leaves to people, from facts alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seatrial.kit import environments
from seatrial.kit.site import Site
from seatrial.model.change import Call, Leave, Wish
from seatrial.model.fact import Fact, Facts, Known
from seatrial.model.struct import replace
from seatrial.practices.environment_protection.live import wishes
from seatrial.practices.environment_protection.settings import Settings
from seatrial.repo.files import Root
from seatrial.repo.repository import Repository as Files
from seatrial.systems.github.branch_facts import BranchGuard, Rules
from seatrial.systems.github.changes import UNSET, ProtectBranch, ProtectEnvironment
from seatrial.systems.github.facts import (
    BranchRules,
    EnvironmentRules,
    Environments,
    Hosted,
    Repository,
    Reviewer,
    Secrets,
    StoredSecret,
)
from tests.systems.github.test_states import WORKFLOW

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SLUG = "example-org/shop"
OWNED = Repository(SLUG, "main", private=False, organisation=True, plan="team", administers=True)
TWO = Settings(approvers=("ann", "example-org/ops"), required_checks={"shop": ("tests",)})


def asked(
    folder: Path,
    settings: Settings = TWO,
    *,
    workflow: str = WORKFLOW,
    repository: Repository = OWNED,
    there: Iterable[EnvironmentRules] = (),
    guard: BranchGuard | None = None,
    secrets: Iterable[str] = (),
    read: bool = True,
) -> list[Wish]:
    """The wishes for one workflow and these facts."""
    target = folder / "shop" / ".github" / "workflows"
    target.mkdir(parents=True)
    (target / "deploy.yml").write_text(workflow)
    files = Files([Root(folder / "shop", "shop", git=False)])
    values: dict[str, object] = {
        "github.environments": Environments(repository, tuple(there)),
        "github.rulesets": Rules("main", (), guard or BranchGuard()),
        "github.secret_ages": Secrets(tuple(StoredSecret(n, "", "") for n in secrets)),
    }
    entries: dict[str, Fact] = {
        name: Known((Hosted("shop", SLUG, value),), NOW) for name, value in values.items() if read
    }
    site = Site(files, settings, environments.found(files), Facts(entries), NOW)
    return list(wishes(site))


def changes(found: list[Wish]) -> list[ProtectEnvironment]:
    all_ = [wish.change for wish in found if isinstance(wish, Call)]
    return [change for change in all_ if isinstance(change, ProtectEnvironment)]


def left(found: list[Wish]) -> str:
    return "\n".join(wish.message for wish in found if isinstance(wish, Leave))


def test_offline_each_thing_is_left_with_the_credential_that_it_takes(tmp_path: Path) -> None:
    found = asked(tmp_path, read=False)
    assert [type(wish) for wish in found] == [Leave, Leave]
    assert all("GITHUB_TOKEN" in wish.credential for wish in found if isinstance(wish, Leave))


def test_a_bare_repository_gets_all_of_it(tmp_path: Path) -> None:
    found = asked(tmp_path)
    assert left(found) == ""
    staging, production = sorted(changes(found), key=lambda change: change.environment)[::-1]
    assert (production.wait_minutes, production.reviewers) == (5, ("ann", "example-org/ops"))
    assert production.prevent_self_review is True
    assert production.branches == BranchRules("selected", ("main",))
    assert production.admins_bypass is False
    assert staging.branches == BranchRules("selected", ("develop",))
    assert (staging.wait_minutes, staging.prevent_self_review) == (UNSET, UNSET)
    (branch,) = [w.change for w in found if isinstance(w, Call) and w.change not in changes(found)]
    assert isinstance(branch, ProtectBranch)
    assert (branch.approvals, branch.checks, branch.no_force_push) == (2, ("tests",), True)


def test_stricter_rules_of_others_stay(tmp_path: Path) -> None:
    people = tuple(Reviewer(name, n) for n, name in enumerate(("ann", "bob", "cleo")))
    production = EnvironmentRules(
        "Production", 60, people, prevent_self_review=True, admins_bypass=False
    )
    narrow = BranchRules("selected", ("main",))
    staging = EnvironmentRules("staging", 0, people, branches=BranchRules("selected", ("develop",)))
    guard = BranchGuard(
        asks_pull_request=True,
        approvals=3,
        last_push=True,
        checks=("tests",),
        no_force_push=True,
        no_deletion=True,
    )
    found = asked(tmp_path, there=(replace(production, branches=narrow), staging), guard=guard)
    assert found == []


def test_nobody_named_means_no_reviewers_and_it_is_said(tmp_path: Path) -> None:
    found = asked(tmp_path, Settings(required_checks={"shop": ("tests",)}))
    assert {change.reviewers for change in changes(found)} == {UNSET}
    assert {change.prevent_self_review for change in changes(found)} == {UNSET}
    assert "nobody says who may approve" in left(found)


def test_one_reviewer_alone_is_not_locked_out(tmp_path: Path) -> None:
    found = asked(tmp_path, Settings(approvers=("ann",), reviewers=1))
    (production,) = [c for c in changes(found) if c.environment == "production"]
    assert (production.reviewers, production.prevent_self_review) == (("ann",), UNSET)
    assert "or nobody could approve" in left(found)


@pytest.mark.parametrize(
    ("plan", "names", "words"),
    [
        ("free", 0, "the plan free has no environments"),
        ("team", 2, "the plan team has no reviewers"),
        ("enterprise", 2, ""),
        ("", 2, ""),
    ],
)
def test_only_what_the_plan_has_is_asked_for(
    tmp_path: Path, plan: str, names: int, words: str
) -> None:
    found = asked(tmp_path, repository=replace(OWNED, private=True, plan=plan))
    assert len(changes(found)) == names
    assert words in left(found)
    if plan == "team":
        assert {c.reviewers for c in changes(found)} == {UNSET}
        assert all(isinstance(c.branches, BranchRules) for c in changes(found))


def test_teams_only_where_there_are_teams(tmp_path: Path) -> None:
    found = asked(tmp_path, repository=replace(OWNED, organisation=False))
    assert {c.reviewers for c in changes(found)} == {("ann",)}


@pytest.mark.parametrize(
    ("trigger", "branches"),
    [
        ("push: {branches: [main, develop]}", ("main",)),
        ("push: {branches: [trunk]}", ("trunk",)),
        ("push: {tags: ['v*']}", ("tag:v*",)),
        ("push: {branches: ['release/*']}", ("release/*",)),
        ("push: {branches: ['**']}", ("main",)),
        ("workflow_dispatch:", ("main",)),
        ("schedule: [{cron: '0 4 * * *'}]", ("main",)),
    ],
)
def test_branches_are_those_that_deliver(
    tmp_path: Path, trigger: str, branches: tuple[str, ...]
) -> None:
    head, _, rest = WORKFLOW.partition("jobs:")
    del head
    jobs = "jobs:" + rest.replace("    if: github.ref == 'refs/heads/main'\n", "")
    found = asked(tmp_path, workflow=f"on:\n  {trigger}\n{jobs}")
    (production,) = [c for c in changes(found) if c.environment == "production"]
    assert production.branches == BranchRules("selected", branches)


PUSHING = """\
      - uses: actions/checkout@v4
      - run: |
          yq -i '.image.tag = "1"' values-production.yaml
          git commit -am x
          git push origin HEAD:main
"""


@pytest.mark.parametrize("keys", [True, False])
def test_a_ruleset_does_not_stop_the_pipeline_that_pushes(tmp_path: Path, keys: bool) -> None:  # noqa: FBT001 - a parameter of the test
    settings = replace(TWO, deploy_keys_push=keys)
    found = asked(tmp_path, settings, workflow=WORKFLOW + PUSHING)
    rulesets = [w.change for w in found if isinstance(w, Call)]
    branch = [change for change in rulesets if isinstance(change, ProtectBranch)]
    assert [change.deploy_keys_bypass for change in branch] == ([True] if keys else [])
    assert ("which a ruleset would refuse" in left(found)) is not keys


def test_secrets_that_have_to_move_are_named(tmp_path: Path) -> None:
    workflow = WORKFLOW.replace("run: helm", "run: KUBECONFIG=${{ secrets.KUBECONFIG }} helm")
    found = asked(tmp_path, workflow=workflow, secrets=("KUBECONFIG", "OTHER_TOKEN"))
    assert "move KUBECONFIG from example-org/shop to its environment production" in left(found)
    assert "OTHER_TOKEN" not in left(found)
