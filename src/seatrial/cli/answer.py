"""From a record to the exit code."""

from __future__ import annotations

from seatrial.engine.own import EXPIRED
from seatrial.model.finding import Outcome, Severity
from seatrial.model.record import AuditRecord
from seatrial.model.verdict import Status

YES, NO, WRONG, OPEN = 0, 1, 2, 3


def answer(record: AuditRecord, *, fail_on: Severity | None, strict: bool, complained: bool) -> int:
    """2 when a path was left out, 1 for a failing finding, 3 for an open question, else 0.

    An expired waiver fails whatever `fail_on` says: somebody promised to look by that day.
    """
    if complained:
        return WRONG
    faults = [f for f in record.findings() if f.counts]
    if any(f.rule == EXPIRED for f in faults):
        return NO
    if fail_on is not None and any(f.severity >= fail_on for f in faults):
        return NO
    return OPEN if strict and is_open(record) else YES


def is_open(record: AuditRecord) -> bool:
    """True when something could not be looked at."""
    if any(verdict.status is Status.UNKNOWN for verdict in record.verdicts):
        return True
    return any(f.outcome is Outcome.UNKNOWN for f in record.findings())
