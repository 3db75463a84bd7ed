"""The report for code scanning: SARIF 2.1.0, within the limits of GitHub's upload.

Only faults become results; waived ones carry a suppression. What could not be looked at and what
could not be read are notifications of the run, since neither is a fault.
"""

from __future__ import annotations

from collections.abc import Iterable

from seatrial.model.finding import Finding, Outcome
from seatrial.model.place import Place
from seatrial.model.record import AuditRecord, TroubleRecord
from seatrial.report.document import Json, written
from seatrial.report.options import Options
from seatrial.report.phrases import clipped, verdicts
from seatrial.report.sarif_places import anchor, base_ids, physical, physical_related
from seatrial.report.sarif_rules import level, rule

MOST_RESULTS = 25_000
"""GitHub refuses a run with more."""
MOST_NOTIFICATIONS = 1_000
LONGEST_MESSAGE = 2_000


def render(record: AuditRecord, options: Options) -> str:
    """One run with the faults of all practices, the worst first."""
    faults = _faults(record)
    shown = faults[:MOST_RESULTS]
    rules = _by_rule(shown)
    index = {name: position for position, name in enumerate(rules)}
    run: Json = {
        "tool": {"driver": _driver(record, rules, options)},
        "automationDetails": {"id": "seatrial/audit/"},
        "originalUriBaseIds": base_ids(record, options),
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(record, len(faults) - len(shown), options)],
        "results": [_result(f, index[f.rule], record, options) for f in shown],
        "properties": {"score": record.score},
    }
    return written(
        {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [run],
        }
    )


def _faults(record: AuditRecord) -> list[Finding]:
    found = [f for v in verdicts(record) for f in v.findings if f.outcome is Outcome.FAULT]
    # Where the limit cuts, waived and mild ones go first.
    return sorted(found, key=lambda f: (bool(f.waiver), -f.severity))


def _by_rule(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    rules: dict[str, list[Finding]] = {}
    for finding in findings:
        rules.setdefault(finding.rule, []).append(finding)
    return rules


def _driver(record: AuditRecord, rules: dict[str, list[Finding]], options: Options) -> Json:
    practices = {v.practice.id: v.practice for v in record.verdicts}
    driver: dict[str, Json] = {
        "name": "seatrial",
        "semanticVersion": record.tool_version,
        "rules": [
            rule(name, found, practices.get(found[0].practice), options)
            for name, found in rules.items()
        ],
    }
    if options.docs_url:
        driver["informationUri"] = options.docs_url
    return driver


def _result(finding: Finding, index: int, record: AuditRecord, options: Options) -> Json:
    where = f" ({', '.join(finding.environments)})" if finding.environments else ""
    result: dict[str, Json] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": level(finding.severity),
        "message": {"text": clipped(finding.message, LONGEST_MESSAGE) + where},
        "locations": [physical(finding.place or anchor(record, options), record, options)],
        "partialFingerprints": {
            "seatrialFinding/v1": finding.fingerprint,
            # The only key that GitHub compares; ours does not change when lines move.
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
        },
        "properties": _properties(finding),
    }
    if finding.related:
        result["relatedLocations"] = [
            physical_related(number, place, record, options)
            for number, place in enumerate(finding.related, start=1)
        ]
    if finding.waiver:
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": finding.waiver}
        ]
    return result


def _properties(finding: Finding) -> Json:
    return {
        "severity": finding.severity.word,
        "confidence": finding.confidence.word,
        "requirement": finding.requirement,
        "fix": finding.fix,
        "environments": list(finding.environments),
    }


def _invocation(record: AuditRecord, cut: int, options: Options) -> Json:
    notes: list[Json] = []
    if cut:
        text = f"{cut} further faults were left out; `seatrial audit --format json` has them all."
        notes.append(_notification("warning", text, None, record, options))
    notes += [_trouble(trouble, record, options) for trouble in record.troubles]
    for finding in record.findings():
        if finding.outcome is Outcome.UNKNOWN:
            text = f"{finding.rule}: {finding.message}"
            text += f"; would show it: {finding.credential}" if finding.credential else ""
            notes.append(_notification("note", text, finding.place, record, options))
    return {
        "executionSuccessful": True,
        "endTimeUtc": _utc(record),
        "toolExecutionNotifications": notes[:MOST_NOTIFICATIONS],
    }


def _utc(record: AuditRecord) -> str:
    from datetime import UTC

    return record.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _trouble(trouble: TroubleRecord, record: AuditRecord, options: Options) -> Json:
    text = f"{trouble.message}; {trouble.hint}" if trouble.hint else trouble.message
    return _notification("warning", text, trouble.place, record, options)


def _notification(
    severity: str, text: str, place: Place | None, record: AuditRecord, options: Options
) -> Json:
    note: dict[str, Json] = {
        "level": severity,
        "message": {"text": clipped(text, LONGEST_MESSAGE)},
    }
    if place is not None:
        note["locations"] = [physical(place, record, options)]
    return note
