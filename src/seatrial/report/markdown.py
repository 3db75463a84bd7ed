"""The report for a pull request's comment or a job summary: Markdown as GitHub reads it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from seatrial.model.finding import Finding, Outcome
from seatrial.model.record import AuditRecord, Gap, TroubleRecord, Verdict
from seatrial.model.struct import struct
from seatrial.model.verdict import Status
from seatrial.report.options import Options
from seatrial.report.phrases import (
    clipped,
    encodable,
    fault_totals,
    foremost,
    location,
    no_gap,
    plural,
    printable,
    proof_age,
    split,
    status_word,
    totals,
    verdicts,
)

COMMENT_LIMIT = 64_000
"""Bytes; GitHub refuses a comment above 65,536 characters."""
MARKER = "<!-- seatrial audit -->"
"""First line, by which a bot finds its own comment and edits it instead of adding another."""
LONGEST_MESSAGE = 500
MOST_ENVIRONMENTS = 12
_ROOM_FOR_THE_END = 400
_GLYPHS = {
    Status.ABSENT: "❌",
    Status.PARTIAL: "🟠",
    Status.PRESENT: "✅",
    Status.PROVEN: "🏅",
    Status.UNKNOWN: "❔",
    Status.NOT_APPLICABLE: "➖",  # noqa: RUF001  # a heavy dash reads as "nothing here"
}
_PUNCTUATION = str.maketrans({c: f"\\{c}" for c in "\\`*_{}[]()#+-!|~$"})


def render(record: AuditRecord, options: Options, *, limit: int = COMMENT_LIMIT) -> str:
    """The report in at most `limit` bytes; a last line says what was left out."""
    head = "\n".join([MARKER, *_headline(record), *_grid(record), *_totals(record)]) + "\n"
    parts = [encodable(head)]
    room = limit - _ROOM_FOR_THE_END - _size(head)
    left_out = 0
    for fold in _folds(record):
        shown = fold.within(room)
        left_out += len(fold.lines) - shown
        if shown:
            text = encodable(fold.text(shown))
            parts.append(text)
            room -= _size(text)
    if left_out:
        things = plural(left_out, "more line")
        parts.append(f"\n_{things} left out for length: {code(f'{options.command} --details')}._\n")
    return "".join(parts)


def _size(text: str) -> int:
    return len(encodable(text).encode())


@struct
class _Fold:
    title: str
    lines: tuple[str, ...]

    def text(self, shown: int) -> str:
        body = "\n".join(self.lines[:shown])
        return f"\n<details><summary>{self.title}</summary>\n\n{body}\n\n</details>\n"

    def within(self, room: int) -> int:
        """How many of the lines fit."""
        left = room - _size(self.text(0))
        for index, line in enumerate(self.lines):
            left -= _size(line) + 1
            if left < 0:
                return index
        return len(self.lines)


def _headline(record: AuditRecord) -> list[str]:
    lines = ["## What would hurt first", ""]
    if not record.worst:
        return [*lines, no_gap(record), ""]
    for rank, gap in enumerate(record.worst, start=1):
        lines += _gap(rank, gap, record)
    return [*lines, ""]


def _gap(rank: int, gap: Gap, record: AuditRecord) -> list[str]:
    finding = gap.finding
    lines = [f"{rank}. **{finding.severity.word.upper()}** {_message(finding)}  "]
    if finding.place:
        lines.append(f"   {code(location(finding.place, record))}  ")
    fix = gap.fix_command or f"seatrial explain {finding.rule}"
    label = "fix" if gap.fix_command else "by hand, see"
    drill = f", drill {code(gap.drill_command)}" if gap.drill_command else ""
    return [*lines, f"   {label} {code(fix)}{drill}"]


def _grid(record: AuditRecord) -> list[str]:
    names = [e.name for e in foremost(record.environments, MOST_ENVIRONMENTS)]
    heads = ["#", "practice", *(prose(clipped(name, 40)) for name in names), "status", "proof"]
    marks = ["--:", ":--", *(":-:" for _ in names), ":--", ":--"]
    lines = [_row(heads), _row(marks)]
    for verdict in verdicts(record):
        statuses = dict(verdict.by_environment)
        cells = [str(verdict.practice.number), verdict.practice.id]
        cells += [_GLYPHS[statuses[n]] if n in statuses else "" for n in names]
        cells += [f"{_GLYPHS[verdict.status]} {status_word(verdict.status)}", proof_age(verdict)]
        lines.append(_row(cells))
    if len(record.environments) > len(names):
        lines += ["", f"{len(record.environments) - len(names)} more environments are not shown."]
    return [*lines, ""]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _totals(record: AuditRecord) -> list[str]:
    return [f"**{totals(record)}**  ", fault_totals(record), ""]


def _folds(record: AuditRecord) -> Iterable[_Fold]:
    troubles = tuple(_trouble(trouble, record) for trouble in record.troubles)
    if troubles:
        yield _Fold(f"<b>{plural(len(troubles), 'thing')} could not be read</b>", troubles)
    notices = tuple(f"- {_short(notice)}" for notice in record.notices)
    if notices:
        yield _Fold(f"<b>{plural(len(notices), 'notice')}</b>", notices)
    for verdict in verdicts(record):
        if verdict.findings:
            yield _details(verdict, record)


def _trouble(trouble: TroubleRecord, record: AuditRecord) -> str:
    where = f"{code(location(trouble.place, record))}: " if trouble.place else ""
    hint = f" (hint: {_short(trouble.hint)})" if trouble.hint else ""
    return f"- {where}{_short(trouble.message)}{hint}"


def _details(verdict: Verdict, record: AuditRecord) -> _Fold:
    faults, waived, unknown, met = split(verdict.findings)
    counts = [(len(faults), "fault"), (len(waived), "waived"), (len(unknown), "unknown")]
    words = ", ".join(plural(n, w) if w == "fault" else f"{n} {w}" for n, w in counts if n)
    practice = verdict.practice
    title = f"{_GLYPHS[verdict.status]} <b>{practice.number} {escape(practice.id)}</b>"
    title += f": {status_word(verdict.status)}" + (f", {words}" if words else "")
    return _Fold(title, tuple(_finding(f, record) for f in (*faults, *waived, *unknown, *met)))


def _finding(finding: Finding, record: AuditRecord) -> str:
    parts = [f"- **{_label(finding)}** {_message(finding)}"]
    parts += [code(location(finding.place, record))] if finding.place else []
    if finding.credential:
        parts.append(f"would show it: {_short(finding.credential)}")
    if finding.waiver:
        parts.append(f"reason: {_short(finding.waiver)}")
    return "; ".join(parts) + f" <sub>{escape(finding.rule)}</sub>"


def _label(finding: Finding) -> str:
    if finding.outcome is Outcome.FAULT:
        return "waived" if finding.waiver else finding.severity.word
    return str(finding.outcome)


def _message(finding: Finding) -> str:
    named = f" ({', '.join(finding.environments)})" if finding.environments else ""
    return _short(finding.message) + prose(named)


def _short(text: str) -> str:
    return prose(clipped(text, LONGEST_MESSAGE))


def prose(text: str) -> str:
    """The text so that Markdown shows it letter by letter: no markup, mention, link or table cell.

    A zero-width space stops GitHub from notifying people and linking issues and addresses, which
    it would do in rendered text too.
    """
    line = escape(printable(text), quote=False).translate(_PUNCTUATION)
    line = line.replace("@", "@\u200b").replace("\\#", "\\#\u200b")
    return line.replace("://", ":\u200b//").replace("www.", "www\u200b.")


def code(text: str) -> str:
    """The text as a code span, with a fence longer than any inside."""
    line = printable(text)
    fence = "`"
    while fence in line:
        fence += "`"
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"
