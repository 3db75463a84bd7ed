"""The report for CI systems that show tests: a practice is a suite, a rule is a case.

A waived fault is skipped. What could not be told is an error where a file is broken or lies
elsewhere; a point that only a live system can show is skipped, since it turns no verdict either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from seatrial.model.finding import Finding, Outcome, Reach
from seatrial.model.record import AuditRecord, Verdict
from seatrial.model.struct import struct
from seatrial.model.verdict import Status
from seatrial.report.options import Options
from seatrial.report.phrases import clipped, encodable, fix_command, location, printable, verdicts

LONGEST_MESSAGE = 1_000
MOST_LINES = 200


@struct
class _Case:
    name: str
    kind: str  # failure, error, skipped, or empty where it passed
    message: str = ""
    type: str = ""
    lines: tuple[str, ...] = ()


def render(record: AuditRecord, options: Options) -> str:
    """One `testsuites` document."""
    suites = [(v, _cases(v, record, options)) for v in verdicts(record)]
    cases = [case for _, found in suites for case in found]
    head = _attributes(
        name="seatrial audit",
        tests=len(cases),
        failures=_count(cases, "failure"),
        errors=_count(cases, "error"),
    )
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {head}>"]
    for verdict, found in suites:
        lines += _suite(verdict, found, record)
    return encodable("\n".join([*lines, "</testsuites>"])) + "\n"


def _suite(verdict: Verdict, cases: Sequence[_Case], record: AuditRecord) -> list[str]:
    head = _attributes(
        name=verdict.practice.id,
        tests=len(cases),
        failures=_count(cases, "failure"),
        errors=_count(cases, "error"),
        skipped=_count(cases, "skipped"),
        timestamp=record.at.strftime("%Y-%m-%dT%H:%M:%S"),
        id=verdict.practice.number,
    )
    lines = [f"  <testsuite {head}>", "    <properties>"]
    for name, value in _properties(verdict):
        lines.append(f"      <property {_attributes(name=name, value=value)}/>")
    lines.append("    </properties>")
    for case in cases:
        lines += _case(case, verdict.practice.id)
    return [*lines, "  </testsuite>"]


def _properties(verdict: Verdict) -> list[tuple[str, str]]:
    found = [("status", str(verdict.status)), ("summary", verdict.summary)]
    return found + [(f"status.{name}", str(s)) for name, s in verdict.by_environment if name]


def _cases(verdict: Verdict, record: AuditRecord, options: Options) -> list[_Case]:
    practice = verdict.practice.id
    rules: dict[str, list[Finding]] = {
        rule: [] for rule in options.docs if rule.partition("/")[0] == practice
    }
    for finding in verdict.findings:
        rules.setdefault(finding.rule, []).append(finding)
    if verdict.status is Status.NOT_APPLICABLE:
        names = list(rules) or [f"{practice}/applies"]
        return [_Case(name, "skipped", verdict.summary, "not-applicable") for name in names]
    cases = [_judged(rule, found, record) for rule, found in sorted(rules.items())]
    if verdict.status in {Status.ABSENT, Status.UNKNOWN} and not any(
        case.kind in {"failure", "error"} for case in cases
    ):
        # Without a case of its own a practice that is not there would look like a success.
        kind = "failure" if verdict.status is Status.ABSENT else "error"
        cases.append(_Case(f"{practice}/{verdict.status}", kind, verdict.summary, verdict.status))
    return cases or [_Case(f"{practice}/{verdict.status}", "")]


def _judged(rule: str, findings: Sequence[Finding], record: AuditRecord) -> _Case:
    faults = [f for f in findings if f.counts]
    if faults:
        return _of(rule, "failure", faults, max(f.severity for f in faults).word, record)
    hidden = [f for f in findings if f.outcome is Outcome.UNKNOWN]
    beyond = [f for f in hidden if f.reach is not Reach.API]
    if beyond:
        return _of(rule, "error", beyond, "unknown", record)
    if hidden:
        return _of(rule, "skipped", hidden, "needs-credential", record)
    waived = [f for f in findings if f.waiver]
    if waived:
        return _of(rule, "skipped", waived, "waived", record)
    return _Case(rule, "")


def _of(rule: str, kind: str, findings: Sequence[Finding], word: str, record: AuditRecord) -> _Case:
    first, more = findings[0], len(findings) - 1
    message = f"waived ({first.waiver}): {first.message}" if first.waiver else first.message
    message = clipped(message, LONGEST_MESSAGE) + (f" (and {more} more)" if more else "")
    lines = [_line(f, record) for f in findings[:MOST_LINES]]
    if len(findings) > MOST_LINES:
        lines.append(f"{len(findings) - MOST_LINES} more: seatrial audit --format json")
    command = fix_command(first) if kind == "failure" else ""
    lines.append(f"fix: {command}" if command else f"see: seatrial explain {rule}")
    return _Case(rule, kind, message, word, tuple(lines))


def _line(finding: Finding, record: AuditRecord) -> str:
    where = f"{location(finding.place, record)}: " if finding.place else ""
    needs = f"; would show it: {finding.credential}" if finding.credential else ""
    named = f" [{', '.join(finding.environments)}]" if finding.environments else ""
    return f"{where}{clipped(finding.message, LONGEST_MESSAGE)}{named}{needs}"


def _case(case: _Case, practice: str) -> list[str]:
    head = _attributes(classname=f"seatrial.{practice}", name=case.name)
    if not case.kind:
        return [f"    <testcase {head}/>"]
    body = "\n".join(escape(printable(line)) for line in case.lines)
    inner = _attributes(type=case.type, message=case.message)
    return [
        f"    <testcase {head}>",
        f"      <{case.kind} {inner}>{body}</{case.kind}>",
        "    </testcase>",
    ]


def _attributes(**values: str | int) -> str:
    return " ".join(f'{k}="{escape(printable(str(v)))}"' for k, v in values.items())


def _count(cases: Iterable[_Case], kind: str) -> int:
    return sum(case.kind == kind for case in cases)
