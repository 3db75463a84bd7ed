"""A state that was deleted still lies in git's history."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

from seatrial.engine.audit import judge
from seatrial.engine.load import rules, select
from seatrial.kit.site import Site
from seatrial.model.fact import Facts
from seatrial.model.finding import Finding
from seatrial.repo.files import Root
from seatrial.repo.repository import Repository


def _git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


def _faults(folder: Path) -> list[Finding]:
    (practice,) = select(["remote-state"])
    loaded = rules(practice)
    repository = Repository([Root(folder)])
    now = datetime(2026, 11, 24, tzinfo=UTC)
    site: Site[object] = Site(repository, loaded.settings(), (), Facts({}), now)
    found = judge(loaded, site).findings
    return [f for f in found if f.rule == "remote-state/state-in-git" and f.counts]


def test_a_deleted_state_is_named_with_the_commit_that_added_it(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "null_resource" "a" {}\n')
    (tmp_path / "terraform.tfstate").write_text('{"version": 4, "serial": 1}')
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", "-A")
    _git(tmp_path, "commit", "-qm", "state")
    _git(tmp_path, "rm", "-q", "terraform.tfstate")
    _git(tmp_path, "commit", "-qm", "no state")
    (fault,) = _faults(tmp_path)
    assert "stands in the history" in fault.message
    assert fault.place is not None
    assert fault.place.path == "main.tf"


def test_a_history_without_a_state_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "null_resource" "a" {}\n')
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", "-A")
    _git(tmp_path, "commit", "-qm", "code")
    assert _faults(tmp_path) == []
