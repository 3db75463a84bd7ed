"""Rules about seatrial's own files and comments; they turn no verdict."""

from __future__ import annotations

from typing import Final

from seatrial.model.finding import Confidence, Finding, Outcome, Severity
from seatrial.model.place import Place

EXPIRED: Final = "seatrial/expired-waiver"
NO_REASON: Final = "seatrial/ignore-without-reason"

TEXTS: Final = {
    EXPIRED: """A waiver has expired.

Why: a waiver accepts a risk for a while; after its last day nobody answers for the risk any more.
Fix: mend the finding and delete the waiver, or agree on a new last day with its owner.""",
    NO_REASON: """An ignore comment gives no reason.

Why: whoever reads it next cannot tell whether it still holds, so it hides nothing.
Fix: write `# seatrial: ignore[RULE] reason`, or delete the comment.""",
}
"""What `seatrial explain` prints for them."""


def own_finding(
    rule: str, severity: Severity, message: str, place: Place | None, fingerprint: str
) -> Finding:
    """A fault of one of these rules."""
    return Finding(
        rule=rule,
        outcome=Outcome.FAULT,
        severity=severity,
        confidence=Confidence.HIGH,
        message=message,
        place=place,
        environments=(),
        requirement=False,
        fix="manual",
        fingerprint=fingerprint,
    )
