"""The report for CI systems that show tests."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.record import AuditRecord
from seatrial.model.struct import replace
from seatrial.report import FORMATS
from tests.report.sample_record import EVIL, OPTIONS, clean_record, record, verdict


def tree(whole: AuditRecord) -> ET.Element:
    return ET.fromstring(FORMATS["junit"](whole, OPTIONS))  # noqa: S314  # our own output


def case(rule: str) -> ET.Element:
    (found,) = [c for c in tree(record()).iter("testcase") if c.get("name") == rule]
    return found


@pytest.mark.parametrize("whole", [record(), clean_record(), replace(record(), verdicts=())])
def test_a_report_is_valid_against_the_schema_of_jenkins(
    whole: AuditRecord, contract: Callable[[str], Path]
) -> None:
    schema = xmlschema.XMLSchema10(str(contract("junit/junit-10.xsd")))
    schema.validate(FORMATS["junit"](whole, OPTIONS))


def test_a_practice_is_a_suite_and_a_rule_is_a_case() -> None:
    suites = tree(record()).findall("testsuite")
    assert [s.get("name") for s in suites][7] == "database-backups"
    names = [c.get("name") for c in suites[7].findall("testcase")]
    assert names == ["database-backups/never-restored", "database-backups/no-schedule"]


def test_the_counts_are_those_of_the_cases() -> None:
    for suite in tree(record()).findall("testsuite"):
        assert suite.get("tests") == str(len(suite.findall("testcase")))
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
        assert suite.get("errors") == str(len(suite.findall("testcase/error")))
        assert suite.get("skipped") == str(len(suite.findall("testcase/skipped")))


def test_a_fault_fails_a_waived_one_is_skipped_and_a_met_rule_passes() -> None:
    assert case("database-backups/no-schedule").find("failure") is not None
    skipped = case("health-checks/same-probe").find("skipped")
    assert skipped is not None
    assert "one dependency only" in (skipped.get("message") or "")
    assert len(case("health-checks/probes")) == 0


def test_a_broken_file_is_an_error_and_a_missing_credential_is_skipped() -> None:
    assert case("rbac/cluster-admin").find("error") is not None
    assert case("environment-protection/required-reviewers").find("skipped") is not None


def test_a_practice_that_is_absent_never_looks_like_a_success() -> None:
    for suite, judged in zip(tree(record()).findall("testsuite"), record().verdicts, strict=True):
        if judged.status in {"absent", "unknown"}:
            assert suite.findall("testcase/failure") or suite.findall("testcase/error")


@given(st.text(alphabet=st.characters()))
def test_any_message_gives_well_formed_xml(message: str) -> None:
    judged = replace(verdict(12), findings=(replace(EVIL, message=message),), summary=message)
    FORMATS["junit"](replace(record(), verdicts=(judged,)), OPTIONS).encode("utf-8")
    assert tree(replace(record(), verdicts=(judged,))).find(".//failure") is not None
