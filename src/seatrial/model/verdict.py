"""From findings to a status: the rules of verdict, pure and in one place."""

import enum
from collections.abc import Iterable

from seatrial.model.finding import Finding, Outcome, Reach, Severity


class Status(enum.StrEnum):
    """What is said of a practice in an environment."""

    ABSENT = "absent"
    PARTIAL = "partial"
    PRESENT = "present"
    PROVEN = "proven"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"


def environment_status(
    findings: Iterable[Finding], environment: str, *, live_substance: bool
) -> Status:
    """Judge one practice in one environment.

    A practice is absent when no real piece of it was seen; partial when a piece was seen but a
    requirement fails or a fault of severity high or above stands; present otherwise. What could
    not be seen because it lies elsewhere makes `unknown` only where no piece was seen, and keeps
    a requirement from being met where it belongs to one. A waived fault does not count.
    """
    here = [f for f in findings if not f.environments or environment in f.environments]
    has_piece = any(f.outcome is Outcome.MET for f in here)
    hidden = [f for f in here if f.outcome is Outcome.UNKNOWN and f.reach is not Reach.API]
    if not has_piece:
        return Status.UNKNOWN if hidden else Status.ABSENT
    if any(f.counts and (f.requirement or f.severity >= Severity.HIGH) for f in here):
        return Status.PARTIAL
    if any(f.requirement for f in hidden):
        return Status.PARTIAL
    unconfirmed = any(f.outcome is Outcome.UNKNOWN for f in here)
    return Status.UNKNOWN if live_substance and unconfirmed else Status.PRESENT


def practice_status(by_environment: Iterable[Status]) -> Status:
    """Fold the environments' statuses into the practice's: what is true of the whole.

    Environments that do not need the practice are left out. The same everywhere is that; a piece
    anywhere with a gap anywhere is partial; what is unknown somewhere and absent or present in
    the rest stays unknown.
    """
    seen = {status for status in by_environment if status is not Status.NOT_APPLICABLE}
    if not seen:
        return Status.NOT_APPLICABLE
    if len(seen) == 1:
        return seen.pop()
    if Status.PARTIAL in seen:
        return Status.PARTIAL
    if Status.UNKNOWN in seen:
        return Status.UNKNOWN
    if Status.ABSENT in seen:
        return Status.PARTIAL
    return Status.PRESENT
