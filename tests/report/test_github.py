"""The report for GitHub Actions keeps to the grammar and the limits of workflow commands."""

import re

from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.finding import Severity
from seatrial.model.place import Place
from seatrial.model.record import AuditRecord
from seatrial.model.struct import replace
from seatrial.report import FORMATS
from tests.report.sample_record import EVIL, HOSTILE, NO_BACKUP, OPTIONS, record, verdict

COMMAND = re.compile(r"::(error|warning|notice) ([a-z]+=[^:,]*)(,[a-z]+=[^:,]*)*::[^\r\n]*")


def lines(whole: AuditRecord, root: str = "") -> list[str]:
    return FORMATS["github"](whole, replace(OPTIONS, root=root)).splitlines()


def test_a_fault_annotates_its_line_from_the_checkout() -> None:
    assert lines(record())[0].startswith(
        "::error file=shop/helm/shop/templates/postgresql.yaml,line=12,col=3,"
        "title=critical%3A No backup is taken on a schedule::Nothing takes backups"
    )


def test_an_absolute_repository_is_named_from_the_root() -> None:
    whole = record()
    moved = replace(whole.repositories[0], path="/w/app")
    whole = replace(whole, repositories=(moved,), verdicts=(verdict(8),))
    assert "file=app/helm/" in lines(whole, "/w")[0]
    assert "file=helm/" in lines(whole, "/w/app")[0]
    assert "file=helm/" in lines(whole, "/elsewhere")[0]


def test_at_most_ten_of_a_kind_and_a_line_says_how_many_more() -> None:
    found = tuple(
        replace(EVIL, message=f"m{n}", severity=severity)
        for severity in Severity
        for n in range(12)
    )
    output = lines(replace(record(), verdicts=(replace(verdict(12), findings=found),)))
    for kind, more in (("error", 14), ("warning", 4), ("notice", 14)):
        assert sum(line.startswith(f"::{kind} ") for line in output) == 10
        assert any(line.startswith(f"{more} more {kind}s not annotated") for line in output)


def test_the_worst_are_annotated_when_not_all_can_be() -> None:
    found = (*(replace(EVIL, severity=Severity.HIGH),) * 20, NO_BACKUP)
    output = lines(replace(record(), verdicts=(replace(verdict(12), findings=found),)))
    assert "critical" in output[0]


def test_a_percent_sign_is_escaped_so_that_the_runner_shows_it() -> None:
    said = replace(EVIL, message="100%0A done", place=Place("shop", "a%2Cb"))
    whole = replace(record(), verdicts=(replace(verdict(12), findings=(said,)),), troubles=())
    first = lines(whole)[0]
    assert "100%250A done" in first
    assert "file=shop/a%252Cb," in first


def test_a_waived_fault_is_not_annotated() -> None:
    assert not any("same-probe" in line for line in lines(record()))


@given(st.text(alphabet=st.characters(), max_size=200), st.text(max_size=50))
def test_no_text_breaks_out_of_its_command(message: str, path: str) -> None:
    for text in (message, HOSTILE, f"\n::stop-commands::{message}"):
        said = replace(EVIL, message=text, place=Place("shop", f"a{path}:,\n%"))
        judged = replace(verdict(12), findings=(said,))
        output = FORMATS["github"](replace(record(), verdicts=(judged,), troubles=()), OPTIONS)
        first, totals, end = output.split("\n")
        assert COMMAND.fullmatch(first)
        assert totals.startswith("1 practice")
        assert not end
