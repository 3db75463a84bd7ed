"""What the plan of practice 10 writes, and whether its script finds the verified version."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.practices.applied import Applied

_GH = """#!/bin/sh
case "$*" in
  *"/1/statuses"*) cat "$STATE/1" ;;
  *"deployments?"*) echo 2; echo 1 ;;
esac
exit 0
"""
_YQ = """#!/bin/sh
# The two forms that the script uses: `yq KEY [FILE]` and `yq 'KEY | line' FILE`.
case "$1" in
  *line) grep -n 'tag:' "$2" | cut -d : -f 1 ;;
  *) grep 'tag:' ${2:+"$2"} | sed 's/.*: *//;s/"//g' ;;
esac
"""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Applied:
    return Applied(tmp_path_factory.mktemp("pair"), "rollback").carry_out()


def test_jobs_of_guarded_environments_go_back_and_tell(pair: Applied) -> None:
    jobs = yaml.safe_load(pair.text("vmshift/.github/workflows/ci-cd.yaml"))["jobs"]
    assert "timeout-minutes" not in jobs["deploy-dev"]
    for name in ("staging", "production"):
        job = jobs[f"deploy-{name}"]
        back = next(step for step in job["steps"] if step.get("id") == "rollback")
        assert "steps.deploy.outcome != 'skipped'" in back["if"]
        assert back["env"]["NAMESPACE"] == f"vmshift-{name}"
        assert job["environment"] == name
        assert job["concurrency"] == {"group": f"deploy-{name}", "cancel-in-progress": False}
        assert job["permissions"]["deployments"] == "read"
    assert "8398a7" not in pair.text("vmshift/.github/workflows/ci-cd.yaml")
    assert "--atomic" in pair.text("vmshift/scripts/deploy.sh")
    assert pair.again() == []


def test_migrations_are_linted(pair: Applied) -> None:
    text = pair.text("vmshift/.github/workflows/migrations.yaml")
    assert 'alembic upgrade "${old:-base}:head" --sql' in text
    assert "squawk-cli==" in text


def test_the_script_goes_back_to_the_version_that_was_verified(
    pair: Applied, tmp_path: Path
) -> None:
    origin, work, state = tmp_path / "origin.git", tmp_path / "work", tmp_path / "state"
    tools = tmp_path / "bin"
    for folder in (state, tools):
        folder.mkdir()
    for name, text in (("gh", _GH), ("yq", _YQ)):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    _git(tmp_path, "init", "-q", "--bare", "-b", "main", str(origin))
    _git(tmp_path, "clone", "-q", str(origin), str(work))
    # Verified at ten; a bad version an hour later, and another one after that.
    for hour, tag in ((9, "aaa1111"), (11, "bbb2222"), (12, "ccc3333")):
        (work / "values.yaml").write_text(f"image:\n  tag: {tag}\n  repository: shop\n")
        _git(work, "add", "-A")
        _git(work, "commit", "-qm", tag, at=f"2026-01-31T{hour:02}:00:00Z")
    _git(work, "push", "-q", "origin", "HEAD:main")
    (state / "1").write_text("2026-01-31T10:00:00Z\n")

    done = subprocess.run(
        ["bash", str(pair.folder / "vmshift/.github/scripts/rollback.sh")],
        cwd=work,
        env={
            "PATH": f"{tools}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "STATE": str(state),
            "GITHUB_REPOSITORY": "example-org/shop",
            "ENVIRONMENT": "production",
            "VERSION": "ccc3333",
            "RELEASE": "shop",
            "NAMESPACE": "shop",
            "VALUES": "values.yaml",
            "KEY": ".image.tag",
            "BRANCH": "main",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    shown = _git(work, "show", "origin/main:values.yaml")
    assert shown == 'image:\n  tag: "aaa1111"\n  repository: shop\n'


def _git(folder: Path, *words: str, at: str = "2026-01-31T08:00:00Z") -> str:
    identity = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in
                (("NAME", "Dev"), ("EMAIL", "dev@example.com"), ("DATE", at))}  # fmt: skip
    done = subprocess.run(
        ["git", *words],
        cwd=folder,
        env={**os.environ, **identity},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout
