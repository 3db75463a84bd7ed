"""The HTML report's section of one practice: its rules, places, fixes."""

from __future__ import annotations

from collections.abc import Sequence

from seatrial.model.finding import Confidence, Finding
from seatrial.model.record import AuditRecord, Verdict
from seatrial.report.html_parts import (
    badge,
    command,
    message,
    paragraphs,
    place,
    safe,
    severity,
    tags,
)
from seatrial.report.options import Options
from seatrial.report.phrases import fix_command, plural, proof_age, split

_UNFOLDED = 10
_MOST = 500


def section(verdict: Verdict, record: AuditRecord, options: Options, *, opened: bool) -> str:
    """A fold with everything that is known of the practice."""
    practice = verdict.practice
    faults, waived, unknown, met = split(verdict.findings)
    # The first fault says it again right below.
    said = bool(faults) and verdict.summary.startswith(faults[0].message)
    parts = [] if said else [f'<p class="lead">{message(verdict.summary)}</p>']
    parts.append(_facts(verdict))
    parts += [_rule(group, record, options) for group in _groups(faults)]
    parts.append(_plain("Waived", waived, record))
    parts.append(_plain("Could not be looked at", unknown, record))
    parts.append(_plain("What is there", met, record))
    return (
        f'<section class="practice" id="{safe(practice.id)}" data-status="{verdict.status}">'
        f"<details{' open' if opened else ''}><summary>"
        f'<span class="number">{practice.number}</span>'
        f"<h3>{safe(practice.title)}</h3>"
        f'<span class="count">{_count(faults, unknown)}</span>{badge(verdict.status)}'
        f'</summary><div class="body">{"".join(parts)}</div></details></section>'
    )


def _count(faults: Sequence[Finding], unknown: Sequence[Finding]) -> str:
    if faults:
        return plural(len(faults), "fault")
    return f"{len(unknown)} unknown" if unknown else ""


def _facts(verdict: Verdict) -> str:
    practice = verdict.practice
    facts = [
        ("called", f"<code>{safe(practice.id)}</code>"),
        ("priority", str(practice.priority)),
        ("effort", str(practice.effort)),
        ("impact", str(practice.impact)),
        ("newest proof", proof_age(verdict)),
    ]
    shown = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    places = "".join(
        f"<div><dt>{safe(name)}</dt><dd>{badge(status)}</dd></div>"
        for name, status in verdict.by_environment
        if name
    )
    here = f'<dl class="facts">{places}</dl>' if places else ""
    return f'<dl class="facts">{shown}</dl>{here}'


def _groups(findings: Sequence[Finding]) -> list[list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.rule, []).append(finding)
    return list(groups.values())


def _rule(findings: Sequence[Finding], record: AuditRecord, options: Options) -> str:
    first = findings[0]
    doc = options.doc(first.rule)
    worst = max(f.severity for f in findings)
    known = doc.title != first.rule
    title = f"<h4>{severity(worst)} {safe(doc.title)}</h4>"
    notes = [f"<code>{safe(first.rule)}</code>"] if known else []
    notes += ["required for <em>present</em>"] if first.requirement else []
    surest = max(f.confidence for f in findings)
    notes += [f"{surest.word} confidence"] if surest is not Confidence.HIGH else []
    about = f'<p class="about">{" · ".join(notes)}</p>' if notes else ""
    items = [_item(f, record) for f in findings[:_MOST]]
    fix = fix_command(first)
    mend = command("Fix", fix) if fix else command("By hand, see", f"seatrial explain {first.rule}")
    why = (
        '<details class="why"><summary>Why it matters, and what to do</summary>'
        f"{paragraphs(doc.body)}</details>"
        if doc.body
        else ""
    )
    return f'<article class="rule">{title}{about}{_list(items, len(findings))}{mend}{why}</article>'


def _list(items: Sequence[str], total: int) -> str:
    shown = f'<ul class="findings">{"".join(items[:_UNFOLDED])}</ul>'
    if len(items) <= _UNFOLDED:
        return shown
    rest = "".join(items[_UNFOLDED:])
    if total > len(items):
        rest += f"<li>{total - len(items)} more in <code>--format json</code></li>"
    more = f"<summary>{total - _UNFOLDED} more of this kind</summary>"
    return f'{shown}<details class="more">{more}<ul class="findings">{rest}</ul></details>'


def _item(finding: Finding, record: AuditRecord) -> str:
    lines = [f"<p>{message(finding.message)}{tags(finding.environments)}</p>"]
    if finding.place:
        lines.append(f"<p>{place(finding.place, record)}</p>")
    if finding.related:
        see = ", ".join(place(p, record) for p in finding.related)
        lines.append(f'<p class="see">see {see}</p>')
    if finding.waiver:
        lines.append(f'<p class="see">reason: {message(finding.waiver)}</p>')
    if finding.credential:
        lines.append(f'<p class="see">would show it: {message(finding.credential)}</p>')
    return f"<li>{''.join(lines)}</li>"


def _plain(title: str, findings: Sequence[Finding], record: AuditRecord) -> str:
    if not findings:
        return ""
    items = [_item(f, record) for f in findings[:_MOST]]
    return f'<div class="plain"><h4>{title}</h4>{_list(items, len(findings))}</div>'
