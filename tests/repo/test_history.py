"""What git history holds, by path."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from seatrial.repo.files import Root
from seatrial.repo.git import history

ENVIRONMENT = os.environ | {
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@b",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@b",
    "GIT_CONFIG_GLOBAL": os.devnull,
}


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, env=ENVIRONMENT)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    (folder / "infra é").mkdir(parents=True)
    git(folder, "init", "-q")
    for name in ("infra é/Terraform.TFSTATE", "app.py", ".env"):
        (folder / name).write_text("hunter2")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "add")
    git(folder, "rm", "-q", "infra é/Terraform.TFSTATE")
    git(folder, "commit", "-qm", "delete")
    return folder


def test_added_and_deleted_paths_are_seen_with_commit_and_time(repository: Path) -> None:
    found = history.history(Root(repository), 20)
    assert found.complete
    kept, gone = found.files
    assert (kept.path, kept.deleted) == (".env", None)
    assert gone.path == "infra é/Terraform.TFSTATE"
    assert gone.added is not None
    assert gone.deleted is not None
    assert gone.added.commit != gone.deleted.commit
    assert gone.added.at.tzinfo is not None


def test_a_path_that_came_back_is_not_deleted(repository: Path) -> None:
    (repository / "infra é").mkdir(exist_ok=True)
    (repository / "infra é" / "Terraform.TFSTATE").write_text("x")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "again")
    assert [f.deleted for f in history.history(Root(repository), 20).files] == [None, None]


def test_a_deadline_leaves_it_incomplete(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Root(repository)
    slow = tmp_path / "git"
    slow.write_text("#!/bin/sh\nexec sleep 20\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    found = history.history(root, 0.1)
    assert not found.complete
    assert "0.1 seconds" in found.reason


def test_a_repository_without_commits_says_so(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "a").write_text("a")
    git(tmp_path, "add", ".")
    assert history.history(Root(tmp_path), 20).reason == "no commits"


def test_a_shallow_clone_is_incomplete(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", "shallow")
    found = history.history(Root(tmp_path / "shallow"), 20)
    assert not found.complete
    assert "shallow" in found.reason


def test_without_git_it_says_so(tmp_path: Path) -> None:
    found = history.history(Root(tmp_path))
    assert (found.complete, found.reason) == (False, "no git")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("git@github.com:acme/shop.git", history.Remote("github.com", "acme", "shop")),
        ("https://u:t0ken@gitlab.com/a/b/c.git", history.Remote("gitlab.com", "a/b", "c")),
        ("ssh://git@host:22/a/b", history.Remote("host", "a", "b")),
        ("/srv/git/x.git", None),
        ("", None),
    ],
)
def test_credentials_are_dropped_from_a_remote(url: str, expected: history.Remote | None) -> None:
    assert history.split_url(url) == expected


def test_a_folder_inside_a_repository_has_only_its_own_past(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True, capture_output=True)

    git("init", "-q")
    for path in ("inner/a.tfvars", "outer/b.tfvars"):
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text("x = 1\n")
    git("add", "-A")
    git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "x")
    seen = history.history(Root(tmp_path / "inner"), 20)
    assert [past.path for past in seen.files] == ["a.tfvars"]
