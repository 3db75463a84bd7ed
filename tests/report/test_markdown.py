"""The report for a comment and for the job summary."""

from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.record import AuditRecord
from seatrial.model.struct import replace
from seatrial.report import FORMATS, job_summary
from seatrial.report.markdown import code, prose
from tests.report.sample_record import EVIL, HOSTILE, OPTIONS, clean_record, record, verdict


def huge(number: int) -> AuditRecord:
    many = replace(verdict(12), findings=(EVIL,) * number)
    return replace(record(), verdicts=(*record().verdicts[:11], many, *record().verdicts[12:]))


def test_headline_then_grid_then_folds() -> None:
    page = FORMATS["markdown"](record(), OPTIONS)
    headline, grid = page.index("## What would hurt first"), page.index("| # | practice | dev |")
    assert headline < grid < page.index("<details>")
    assert page.count("<details>") == page.count("</details>") > 5


def test_every_row_of_the_grid_has_as_many_cells_as_its_heading() -> None:
    page = FORMATS["markdown"](record(), OPTIONS)
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert len(rows) == 22
    assert {row.count(" | ") for row in rows} == {6}


def test_a_comment_stays_below_64_kb_and_says_what_was_left_out() -> None:
    many = replace(
        record(), verdicts=tuple(replace(verdict(12), findings=(EVIL,) * 40) for _ in range(20))
    )
    page = FORMATS["markdown"](many, OPTIONS)
    assert 30_000 < len(page.encode()) < 64_000
    assert "more lines left out for length: `seatrial audit --details`" in page
    assert page.count("<details>") == page.count("</details>")


def test_one_enormous_practice_is_cut_not_dropped() -> None:
    page = FORMATS["markdown"](huge(5_000), OPTIONS)
    assert len(page.encode()) < 64_000
    assert page.count("infrastructure-as-code/manual-command</sub>") > 20


def test_the_job_summary_takes_more_and_stays_below_one_mebibyte() -> None:
    page = job_summary(huge(5_000), OPTIONS)
    assert 500_000 < len(page.encode()) < 1_048_576
    assert "left out" in page


def test_nothing_wrong_is_said_plainly() -> None:
    assert "No gap was found in what could be read." in FORMATS["markdown"](clean_record(), OPTIONS)


def test_hostile_text_is_shown_and_not_obeyed() -> None:
    shown = prose(HOSTILE)
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "@someone" not in shown
    assert "\\| pipes \\|" in shown
    assert "\n" not in shown


def test_a_code_span_is_fenced_longer_than_what_it_holds() -> None:
    assert code("a ``b` c") == "```a ``b` c```"
    assert code("`a`") == "`` `a` ``"


@given(st.text(alphabet=st.characters(), max_size=200))
def test_no_message_opens_a_tag_or_a_line(message: str) -> None:
    shown = prose(message)
    assert "<" not in shown
    assert ">" not in shown
    assert shown.isprintable() or "\u200b" in shown
    assert "\n" not in shown
