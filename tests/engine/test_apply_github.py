"""`apply` over the wire: settings of GitHub, a pushed branch, its pull request, refusals."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from seatrial.rigs.forge import Forge
from tests.recording import PROJECT
from tests.systems.github.test_states import WORKFLOW
from tests.systems.github.worlds import SLUG, TOKEN, world

SPEC = """\
version: 1
practices:
  environment-protection: {approvers: [ann, bob]}
"""


@pytest.fixture
def forge() -> Iterator[Forge]:
    """A running stand-in of GitHub."""
    with Forge() as running:
        yield running


def git(folder: Path, *words: str) -> str:
    """What git says."""
    done = subprocess.run(
        ["git", "-C", str(folder), *words], check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.fixture
def shop(forge: Forge, tmp_path: Path) -> Path:
    """A clone whose `origin` is the stand-in, with a workflow that needs to be edited."""
    forge.reset(world())
    folder = tmp_path / "shop"
    forge.git(forge.world.repos[SLUG])
    git(tmp_path, "init", "-q", "-b", "main", "shop")
    workflow = folder / ".github/workflows/deploy.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(WORKFLOW)
    (folder / "seatrial.yaml").write_text(SPEC)
    git(folder, "config", "user.name", "Dev")
    git(folder, "config", "user.email", "dev@example.com")
    git(folder, "remote", "add", "origin", f"{forge.url}/{SLUG}.git")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "begin")
    login = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    git(folder, "config", "http.extraHeader", f"Authorization: Basic {login}")
    git(folder, "push", "-q", "origin", "main")
    return folder


def run(forge: Forge, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`seatrial ...` in a folder, with the stand-in as GitHub."""
    known = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    env = known | {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": forge.api}
    return subprocess.run(
        [sys.executable, "-m", "seatrial", *words],
        cwd=folder,
        env=env | {"PYTHONPATH": str(PROJECT / "src")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_settings_are_made_once_and_undone(forge: Forge, shop: Path) -> None:
    before = dict(forge.world.repos[SLUG].environments)
    done = run(forge, shop, "apply", "environment-protection", "--live", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    made = forge.world.repos[SLUG].environments["production"]
    assert made.wait_timer == 5
    writes = len(forge.writes())
    assert writes

    again = run(forge, shop, "apply", "environment-protection", "--live", "--yes")
    assert again.returncode == 0, again.stdout + again.stderr
    assert len(forge.writes()) == writes

    undone = run(forge, shop, "undo", "latest")
    assert undone.returncode == 0, undone.stdout + undone.stderr
    assert set(forge.world.repos[SLUG].environments) == set(before)


def test_no_secret_and_no_token_reaches_the_run(forge: Forge, shop: Path) -> None:
    run(forge, shop, "apply", "environment-protection", "--live", "--yes")
    kept = [p for p in (shop / ".seatrial").rglob("*") if p.is_file()]
    assert kept
    assert not [p for p in kept if TOKEN.encode() in p.read_bytes()]


def test_without_a_token_the_settings_are_left_and_the_files_are_not(
    forge: Forge, shop: Path
) -> None:
    done = run(forge, shop, "plan", "environment-protection", "--short")
    assert done.returncode == 0, done.stderr
    assert forge.writes() == []
    assert "GITHUB_TOKEN" in done.stdout


def test_a_stand_in_that_goes_away_half_way_leaves_a_run_that_goes_on(
    forge: Forge, shop: Path
) -> None:
    from seatrial.rigs.forge import Fault

    first = run(forge, shop, "plan", "environment-protection", "--live", "--format", "json")
    reads = len(forge.seen)
    assert first.returncode == 0
    forge.reset(world(), Fault(reads + 2, "cut-before", lasts=60))
    stopped = run(forge, shop, "apply", "environment-protection", "--live", "--yes")
    assert stopped.returncode == 4, stopped.stdout + stopped.stderr
    assert "seatrial resume" in stopped.stderr
    forge.faults = ()
    ended = run(forge, shop, "resume", "latest")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert forge.world.repos[SLUG].environments["production"].wait_timer == 5


def test_a_branch_is_pushed_and_a_pull_request_opened_once(forge: Forge, shop: Path) -> None:
    workflow = shop / ".github/workflows/deploy.yml"
    lines = workflow.read_text().splitlines()
    workflow.write_text("".join(f"{line}\n" for line in lines if "environment:" not in line))
    git(shop, "commit", "-qam", "unbound")
    git(shop, "push", "-q", "origin", "main")
    words = ("apply", "environment-protection", "--yes", "--branch", "guarded", "--pull-request")
    done = run(forge, shop, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    pulls = forge.world.repos[SLUG].pulls
    assert [(p["head_label"], p["base_ref"]) for p in pulls] == [("example-org:guarded", "main")]
    assert "environment:" not in (shop / ".github/workflows/deploy.yml").read_text()
    assert "environment:" in git(shop, "show", "guarded:.github/workflows/deploy.yml")
    again = run(forge, shop, *words)
    assert again.returncode == 1
    assert "has a branch guarded already" in again.stderr
    assert len(pulls) == 1
