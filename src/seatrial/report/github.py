"""The report for GitHub Actions: workflow commands that annotate files, and the job summary."""

from __future__ import annotations

from collections.abc import Iterable

from seatrial.model.finding import Severity
from seatrial.model.place import Place
from seatrial.model.record import AuditRecord
from seatrial.model.struct import struct
from seatrial.report import markdown
from seatrial.report.options import Options
from seatrial.report.phrases import (
    clipped,
    encodable,
    faults_worst_first,
    path_from_root,
    plural,
    printable,
    totals,
)

MOST_PER_KIND = 10
"""GitHub shows ten annotations of a kind for a step and silently drops the rest."""
SUMMARY_LIMIT = 1_000_000
"""Bytes; GitHub refuses a job summary above 1 MiB."""
LONGEST_MESSAGE = 1_000
LONGEST_TITLE = 200
_KINDS = ("error", "warning", "notice")


@struct
class _Note:
    kind: str
    title: str
    message: str
    place: Place | None


def render(record: AuditRecord, options: Options) -> str:
    """At most ten commands of a kind, the worst first, then lines that say how many more."""
    notes = [*_faults(record, options), *_troubles(record)]
    lines: list[str] = []
    more: list[str] = []
    for kind in _KINDS:
        found = [note for note in notes if note.kind == kind]
        lines += [_command(note, record, options) for note in found[:MOST_PER_KIND]]
        if len(found) > MOST_PER_KIND:
            left = plural(len(found) - MOST_PER_KIND, f"more {kind}")
            more.append(f"{left} not annotated (GitHub shows {MOST_PER_KIND} of a kind)")
    if more:
        more.append("the job summary and `seatrial audit --details` list them all")
    return encodable("\n".join([*lines, *more, totals(record)])) + "\n"


def summary(record: AuditRecord, options: Options) -> str:
    """Markdown for `$GITHUB_STEP_SUMMARY`."""
    return markdown.render(record, options, limit=SUMMARY_LIMIT)


def _faults(record: AuditRecord, options: Options) -> Iterable[_Note]:
    for finding in faults_worst_first(record):
        named = f" [{', '.join(finding.environments)}]" if finding.environments else ""
        text = f"{clipped(finding.message, LONGEST_MESSAGE)}{named} ({finding.rule})"
        title = f"{finding.severity.word}: {options.doc(finding.rule).title}"
        yield _Note(_kind(finding.severity), title, text, finding.place)


def _troubles(record: AuditRecord) -> Iterable[_Note]:
    for trouble in record.troubles:
        hint = f"; hint: {trouble.hint}" if trouble.hint else ""
        text = clipped(trouble.message, LONGEST_MESSAGE) + clipped(hint, LONGEST_MESSAGE)
        yield _Note("warning", "seatrial could not read this", text, trouble.place)


def _kind(severity: Severity) -> str:
    if severity >= Severity.HIGH:
        return "error"
    return "warning" if severity is Severity.MEDIUM else "notice"


def _command(note: _Note, record: AuditRecord, options: Options) -> str:
    properties: list[tuple[str, str]] = []
    if note.place is not None:
        properties.append(("file", path_from_root(note.place, record, options)))
        properties.append(("line", str(note.place.line)))
        properties.append(("col", str(note.place.column)))
    properties.append(("title", clipped(printable(note.title), LONGEST_TITLE)))
    head = ",".join(f"{name}={_property(value)}" for name, value in properties)
    return f"::{note.kind} {head}::{_data(printable(note.message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
