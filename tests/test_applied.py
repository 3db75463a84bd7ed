"""`apply` on the example pair: what it comes to, whatever the order, and what people keep."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from seatrial.engine.load import practices
from seatrial.engine.survey import survey
from seatrial.engine.watch import Silent
from seatrial.model.finding import Outcome
from seatrial.model.verdict import Status
from tests.applied import APPLIED, NAMES, applied, files, fresh, request
from tests.cases import NOW
from tests.plans import committed, planned


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """The examples after `apply`; only looked at."""
    paths = fresh(tmp_path_factory.mktemp("pair"))
    applied(paths)
    return paths


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Paths that are not the same in both."""
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_the_committed_copy_is_what_apply_writes(pair: tuple[Path, ...], number: int) -> None:
    """`make applied` renews it; read the difference before it is committed."""
    assert differing(files(pair[number]), files(APPLIED / NAMES[number])) == []


def test_every_practice_is_in_place_as_far_as_files_can_show(pair: tuple[Path, ...]) -> None:
    record = survey(request(pair), Silent())
    seen = {verdict.practice.id: verdict.status for verdict in record.verdicts}
    allowed = {Status.PRESENT, Status.UNKNOWN}
    assert {name: str(status) for name, status in seen.items() if status not in allowed} == {}
    for verdict in record.verdicts:
        if verdict.status is Status.UNKNOWN:
            hidden = [f for f in verdict.findings if f.outcome is Outcome.UNKNOWN]
            assert all(finding.credential for finding in hidden), verdict.practice.id


def test_zizmor_finds_nothing(pair: tuple[Path, ...]) -> None:
    zizmor = str(Path(sys.executable).parent / "zizmor")
    words = [zizmor, "--offline", "--no-progress", "--format", "json", *map(str, pair)]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def test_the_second_plan_is_empty_today_and_next_month(pair: tuple[Path, ...]) -> None:
    for days in (0, 40):
        plan = planned(request(pair, now=NOW + timedelta(days=days)))
        assert [(c.path, c.diff) for c in plan.files] == []
        assert plan.conflicts == ()


@pytest.mark.parametrize("seed", [1, 2])
def test_any_order_ends_in_the_same_files(
    pair: tuple[Path, ...], tmp_path: Path, seed: int
) -> None:
    order = [practice.id for practice in practices()]
    random.Random(seed).shuffle(order)  # noqa: S311 (an order, no secret)
    paths = fresh(tmp_path)
    for practice in order:
        applied(paths, [practice])
    for one, other in zip(paths, pair, strict=True):
        assert differing(files(one), files(other)) == []


def test_what_a_person_changes_later_survives_and_what_is_deleted_comes_back(
    tmp_path: Path,
) -> None:
    paths = fresh(tmp_path)
    plan = applied(paths)
    kept = [c for c in plan.files if c.base and c.path.endswith((".yaml", ".yml"))]
    changed = {}
    for change in kept[::3]:
        file = tmp_path / change.repository / change.path
        text = file.read_text("utf-8") + "# a person was here\n"
        file.write_text(text, "utf-8")
        changed[file] = text
    made = [c for c in kept[1::3] if c.before is None]
    gone = [tmp_path / c.repository / c.path for c in made]
    texts = {file: file.read_text("utf-8") for file in gone}
    for file in gone:
        file.unlink()
    again = planned(request(paths))
    assert {tmp_path / c.repository / c.path for c in again.files} == set(gone)
    applied(paths)
    assert {file: file.read_text("utf-8") for file in gone} == texts
    assert {file: file.read_text("utf-8") for file in changed} == changed


def test_changes_of_people_in_every_edited_file_leave_the_plan_empty(tmp_path: Path) -> None:
    paths = fresh(tmp_path)
    plan = applied(paths)
    assert plan.files
    for change in plan.files:
        file = tmp_path / change.repository / change.path
        if change.after and change.before and file.suffix in {".yaml", ".yml", ".tf", ".sh"}:
            file.write_text(file.read_text() + "# a person was here\n")
    for path in paths:
        committed(path, ignored=False)
    again = planned(request(paths))
    assert [(c.path, c.diff) for c in again.files] == []
    assert again.conflicts == ()


def test_a_shallow_clone_is_told_so_and_loses_nothing(tmp_path: Path) -> None:
    paths = fresh(tmp_path / "full")
    applied(paths)
    shallow = []
    for name, path in zip(NAMES, paths, strict=True):
        committed(path, ignored=False)
        target = tmp_path / "shallow" / name
        words = ["git", "clone", "-q", "--depth", "1", f"file://{path}", str(target)]
        subprocess.run(words, check=True)
        shallow.append(target)
    plan = planned(request(shallow))
    told = {left.place.path for left in plan.left if "--unshallow" in left.message and left.place}
    assert "helm/vmshift/values.yaml" in told
    assert [c.path for c in plan.files if c.after is None] == []


def test_a_name_that_can_be_no_workspace_is_said_and_not_written(tmp_path: Path) -> None:
    paths = fresh(tmp_path)
    (paths[0] / "seatrial.yaml").write_text(
        "version: 1\nenvironments:\n  dev: {tier: dev}\n  live/EU_West: {tier: production}\n"
    )
    plan = planned(request(paths, ["remote-state", "infrastructure-as-code"]))
    texts = [c.after or "" for c in plan.files if c.path.startswith(".github/workflows/")]
    assert texts
    assert not any("live/EU_West" in text for text in texts)
    said = [left for left in plan.left if "workspace of live/EU_West" in left.message]
    assert {left.practice for left in said} == {"remote-state", "infrastructure-as-code"}
