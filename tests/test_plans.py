"""Every practice's plan, on every one of its cases: carried out, it is enough, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.model.verdict import Status
from tests.cases import Case, all_cases
from tests.plans import audited, carried_out, copy_of, planned, planned_practices, standing

CASES = [c for c in all_cases() if c.practice in planned_practices()]


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in CASES])
def test_a_plan_that_is_carried_out_leaves_nothing_that_it_does_not_name(
    case: Case, tmp_path: Path
) -> None:
    request = copy_of(case, tmp_path)
    plan = planned(request)
    assert not [one.message for one in plan.left if "internal error" in one.message]
    carried_out(request, plan, tmp_path / "runs")

    again = planned(request)
    assert [(c.path, c.diff) for c in again.files] == []

    verdict = audited(request)
    if verdict.status in {Status.PRESENT, Status.NOT_APPLICABLE, Status.UNKNOWN}:
        return
    named = [*plan.left, *plan.conflicts]
    assert named, (
        f"{verdict.status}: {[f'{f.rule} {f.place} {f.message}' for f in standing(verdict)]}"
    )
