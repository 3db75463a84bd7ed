"""The long form of the text report: every finding of a practice."""

from __future__ import annotations

from seatrial.model.finding import Confidence, Finding
from seatrial.model.record import AuditRecord, Verdict
from seatrial.report.ink import BOLD, COMMAND, DIM, Ink, wrapped
from seatrial.report.phrases import clipped, fix_command, location, split

_LONGEST_MESSAGE = 600
_INDENT = 16


def details(verdict: Verdict, record: AuditRecord, ink: Ink) -> list[str]:
    """A practice with its faults, what was waived, what could not be looked at, what was met."""
    practice = verdict.practice
    name = ink.paint(f"{practice.number} {practice.id}", BOLD)
    weights = f"priority {practice.priority}, effort {practice.effort}, impact {practice.impact}"
    lines = [f"{name}  {ink.status(verdict.status)}", f"    {ink.paint(weights, DIM)}"]
    lines += [f"    {line}" for line in wrapped(ink.plain(verdict.summary), ink.width - 4)]
    faults, waived, unknown, met = split(verdict.findings)
    for finding in faults:
        lines += ["", *_fault(finding, record, ink)]
    for finding in waived:
        lines += ["", *_waived(finding, record, ink)]
    for finding in unknown:
        lines += ["", *_unknown(finding, record, ink)]
    if met:
        lines.append("")
    for finding in met:
        lines += _met(finding, record, ink)
    return lines


def _fault(finding: Finding, record: AuditRecord, ink: Ink) -> list[str]:
    lines = _titled(ink.severity(finding.severity, 10), finding, ink)
    lines += _places(finding, record, ink)
    notes = [finding.rule]
    notes += ["requirement"] if finding.requirement else []
    if finding.confidence is not Confidence.HIGH:
        notes.append(f"{finding.confidence.word} confidence")
    lines.append(_under(ink.paint(", ".join(notes), DIM)))
    command = fix_command(finding)
    fix = ink.paint(command, COMMAND) if command else f"by hand, seatrial explain {finding.rule}"
    lines.append(_under(f"fix: {fix}"))
    return lines


def _waived(finding: Finding, record: AuditRecord, ink: Ink) -> list[str]:
    lines = _titled(ink.paint("waived", DIM) + " " * 4, finding, ink)
    lines += _places(finding, record, ink)
    reason = ink.plain(clipped(f"reason: {finding.waiver}", _LONGEST_MESSAGE))
    lines += [_under(line) for line in wrapped(reason, ink.width - _INDENT)]
    lines.append(_under(ink.paint(finding.rule, DIM)))
    return lines


def _unknown(finding: Finding, record: AuditRecord, ink: Ink) -> list[str]:
    lines = _titled(ink.paint("unknown", "35") + " " * 3, finding, ink)
    lines += _places(finding, record, ink)
    if finding.credential:
        needs = ink.plain(clipped(f"would show it: {finding.credential}", _LONGEST_MESSAGE))
        lines += [_under(line) for line in wrapped(needs, ink.width - _INDENT)]
    lines.append(_under(ink.paint(finding.rule, DIM)))
    return lines


def _met(finding: Finding, record: AuditRecord, ink: Ink) -> list[str]:
    lines = _titled(ink.paint("met", "32") + " " * 7, finding, ink)
    return lines + _places(finding, record, ink)


def _titled(label: str, finding: Finding, ink: Ink) -> list[str]:
    where = f" [{', '.join(finding.environments)}]" if finding.environments else ""
    message = ink.plain(clipped(finding.message, _LONGEST_MESSAGE) + where)
    first, *rest = wrapped(message, ink.width - _INDENT)
    return [f"    {label}  {first}", *(_under(line) for line in rest)]


def _places(finding: Finding, record: AuditRecord, ink: Ink) -> list[str]:
    lines = [_under(ink.plain(location(finding.place, record)))] if finding.place else []
    lines += [_under(f"see {ink.plain(location(p, record))}") for p in finding.related]
    return lines


def _under(text: str) -> str:
    return " " * _INDENT + text
