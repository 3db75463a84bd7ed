"""Runs every case of every practice against its golden findings."""

from __future__ import annotations

import pytest

from tests.cases import Case, all_cases, screen, verdict_of


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in all_cases()])
def test_case_says_what_its_golden_file_says(case: Case, *, accept: bool) -> None:
    seen = screen(verdict_of(case))
    if accept:
        case.golden.write_text(seen, encoding="utf-8")
    assert case.golden.exists(), f"no {case.golden.name} yet; run with --accept and review it"
    assert seen == case.golden.read_text(encoding="utf-8")
