"""From paths to a record."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from seatrial.engine import load
from seatrial.engine.survey import AuditRequest, survey
from seatrial.engine.watch import Silent
from seatrial.model.errors import NotReadableError, SpecError, UsageError
from seatrial.model.finding import Outcome, Reach
from seatrial.model.verdict import Status
from tests.engine.engine_site import AUDIT, NOW, audit, write_practice


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    command = ["git", "-C", str(folder), *identity, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_a_fault_is_found_with_its_line(harbour: Path) -> None:
    record = audit(harbour)
    (verdict,) = record.verdicts
    assert verdict.status is Status.PARTIAL
    (fault,) = verdict.faults()
    assert (fault.rule, str(fault.place)) == ("buoys/broken", "north/a.buoy:2")
    (gap,) = record.worst
    assert gap.fix_command == "seatrial apply buoys"
    assert gap.drill_command == "seatrial prove buoys"
    assert record.score == 40


def test_a_check_that_fails_inside_is_unknown_and_the_rest_goes_on(harbour: Path) -> None:
    (harbour / "b.buoy").write_text("EXPLODE\n")
    record = audit(harbour)
    (verdict,) = record.verdicts
    (unknown,) = [f for f in verdict.findings if f.outcome is Outcome.UNKNOWN]
    assert unknown.reach is Reach.BROKEN
    assert "internal error in buoys/placed (KeyError at buoys/audit.py:" in unknown.message
    assert len(verdict.faults()) == 1
    (notice,) = [n for n in record.notices if "buoys/placed" in n]
    assert "report it" in notice
    assert "s3cret" not in f"{record}"
    with pytest.raises(KeyError):
        audit(harbour, debug=True)


def test_a_practice_whose_questions_fail_is_judged_all_the_same(harbour: Path, buoys: Path) -> None:
    broken = AUDIT.replace("ID/", "buoys/") + "\ndef not_applicable(site):\n    raise OSError\n"
    (buoys / "buoys" / "audit.py").write_text(broken)
    record = audit(harbour)
    assert record.verdicts[0].status is Status.PARTIAL
    assert any("not_applicable" in notice for notice in record.notices)


def test_the_same_folder_is_audited_once(harbour: Path) -> None:
    record = audit(harbour, harbour / "north" / "..", harbour / "north")
    assert len(record.repositories) == 1
    assert len([n for n in record.notices if "audited once" in n]) == 2
    record = audit(harbour / "north", harbour)
    assert [r.name for r in record.repositories] == ["harbour"]


def test_a_repository_inside_another_one_is_its_own(harbour: Path) -> None:
    git(harbour, "init", "-q")
    inner = harbour / "inner"
    inner.mkdir()
    git(inner, "init", "-q")
    (inner / "c.buoy").write_text("buoy\n")
    git(inner, "add", ".")
    git(harbour, "add", "north")
    git(harbour, "commit", "-qm", "x")
    record = audit(harbour, inner)
    assert [(r.name, r.files) for r in record.repositories] == [("harbour", 1), ("inner", 1)]
    assert record.repositories[0].commit == git(harbour, "rev-parse", "HEAD")
    assert record.repositories[1].commit == ""


def test_folders_of_one_name_keep_apart(tmp_path: Path) -> None:
    for parent in ("x", "y", "z"):
        (tmp_path / parent / "app").mkdir(parents=True)
        (tmp_path / parent / "app" / "a.buoy").write_text("BROKEN one\n")
    record = audit(*(tmp_path / parent / "app" for parent in ("x", "y", "z")))
    names = [r.name for r in record.repositories]
    assert len(set(names)) == 3
    assert {f.place.repository for f in record.findings() if f.place} == set(names)
    assert any("read as one system" in notice for notice in record.notices)


def test_a_missing_folder_is_complained_of_and_the_rest_goes_on(harbour: Path) -> None:
    watcher = Silent()
    request = AuditRequest(now=NOW, paths=(harbour, harbour / "none"))
    record = survey(request, watcher)
    assert len(record.verdicts[0].faults()) == 1
    assert [str(e) for e in watcher.errors] == [f"{harbour / 'none'}: no such folder"]


def test_nothing_to_audit_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name in ("empty", "none", "loop", "x" * 300):
        with pytest.raises(NotReadableError) as caught:
            audit(tmp_path / name)
        assert caught.value.hint


def test_the_other_repository_of_the_pair_is_found_through_the_file(
    harbour: Path, tmp_path: Path
) -> None:
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "i.buoy").write_text("BROKEN three\n")
    text = (
        "repositories: {app: ., infra: ../infra, both: ../gone}\nenvironments: {prod: production}\n"
    )
    (harbour / "seatrial.yaml").write_text(text)
    record = audit(harbour)
    assert [(r.name, r.role) for r in record.repositories] == [
        ("harbour", "app"),
        ("infra", "infra"),
    ]
    assert any("../gone is not here" in notice for notice in record.notices)
    assert [(e.name, e.tier) for e in record.environments] == [("production", "production")]
    assert str(record.environments[0].places[0]) == "seatrial.yaml:2"
    assert len(audit(harbour, harbour / "north").repositories) == 1


def test_settings_reach_the_checks_and_a_link_is_not_followed(
    harbour: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.yaml"
    other.write_text("practices: {buoys: {word: NEVER}}\n")
    (harbour / "seatrial.yaml").symlink_to(other)
    assert len(audit(harbour).verdicts[0].faults()) == 1
    assert audit(harbour, config=other).verdicts[0].status is Status.PRESENT


def test_only_named_environments_are_spoken_of(harbour: Path) -> None:
    (harbour / "seatrial.yaml").write_text("environments: {dev: dev, blue: production}\n")
    record = audit(harbour, environments=("production",))
    assert [name for name, _ in record.verdicts[0].by_environment] == ["blue"]
    with pytest.raises(UsageError) as caught:
        audit(harbour, environments=("bleu",))
    assert caught.value.hint == "did you mean blue?"


def test_an_environment_is_found_by_the_words_people_use(harbour: Path) -> None:
    (harbour / "seatrial.yaml").write_text("environments: {prod: production}\n")
    for word in ("prod", "production"):
        assert len(audit(harbour, environments=(word,)).environments) == 1


def test_a_wrong_file_stops_the_audit_at_its_place(harbour: Path) -> None:
    (harbour / "seatrial.yaml").write_text("name: a\nwavers: []\n")
    with pytest.raises(SpecError) as caught:
        audit(harbour)
    assert caught.value.place.endswith("seatrial.yaml:2")


def test_troubles_and_what_was_skipped_are_counted(harbour: Path) -> None:
    (harbour / "bad.buoy").write_bytes(b"ok\n\xff\n")
    (harbour / "link").symlink_to("/etc/passwd")
    (harbour / "logo.png").write_bytes(b"x")
    with (harbour / "huge.buoy").open("wb") as stream:
        stream.truncate(100 * 1024 * 1024)
    record = audit(harbour)
    assert dict(record.repositories[0].skipped) == {"symlinks": 1, "binaries": 1, "too large": 1}
    assert {str(t.place) for t in record.troubles} == {"bad.buoy:2", "huge.buoy:1"}


def test_a_broken_practice_folder_stops_the_start_with_its_name(harbour: Path, buoys: Path) -> None:
    (buoys / "buoys" / "settings.py").write_text("")
    with pytest.raises(load.BrokenPracticeError, match="buoys") as caught:
        audit(harbour)
    assert caught.value.hint


def test_a_second_practice_is_found_by_lying_there(harbour: Path, buoys: Path) -> None:
    write_practice(buoys, "light-houses", 91)
    load.practices.cache_clear()
    assert [v.practice.id for v in audit(harbour).verdicts] == ["buoys", "light-houses"]
    assert [v.practice.id for v in audit(harbour, practices=("91",)).verdicts] == ["light-houses"]
    # Equal in weight: the lower number comes first, one gap for each.
    assert [g.practice.number for g in audit(harbour).worst] == [90, 91]
