"""Rules in SARIF: what code scanning shows beside a result."""

from __future__ import annotations

from collections.abc import Sequence

from seatrial.model.finding import Finding, Severity
from seatrial.model.practice import Practice
from seatrial.report.document import Json
from seatrial.report.options import Options
from seatrial.report.phrases import clipped

LONGEST_TITLE = 250
"""GitHub cuts short descriptions at 255 characters."""
_LEVELS = {
    Severity.CRITICAL: ("error", "9.5"),
    Severity.HIGH: ("error", "8.0"),
    Severity.MEDIUM: ("warning", "5.5"),
    Severity.LOW: ("note", "3.0"),
    Severity.INFO: ("note", "0.1"),
}


def level(severity: Severity) -> str:
    """SARIF's word for a severity."""
    return _LEVELS[severity][0]


def rule(
    name: str, findings: Sequence[Finding], practice: Practice | None, options: Options
) -> Json:
    """The descriptor of a rule that has results; its weight is that of its worst result."""
    doc = options.doc(name)
    worst = max(f.severity for f in findings)
    title = clipped(doc.title, LONGEST_TITLE)
    described: dict[str, Json] = {
        "id": name,
        "name": "".join(word.capitalize() for word in name.replace("/", "-").split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": doc.body or doc.title},
        "help": {"text": doc.text, "markdown": f"**{doc.title}**\n\n{doc.body}".rstrip()},
        "defaultConfiguration": {"level": level(worst)},
        "properties": {
            "security-severity": _LEVELS[worst][1],
            "precision": _precision(findings),
            "problem.severity": {"error": "error", "warning": "warning"}.get(
                level(worst), "recommendation"
            ),
            "tags": _tags(findings[0].practice, practice),
        },
    }
    url = options.help_url(name)
    if url:
        described["helpUri"] = url
    return described


def _precision(findings: Sequence[Finding]) -> str:
    return min(f.confidence for f in findings).word


def _tags(practice_id: str, practice: Practice | None) -> list[str]:
    # `security` makes GitHub show the security-severity; twenty tags are its limit.
    tags = ["security", "devops", practice_id]
    return [*tags, f"priority-{practice.priority}".replace(" ", "-")] if practice else tags
