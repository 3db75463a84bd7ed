"""The stand-in refuses what GitHub refuses, and serves a real git repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from seatrial.rigs.forge import Environment, Fault, Forge, Repo
from seatrial.systems.github.errors import RefusedError
from seatrial.systems.github.writes import carry_out, open_pull_request
from tests.systems.github.test_contract import ruled
from tests.systems.github.worlds import SLUG, TOKEN, client, world

PATH = f"/repos/{SLUG}"
ENVIRONMENT = f"{PATH}/environments/production"
SEVEN = [{"type": "User", "id": 11}] * 7
TWINS = [
    {"deployment_branch_policy": {"protected_branches": one, "custom_branch_policies": one}}
    for one in (True, False)
]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"reviewers": SEVEN}, "up to 6 reviewers"),
        ({"reviewers": [{"type": "User", "id": 999}]}, "could not be found"),
        ({"prevent_self_review": True}, "at least one reviewer"),
        ({"wait_timer": 43_201}, "between 0 and 43200"),
        *((twin, "cannot have the same value") for twin in TWINS),
    ],
)
def test_rules_that_contradict_are_refused(
    forge: Forge, body: dict[str, object], words: str
) -> None:
    there = forge.reset(world())
    with client(forge) as wire, pytest.raises(RefusedError, match=words) as caught:
        wire.put(ENVIRONMENT, body)
    assert caught.value.status == 422
    assert there.repos[SLUG].environments == {}


@pytest.mark.parametrize("plan", ["free", "pro", "team", "enterprise"])
@pytest.mark.parametrize("private", [True, False])
def test_plans_have_what_github_sells(forge: Forge, plan: str, private: bool) -> None:  # noqa: FBT001 - a parameter of the test
    forge.reset(world(plan, private=private))
    seen: list[int] = []
    with client(forge) as wire:
        for body in ({}, {"wait_timer": 0}):
            try:
                wire.put(ENVIRONMENT, body)
                seen.append(200)
            except RefusedError as error:
                seen.append(error.status)
    gated = {"free": [404, 404], "pro": [200, 422], "team": [200, 422]}
    assert seen == (gated.get(plan, [200, 200]) if private else [200, 200])


def test_a_put_without_a_field_resets_it(forge: Forge) -> None:
    there = forge.reset(world())
    old = Environment(1, "production", 30, [("User", 11)], prevent_self_review=True)
    there.repos[SLUG].environments["production"] = old
    with client(forge) as wire:
        wire.put(ENVIRONMENT, {})
    assert (old.wait_timer, old.reviewers, old.prevent_self_review) == (0, [], False)


def test_the_token_of_actions_can_never_step_over_a_ruleset(forge: Forge) -> None:
    forge.reset(world())
    body = {
        "name": "x",
        "enforcement": "active",
        "rules": [],
        "bypass_actors": [{"actor_id": 15368, "actor_type": "Integration"}],
    }
    with client(forge) as wire, pytest.raises(RefusedError, match="GitHub Actions integration"):
        wire.post(f"{PATH}/rulesets", body, lambda: None)


def git(*words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    identity = ["-c", "user.name=Dev", "-c", "user.email=dev@example.com"]
    place = ["-C", str(folder)] if folder else []
    return subprocess.run(
        ["git", *place, *identity, *words], capture_output=True, text=True, check=False
    )


def cloned(forge: Forge, folder: Path) -> tuple[Repo, Path]:
    """A repository with one commit on main, cloned from the stand-in."""
    repo = forge.world.repos[SLUG]
    url = forge.git(repo).replace("http://", f"http://x-access-token:{TOKEN}@")
    target = folder / "shop"
    assert git("clone", "-q", url, str(target)).returncode == 0
    git("checkout", "-q", "-b", "main", folder=target)
    (target / "README.md").write_text("shop\n")
    git("add", "-A", folder=target)
    git("commit", "-qm", "first", folder=target)
    pushed = git("push", "-q", "origin", "main", folder=target)
    assert pushed.returncode == 0, pushed.stderr
    return repo, target


def branch(folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    git("checkout", "-q", "-b", name, folder=folder)
    (folder / name).write_text("new\n")
    git("add", "-A", folder=folder)
    git("commit", "-qm", name, folder=folder)
    return git("push", "-q", "origin", name, folder=folder)


def test_clone_push_and_pull_request(judged: Forge, tmp_path: Path) -> None:
    judged.reset(world())
    _, folder = cloned(judged, tmp_path)
    assert branch(folder, "change").returncode == 0
    with client(judged) as wire:
        first = open_pull_request(wire, SLUG, "change", "main", "Protect", "Why")
        again = open_pull_request(wire, SLUG, "change", "main", "Protect", "Why")
    assert (first.number, first.made, again.number, again.made) == (1, True, 1, False)
    assert first.url.endswith(f"/{SLUG}/pull/1")


@pytest.mark.parametrize("kind", ["cut-after", "error-after", "cut-before"])
def test_a_pull_request_is_opened_once_whatever_is_cut(
    forge: Forge, tmp_path: Path, kind: str
) -> None:
    forge.reset(world())
    repo, folder = cloned(forge, tmp_path)
    branch(folder, "change")
    forge.faults = (Fault(2, kind),)
    with client(forge) as wire:
        open_pull_request(wire, SLUG, "change", "main", "Protect", "Why")
    assert len(repo.pulls) == 1


def test_no_pull_request_without_commits_or_branches(forge: Forge, tmp_path: Path) -> None:
    forge.reset(world())
    _, folder = cloned(forge, tmp_path)
    git("push", "-q", "origin", "main:same", folder=folder)
    with client(forge) as wire:
        with pytest.raises(RefusedError, match="No commits between main and same"):
            open_pull_request(wire, SLUG, "same", "main", "t", "b")
        with pytest.raises(RefusedError, match="invalid"):
            open_pull_request(wire, SLUG, "none", "main", "t", "b")


def test_a_branch_that_exists_is_refused(forge: Forge, tmp_path: Path) -> None:
    forge.reset(world())
    cloned(forge, tmp_path)
    with client(forge) as wire:
        commit = wire.get(f"{PATH}/branches/main").text("commit", "sha")
        body = {"ref": "refs/heads/main", "sha": commit}
        with pytest.raises(RefusedError, match="Reference already exists"):
            wire.post(f"{PATH}/git/refs", body, lambda: None)


def test_a_ruleset_refuses_a_push_past_the_pull_request(forge: Forge, tmp_path: Path) -> None:
    forge.reset(world())
    _, folder = cloned(forge, tmp_path)
    with client(forge) as wire:
        carry_out(ruled(forge), wire)
    git("commit", "-q", "--allow-empty", "-m", "past", folder=folder)
    pushed = git("push", "origin", "main", folder=folder)
    assert pushed.returncode != 0
    assert "GH013" in pushed.stderr


def test_git_asks_for_a_token(forge: Forge, tmp_path: Path) -> None:
    there = forge.reset(world())
    cloned(forge, tmp_path)
    there.tokens[TOKEN].permissions["contents"] = "read"
    assert branch(tmp_path / "shop", "other").returncode != 0
    bare = f"{forge.url}/{SLUG}.git"
    refused = git(
        "-c", "credential.helper=", "-c", "core.askPass=true", "clone", bare, str(tmp_path / "x")
    )
    assert refused.returncode != 0
