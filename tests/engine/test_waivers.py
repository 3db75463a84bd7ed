"""What is accepted: by waiver, in place, by baseline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from seatrial.engine.ignores import parse_comment
from seatrial.model.errors import NotReadableError, SpecError
from seatrial.model.finding import Finding
from seatrial.model.record import AuditRecord
from seatrial.model.verdict import Status
from tests.engine.engine_site import audit

WAIVER = "waivers:\n  - {{rule: {rule}, reason: calm water, owner: ops, expires: {until}{more}}}\n"


def waive(
    harbour: Path, rule: str = "buoys/broken", until: str = "2027-06-01", more: str = ""
) -> None:
    text = WAIVER.format(rule=rule, until=until, more=more)
    (harbour / "seatrial.yaml").write_text("environments: {dev: dev, blue: production}\n" + text)


def faults(record: AuditRecord) -> list[Finding]:
    return [f for f in record.findings() if f.counts]


@pytest.mark.parametrize("rule", ["buoys/broken", "buoys/*"])
def test_a_waived_finding_is_shown_and_does_not_count(harbour: Path, rule: str) -> None:
    waive(harbour, rule)
    record = audit(harbour)
    (waived,) = [f for f in record.findings() if f.waiver]
    assert waived.waiver == "calm water (ops, until 2027-06-01)"
    assert record.verdicts[0].status is Status.PRESENT
    assert record.worst == ()


@pytest.mark.parametrize(
    ("more", "covers"),
    [
        (", path: north/*.buoy", True),
        (", path: north", True),
        (", path: south/**", False),
        (", resource: two", True),
        (", resource: tw", False),
    ],
)
def test_a_waiver_covers_its_scope_only(harbour: Path, more: str, covers: bool) -> None:  # noqa: FBT001 (a table)
    waive(harbour, more=more)
    record = audit(harbour)
    assert bool(faults(record)) is not covers
    assert any("covers no finding" in n for n in record.notices) is not covers


def test_a_waiver_for_one_environment_leaves_the_others(harbour: Path) -> None:
    waive(harbour, more=", environment: dev")
    record = audit(harbour)
    (kept,) = faults(record)
    assert kept.environments == ("blue",)
    statuses = dict(record.verdicts[0].by_environment)
    assert statuses == {"dev": Status.PRESENT, "blue": Status.PARTIAL}
    assert len({f.fingerprint for f in record.findings()}) == len(record.findings())


def test_an_expired_waiver_is_a_finding_and_hides_nothing(harbour: Path) -> None:
    waive(harbour, until="2026-11-23")
    record = audit(harbour)
    assert {f.rule for f in faults(record)} == {"buoys/broken", "seatrial/expired-waiver"}
    expired = record.verdicts[0].findings[0]
    assert "owner: ops" in expired.message
    assert str(expired.place) == "seatrial.yaml:3"
    assert [gap.finding.rule for gap in record.worst] == ["buoys/broken"]
    assert any("EXPIRED on 2026-11-23" in notice for notice in record.notices)


@pytest.mark.parametrize(("until", "said"), [("2026-12-08", True), ("2026-12-09", False)])
def test_the_end_of_a_waiver_is_announced_14_days_before(
    harbour: Path,
    until: str,
    said: bool,  # noqa: FBT001 (a table)
) -> None:
    waive(harbour, until=until)
    assert any("ends on" in n for n in audit(harbour).notices) is said


def test_a_waiver_holds_on_its_last_day(harbour: Path) -> None:
    waive(harbour, until="2026-11-24")
    assert faults(audit(harbour)) == []


@pytest.mark.parametrize(
    "text",
    [
        "BROKEN two # seatrial: ignore[buoys/broken] calm water\n",
        "# seatrial: ignore[buoys/broken] calm water\nBROKEN two\n",
        "  // seatrial: ignore[x/y, buoys/*] calm water\nBROKEN two\n",
        "<!-- seatrial: ignore[buoys/broken] calm water -->\nBROKEN two\n",
        "{{/* seatrial: ignore[buoys/broken] calm water */}}\nBROKEN two\n",
        "# seatrial: ignore[buoys/broken] calm water\n# seatrial: ignore[x/y] z\nBROKEN two\n",
    ],
)
def test_a_comment_in_place_covers_its_line(harbour: Path, text: str) -> None:
    (harbour / "north" / "a.buoy").write_text(text)
    (waived,) = [f for f in audit(harbour).findings() if f.waiver]
    assert waived.waiver == "calm water (comment in place)"


@pytest.mark.parametrize(
    "text",
    [
        "# seatrial: ignore[buoys/placed] calm water\nBROKEN two\n",
        "# seatrial: ignore[buoys/broken] calm water\n\nBROKEN two\n",
        "buoy one # seatrial: ignore[buoys/broken] calm water\nBROKEN two\n",
        "seatrial: ignore[buoys/broken] calm water\nBROKEN two\n",
    ],
)
def test_a_comment_elsewhere_covers_nothing(harbour: Path, text: str) -> None:
    (harbour / "north" / "a.buoy").write_text(text)
    assert [f.rule for f in faults(audit(harbour))] == ["buoys/broken"]


def test_a_comment_without_a_reason_is_a_finding(harbour: Path) -> None:
    (harbour / "north" / "a.buoy").write_text("# seatrial: ignore[buoys/broken]\nBROKEN two\n")
    rules = {f.rule: str(f.place) for f in faults(audit(harbour))}
    assert rules == {
        "seatrial/ignore-without-reason": "north/a.buoy:1",
        "buoys/broken": "north/a.buoy:2",
    }


def test_an_unclosed_comment_is_none() -> None:
    assert parse_comment("# seatrial: ignore[a/b reason", 1) is None


def test_a_baseline_hides_what_it_knows_and_shows_what_is_new(
    harbour: Path, tmp_path: Path
) -> None:
    file = tmp_path / "known.json"
    audit(harbour, baseline=file, write_baseline=True)
    text = (harbour / "north" / "a.buoy").read_text()
    (harbour / "north" / "a.buoy").write_text(f"\n\n{text}BROKEN three\n")
    record = audit(harbour, baseline=file)
    assert [f.message for f in faults(record)] == ["buoy three is broken"]
    assert record.baseline_hidden == 1
    assert record.verdicts[0].status is Status.PARTIAL


def test_a_baseline_shrinks_when_a_fault_is_gone(harbour: Path, tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    (harbour / "b.buoy").write_text("BROKEN three\n")
    audit(harbour, baseline=file, write_baseline=True)
    assert len(json.loads(file.read_text())["faults"]) == 2
    before = file.read_bytes()
    audit(harbour, baseline=file)
    assert file.read_bytes() == before
    (harbour / "b.buoy").write_text("buoy three\n")
    record = audit(harbour, baseline=file)
    assert len(json.loads(file.read_text())["faults"]) == 1
    assert any("left the baseline" in n for n in record.notices)
    assert list(tmp_path.glob(".known*")) == []


def test_a_baseline_keeps_what_was_not_looked_at(harbour: Path, tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    audit(harbour, baseline=file, write_baseline=True)
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.buoy").write_text("buoy\n")
    audit(other, baseline=file)
    (harbour / "north" / "a.buoy").write_bytes(b"buoy\n\xff\n")
    audit(harbour, baseline=file)
    assert len(json.loads(file.read_text())["faults"]) == 1


@pytest.mark.parametrize("text", ["", "[]", "{", '{"version": 2, "faults": {}}', "[" * 9999, "\0"])
def test_what_is_no_baseline_is_refused(harbour: Path, tmp_path: Path, text: str) -> None:
    file = tmp_path / "known.json"
    file.write_text(text)
    with pytest.raises(SpecError) as caught:
        audit(harbour, baseline=file)
    assert caught.value.place.startswith(f"{file}:")
    assert file.read_text() == text


def test_a_missing_baseline_says_how_to_write_one(harbour: Path, tmp_path: Path) -> None:
    with pytest.raises(NotReadableError) as caught:
        audit(harbour, baseline=tmp_path / "none.json")
    assert "--write-baseline" in caught.value.hint
