"""The report for programs: the contract of `schema/audit.schema.json`.

A practice's `findings` are what stands against it or could not be seen (faults, waived faults,
unknown points); its `evidence` is what was seen that speaks for it.
"""

from __future__ import annotations

from seatrial.model.finding import Finding, Outcome
from seatrial.model.place import Place
from seatrial.model.record import AuditRecord, Gap, RepositoryRecord, TroubleRecord, Verdict
from seatrial.report.document import Json, written
from seatrial.report.options import Options
from seatrial.report.phrases import STATUSES, verdicts

SCHEMA_VERSION = 1
"""Rises when a key is renamed, removed or changes its meaning; a new key does not raise it."""


def render(record: AuditRecord, options: Options) -> str:
    """The record as one JSON object."""
    document: Json = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "seatrial", "version": record.tool_version},
        "at": record.at.isoformat(),
        "summary": {str(status): record.count(status) for status in STATUSES},
        "score": record.score,
        "repositories": [_repository(r) for r in record.repositories],
        "environments": [
            {"name": e.name, "tier": e.tier, "places": [_location(p) for p in e.places]}
            for e in record.environments
        ],
        "worst": [_gap(gap) for gap in record.worst],
        "practices": [_practice(verdict, options) for verdict in verdicts(record)],
        "troubles": [_trouble(trouble) for trouble in record.troubles],
        "notices": list(record.notices),
        "baseline_hidden": record.baseline_hidden,
    }
    return written(document)


def schema() -> str:
    """The published JSON Schema (draft-07) of this report, as text."""
    from importlib.resources import files

    return files("seatrial.report").joinpath("schema/audit.schema.json").read_text("utf-8")


def _repository(repository: RepositoryRecord) -> Json:
    return {
        "name": repository.name,
        "role": repository.role,
        "path": repository.path,
        "commit": repository.commit,
        "files": repository.files,
        "skipped": dict(repository.skipped),
    }


def _practice(verdict: Verdict, options: Options) -> Json:
    practice = verdict.practice
    met = [f for f in verdict.findings if f.outcome is Outcome.MET]
    return {
        "number": practice.number,
        "id": practice.id,
        "title": practice.title,
        "priority": str(practice.priority),
        "effort": str(practice.effort),
        "impact": str(practice.impact),
        "status": str(verdict.status),
        "summary": verdict.summary,
        # A system that shows no environment is judged as one without a name.
        "environments": {name: str(status) for name, status in verdict.by_environment if name},
        "findings": [
            _finding(f, options) for f in verdict.findings if f.outcome is not Outcome.MET
        ],
        "evidence": [_evidence(f) for f in met],
    }


def _finding(finding: Finding, options: Options) -> Json:
    return {
        "rule": finding.rule,
        "outcome": str(finding.outcome),
        "severity": finding.severity.word,
        "confidence": finding.confidence.word,
        "requirement": finding.requirement,
        "message": finding.message,
        "location": _location(finding.place),
        "related": [_location(place) for place in finding.related],
        "environments": list(finding.environments),
        "fix": finding.fix,
        "help": options.doc(finding.rule).text,
        "reach": str(finding.reach) if finding.reach else None,
        "credential": finding.credential or None,
        "waiver": finding.waiver or None,
        "fingerprint": finding.fingerprint,
    }


def _evidence(finding: Finding) -> Json:
    return {
        "kind": "file",
        "rule": finding.rule,
        "message": finding.message,
        "location": _location(finding.place),
        "related": [_location(place) for place in finding.related],
        "environments": list(finding.environments),
        "fingerprint": finding.fingerprint,
    }


def _gap(gap: Gap) -> Json:
    return {
        "practice": gap.practice.id,
        "rule": gap.finding.rule,
        "severity": gap.finding.severity.word,
        "message": gap.finding.message,
        "location": _location(gap.finding.place),
        "environments": list(gap.finding.environments),
        "fix_command": gap.fix_command,
        "drill_command": gap.drill_command,
        "fingerprint": gap.finding.fingerprint,
    }


def _trouble(trouble: TroubleRecord) -> Json:
    return {
        "message": trouble.message,
        "hint": trouble.hint,
        "location": _location(trouble.place),
    }


def _location(place: Place | None) -> Json:
    if place is None:
        return None
    return {
        "repository": place.repository,
        "path": place.path,
        "line": place.line,
        "column": place.column,
    }
