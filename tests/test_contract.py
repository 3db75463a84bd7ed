"""What every practice must offer, tested over all of them at once."""

from __future__ import annotations

import re

import pytest

from seatrial.engine.load import practices, rules
from seatrial.model.practice import Practice
from tests.cases import all_cases

ALL = [pytest.param(practice, id=practice.id) for practice in practices()]


def _golden(practice: Practice) -> str:
    return "\n".join(
        c.golden.read_text(encoding="utf-8")
        for c in all_cases()
        if c.practice == practice.id and c.golden.exists()
    )


@pytest.mark.parametrize("practice", ALL)
def test_every_rule_explains_itself(practice: Practice) -> None:
    for check in rules(practice).checks:
        assert check.title, check.rule
        assert "Why:" in check.doc, check.rule
        assert "Fix:" in check.doc, check.rule
        assert re.fullmatch(r"[a-z0-9-]+/[a-z0-9-]+", check.rule), check.rule


@pytest.mark.parametrize("practice", ALL)
def test_every_rule_has_a_case_in_which_it_finds_a_fault(practice: Practice) -> None:
    golden = _golden(practice)
    missing = [
        check.rule
        for check in rules(practice).checks
        if not re.search(rf"^fault \w+ {re.escape(check.rule)}( |$)", golden, re.MULTILINE)
    ]
    assert not missing


@pytest.mark.parametrize("practice", ALL)
def test_every_practice_has_a_clean_an_absent_and_an_inapplicable_case(practice: Practice) -> None:
    statuses = set(re.findall(r"^status: (\S+)", _golden(practice), re.MULTILINE))
    best = "unknown" if practice.live_substance else "present"
    assert {best, "absent"} <= statuses
    assert "not-applicable" in statuses or practice.id in ALWAYS


ALWAYS = {
    "developer-experience",
    "security-scanning",
    "infrastructure-as-code",
    "automated-testing",
    "secret-rotation",
}
"""Practices that apply to nearly every repository; a case without them would be contrived."""


@pytest.mark.parametrize("practice", ALL)
def test_every_practice_has_a_page(practice: Practice) -> None:
    import importlib

    module = importlib.import_module(f"seatrial.practices.{practice.id.replace('-', '_')}")
    assert len(module.__doc__ or "") > 200


def test_rule_ids_are_unique() -> None:
    ids = [check.rule for practice in practices() for check in rules(practice).checks]
    assert len(ids) == len(set(ids))
