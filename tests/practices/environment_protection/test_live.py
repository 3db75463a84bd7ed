"""What `audit --live` says of GitHub, and what the plan asks of it, rule by rule."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seatrial.engine.collect import Access, access, collect
from seatrial.engine.survey import AuditRequest, survey
from seatrial.engine.watch import Silent
from seatrial.model.errors import UsageError
from seatrial.model.fact import Missing
from seatrial.model.finding import Outcome
from seatrial.model.record import Verdict
from seatrial.model.verdict import Status
from seatrial.repo.files import Root
from seatrial.rigs.forge import Environment, Forge, Pattern, Repo, Ruleset, World
from seatrial.systems.github.facts import ENVIRONMENTS, RULESETS
from tests.systems.github.test_states import WORKFLOW
from tests.systems.github.worlds import SLUG, TOKEN, world

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ID = "environment-protection"


@pytest.fixture(scope="module")
def forge() -> Iterator[Forge]:
    with Forge() as running:
        yield running


@pytest.fixture
def shop(forge: Forge, tmp_path: Path) -> Path:
    """A clone of the application, as `origin` of the stand-in knows it."""
    folder = tmp_path / "shop"
    (folder / ".github" / "workflows").mkdir(parents=True)
    (folder / ".github" / "workflows" / "deploy.yml").write_text(WORKFLOW)
    for words in (
        ("init", "-q", "-b", "main"),
        ("remote", "add", "origin", f"{forge.url}/{SLUG}.git"),
        ("add", "-A"),
        ("-c", "user.name=Dev", "-c", "user.email=dev@example.com", "commit", "-qm", "init"),
    ):
        subprocess.run(["git", "-C", str(folder), *words], check=True)
    return folder


def guarded(there: World) -> Repo:
    """A repository in which nothing is missing."""
    repo = there.repos[SLUG]
    people = [("User", 11), ("User", 12)]
    repo.environments["production"] = Environment(
        1,
        "production",
        wait_timer=5,
        reviewers=people,
        prevent_self_review=True,
        policy="custom",
        patterns=[Pattern(1, "main")],
        admins_bypass=False,
    )
    repo.environments["staging"] = Environment(
        2, "staging", reviewers=people[:1], policy="custom", patterns=[Pattern(2, "develop")]
    )
    review = {
        "required_approving_review_count": 2,
        "require_last_push_approval": True,
        "dismiss_stale_reviews_on_push": False,
        "require_code_owner_review": False,
        "required_review_thread_resolution": False,
    }
    checks = {"required_status_checks": [{"context": "tests"}]}
    rules = [
        {"type": "pull_request", "parameters": review},
        {"type": "required_status_checks", "parameters": checks},
        {"type": "non_fast_forward"},
    ]
    everywhere = {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}}
    body = {"name": "main", "enforcement": "active", "conditions": everywhere, "rules": rules}
    repo.rulesets.append(Ruleset(3, {"bypass_actors": [], **body}))
    return repo


def verdict(forge: Forge, folder: Path) -> Verdict:
    request = AuditRequest(NOW, (folder,), (ID,), live=Access(TOKEN, forge.api))
    (found,) = survey(request, Silent()).verdicts
    return found


def rules(found: Verdict, outcome: Outcome) -> set[str]:
    return {f.rule.partition("/")[2] for f in found.findings if f.outcome is outcome}


def test_what_is_all_there_is_present_and_nothing_is_unknown(forge: Forge, shop: Path) -> None:
    guarded(forge.reset(world()))
    found = verdict(forge, shop)
    assert rules(found, Outcome.FAULT) == set()
    assert rules(found, Outcome.UNKNOWN) == set()
    assert found.status is Status.PRESENT
    assert {request.method for request, _ in forge.seen} == {"GET"}


def one_reviewer(repo: Repo) -> None:
    repo.environments["production"].reviewers.pop()


def rule(repo: Repo, kind: str) -> dict[str, object]:
    members = repo.rulesets[0].body["rules"]
    assert isinstance(members, list)
    return next(r for r in members if r["type"] == kind)


def without(repo: Repo, kind: str) -> None:
    members = repo.rulesets[0].body["rules"]
    assert isinstance(members, list)
    members.remove(rule(repo, kind))


def review(repo: Repo, name: str, value: object) -> None:
    parameters = rule(repo, "pull_request")["parameters"]
    assert isinstance(parameters, dict)
    parameters[name] = value


def production(name: str, value: object, repo: Repo) -> None:
    setattr(repo.environments["production"], name, value)


BROKEN: dict[str, Callable[[Repo], object]] = {
    "missing-environment": lambda r: r.environments.pop("staging"),
    "too-few-reviewers": one_reviewer,
    "self-review": lambda r: production("prevent_self_review", False, r),  # noqa: FBT003
    "short-wait": lambda r: production("wait_timer", 4, r),
    "open-environment": lambda r: production("patterns", [Pattern(1, "main"), Pattern(9, "*")], r),
    "admins-bypass": lambda r: production("admins_bypass", True, r),  # noqa: FBT003
    "secret-on-repository": lambda r: r.secrets.update(KUBECONFIG="2026-01-01T00:00:00Z"),
    "unreviewed-merge": lambda r: review(r, "required_approving_review_count", 1),
    "last-push-unreviewed": lambda r: review(r, "require_last_push_approval", False),  # noqa: FBT003
    "no-required-check": lambda r: without(r, "required_status_checks"),
    "force-push": lambda r: without(r, "non_fast_forward"),
    "branch-bypass": lambda r: r.rulesets[0].body.update(
        bypass_actors=[{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}]
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_rule_is_read_by_itself(forge: Forge, shop: Path, name: str) -> None:
    file = shop / ".github" / "workflows" / "deploy.yml"
    file.write_text(WORKFLOW.replace("run: helm", "run: KUBECONFIG=${{ secrets.KUBECONFIG }} helm"))
    repo = guarded(forge.reset(world()))
    BROKEN[name](repo)
    found = verdict(forge, shop)
    assert rules(found, Outcome.FAULT) == {name}
    assert (found.status is Status.PRESENT) == (name in {"admins-bypass", "branch-bypass"})


def test_what_could_not_be_read_stays_unknown_with_the_reason(forge: Forge, shop: Path) -> None:
    there = forge.reset(world(administration=""))
    guarded(there)
    found = verdict(forge, shop)
    (unknown,) = [f for f in found.findings if f.outcome is Outcome.UNKNOWN]
    assert "cannot see the rulesets and protection of the main branch" in unknown.message
    assert "the token may not read branches/main/protection" in unknown.message
    assert found.status is Status.UNKNOWN


def test_a_plan_without_environments_is_a_fault_with_its_name(forge: Forge, shop: Path) -> None:
    forge.reset(world("free"))
    found = verdict(forge, shop)
    messages = [f.message for f in found.findings if f.outcome is Outcome.FAULT]
    assert any("of the plan free has no environments" in message for message in messages)


def test_a_repository_elsewhere_is_not_asked_for(forge: Forge, shop: Path) -> None:
    forge.reset(world())
    live = Access(TOKEN, forge.api)
    url = "https://gitlab.example.com/group/shop.git"
    subprocess.run(["git", "-C", str(shop), "remote", "set-url", "origin", url], check=True)
    facts = collect([ENVIRONMENTS, RULESETS], [Root(shop, "shop")], live)
    assert facts.get(ENVIRONMENTS) == Missing("shop: its `origin` is not at that GitHub")
    assert forge.seen == []


def test_the_token_comes_from_the_environment_and_is_never_shown() -> None:
    found = access({"GH_TOKEN": TOKEN, "GITHUB_API_URL": "https://github.example.com/api/v3"})
    assert (found.token, found.host) == (TOKEN, "github.example.com")
    assert access({"GITHUB_TOKEN": "a", "GH_TOKEN": "b"}) == Access("a")
    assert access({"GITHUB_TOKEN": "a"}).host == "github.com"
    assert TOKEN not in repr(found)
    with pytest.raises(UsageError, match="needs a token"):
        access({})


def command(forge: Forge, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "seatrial", *words, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env={"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": forge.api, "PATH": "/usr/bin:/bin"},
    )


def test_the_command_reads_live_when_told_to_and_only_then(forge: Forge, shop: Path) -> None:
    guarded(forge.reset(world()))
    for words, status, asked in (((), "unknown", False), (("--live",), "present", True)):
        done = command(forge, shop, "audit", ID, "--format", "json", *words)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["practices"][0]["status"] == status
        assert bool(forge.seen) == asked
        assert TOKEN not in done.stdout + done.stderr


def test_an_audit_of_files_loads_no_http_client(shop: Path) -> None:
    code = (
        "import sys; from seatrial.cli.command import obey; obey(['audit', sys.argv[1]]);"
        "assert not {'httpx', 'nacl', 'tenacity', 'ssl'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(shop)], check=True, capture_output=True)
