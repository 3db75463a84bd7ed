"""What all formats have in common."""

import subprocess
import sys

import pytest

from seatrial.model.struct import replace
from seatrial.report import FORMATS, Options
from tests.report.sample_record import OPTIONS, clean_record, record, verdict


def test_the_formats_are_those_of_the_command_line() -> None:
    assert list(FORMATS) == ["text", "json", "sarif", "junit", "markdown", "html", "github"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_ends_in_a_line_break_and_can_be_written_as_utf8(name: str) -> None:
    for whole in (record(), clean_record(), replace(record(), repositories=(), verdicts=())):
        output = FORMATS[name](whole, OPTIONS)
        assert output.endswith("\n")
        output.encode("utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_record_gives_the_same_report(name: str) -> None:
    assert FORMATS[name](record(), OPTIONS) == FORMATS[name](record(), OPTIONS)


@pytest.mark.parametrize("name", FORMATS)
def test_texts_of_rules_may_be_missing(name: str) -> None:
    assert FORMATS[name](record(), Options())


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_no_gap_is_not_praised_where_points_could_not_be_seen(name: str) -> None:
    said = "No gap was found in what could be read; 1 point could not be."
    assert said in FORMATS[name](replace(clean_record(), verdicts=(verdict(1),)), OPTIONS)
    assert said not in FORMATS[name](clean_record(), OPTIONS)


def test_a_format_is_imported_when_it_is_asked_for() -> None:
    script = (
        "import sys, seatrial.report as r; "
        "print([m for m in sys.modules if m.startswith('seatrial.report.')], 'json' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['seatrial.report.options'] False"
