"""The report for a terminal, as whole screens and by its promises."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.environment import Environment
from seatrial.model.record import AuditRecord
from seatrial.model.struct import replace
from seatrial.model.verdict import Status
from seatrial.report import FORMATS, Options
from seatrial.report.ink import columns, wrapped
from tests.report.sample_record import EVIL, OPTIONS, clean_record, record, verdict

GOLDEN = Path(__file__).parent / "golden"
SCREENS = {
    "text-100": (record(), OPTIONS),
    "text-80-details": (record(), replace(OPTIONS, width=80, details=True)),
    "text-120-ascii": (record(), replace(OPTIONS, width=120, ascii=True)),
    "text-clean": (clean_record(), OPTIONS),
}


def text(whole: AuditRecord, options: Options = OPTIONS) -> str:
    return FORMATS["text"](whole, options)


def saying(message: str) -> AuditRecord:
    whole = record()
    said = replace(EVIL, message=message)
    judged = replace(verdict(12), summary=message, findings=(said,))
    gap = replace(whole.worst[0], finding=said)
    return replace(whole, verdicts=(judged,), worst=(gap,), notices=(message,))


@pytest.mark.parametrize("name", SCREENS)
def test_the_screen_is_the_recorded_one(name: str) -> None:
    screen = text(*SCREENS[name])
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("SEATRIAL_ACCEPT"):
        path.write_text(screen, encoding="utf-8")
    assert screen == path.read_text(encoding="utf-8")


def test_what_would_hurt_first_comes_first_with_place_fix_and_drill() -> None:
    head = text(record()).split("\n\n")[1]
    assert "CRITICAL" in head
    assert "helm/shop/templates/postgresql.yaml:12 (shop)" in head
    assert "seatrial apply 8" in head
    assert "seatrial prove 8" in head


def test_a_repository_is_named_only_where_there_are_several() -> None:
    whole = record()
    alone = replace(whole, repositories=whole.repositories[:1])
    assert "postgresql.yaml:12\n" in text(alone)


def test_colours_are_written_only_when_asked_for() -> None:
    plain, painted = text(record()), text(record(), replace(OPTIONS, color=True))
    assert "\x1b" not in plain
    assert "\x1b[1;31mCRITICAL\x1b[0m" in painted
    for code in ("0", "1", "2", "31", "32", "33", "35", "36", "1;31", "1;32"):
        painted = painted.replace(f"\x1b[{code}m", "")
    assert painted == plain


@pytest.mark.parametrize("width", [10, 80, 100, 120, 500])
def test_no_line_of_prose_or_grid_is_wider_than_the_screen(width: int) -> None:
    screen = text(record(), replace(OPTIONS, width=width, details=True))
    # Places and commands are kept whole, so that they can be followed and copied.
    prose = [line for line in screen.splitlines() if not line.endswith("(shop-infra)")]
    prose = [line for line in prose if "seatrial explain" not in line]
    assert max(columns(line) for line in prose) <= min(max(width, 80), 120)


def test_many_environments_give_way_development_first() -> None:
    names = [Environment(f"development-{n}", "dev") for n in range(30)]
    known = (*names, Environment("live", "production"))
    judged = replace(verdict(2), by_environment=tuple((e.name, Status.ABSENT) for e in known))
    screen = text(replace(record(), environments=known, verdicts=(judged,)))
    assert " live " in screen
    left_out = int(screen.split(" more environments: --format json")[0].split()[-1])
    heading = next(line for line in screen.splitlines() if line.startswith("   #"))
    assert heading.count("dev") + 1 + left_out == 31
    assert len(heading) > 90
    assert max(columns(line) for line in screen.splitlines()) <= 100


def test_one_practice_alone_is_shown_in_full() -> None:
    one = replace(record(), verdicts=(verdict(8),))
    assert "database-backups/no-schedule, requirement" in text(one)
    assert "database-backups/no-schedule, requirement" not in text(record())


def test_an_unknown_point_names_what_would_show_it() -> None:
    screen = text(record(), replace(OPTIONS, details=True))
    assert "would show it: GITHUB_TOKEN with read access to environments" in screen


def test_details_are_not_offered_when_they_are_there() -> None:
    assert "--details" in text(record())
    assert "--details" not in text(record(), replace(OPTIONS, details=True))


def test_ascii_means_ascii() -> None:
    assert text(record(), replace(OPTIONS, ascii=True, details=True)).isascii()


def test_a_long_word_is_broken_and_nothing_is_lost() -> None:
    lines = wrapped("a " + "x" * 25 + " 名名名", 10)
    assert all(columns(line) <= 10 for line in lines)
    assert "".join(lines).replace(" ", "") == "a" + "x" * 25 + "名名名"


@given(st.text(alphabet=st.characters(), max_size=300))
def test_no_message_steers_the_terminal_or_the_runner(message: str) -> None:
    for hostile in (message, f"::error::{message}", f"{message} \x1b[2J ##[error]"):
        screen = text(saying(hostile), replace(OPTIONS, details=True))
        screen.encode("utf-8")
        assert screen.replace("\n", "").isprintable()
        assert "##[" not in screen
        assert not any(line.lstrip().startswith("::") for line in screen.splitlines())
