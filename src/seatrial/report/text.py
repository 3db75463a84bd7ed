"""The report for a terminal: what would hurt first, the grid, the totals, what to do next."""

from __future__ import annotations

from seatrial.model.record import AuditRecord, Gap
from seatrial.report.ink import BOLD, COMMAND, DIM, Ink, cut, wrapped
from seatrial.report.options import Options
from seatrial.report.phrases import (
    clipped,
    encodable,
    fault_totals,
    location,
    no_gap,
    plural,
    repository_line,
    totals,
    verdicts,
)
from seatrial.report.text_details import details
from seatrial.report.text_grid import grid

NARROWEST, WIDEST = 80, 120
LONGEST_MESSAGE = 600
_MARGIN = 15  # rank, severity and the blanks around them


def render(record: AuditRecord, options: Options) -> str:
    """The whole screen, ending in a line break."""
    width = min(max(options.width, NARROWEST), WIDEST)
    ink = Ink(options.color, options.ascii, width)
    blocks = [_headline(record, ink), grid(record, ink)]
    if options.details or len(record.verdicts) == 1:
        blocks += [details(verdict, record, ink) for verdict in verdicts(record)]
    blocks += [_totals(record, ink), _troubles(record, ink), _notices(record, ink)]
    blocks.append(_next(record, options, ink))
    return encodable("\n\n".join("\n".join(block) for block in blocks if block)) + "\n"


def _headline(record: AuditRecord, ink: Ink) -> list[str]:
    lines = [ink.paint("What would hurt first", BOLD)]
    if not record.worst:
        return [*lines, "", f"  {no_gap(record)}"]
    for rank, gap in enumerate(record.worst, start=1):
        lines += ["", *_gap(rank, gap, record, ink)]
    return lines


def _gap(rank: int, gap: Gap, record: AuditRecord, ink: Ink) -> list[str]:
    finding = gap.finding
    where = f" [{', '.join(finding.environments)}]" if finding.environments else ""
    message = ink.plain(clipped(finding.message, LONGEST_MESSAGE) + where)
    first, *rest = wrapped(message, ink.width - _MARGIN)
    lines = [f"  {rank}  {ink.severity(finding.severity, 8)}  {ink.paint(first, BOLD)}"]
    lines += [" " * _MARGIN + ink.paint(line, BOLD) for line in rest]
    pairs = [("where", ink.plain(location(finding.place, record)) if finding.place else "", "")]
    by_hand = f"by hand: seatrial explain {finding.rule}"
    pairs += [("fix", ink.plain(gap.fix_command or by_hand), COMMAND if gap.fix_command else "")]
    pairs += [("drill", ink.plain(gap.drill_command), COMMAND)]
    for label, value, code in pairs:
        if value:
            shown = ink.paint(value, code) if code else value
            lines.append(" " * _MARGIN + ink.paint(f"{label:<7}", DIM) + shown)
    return lines


def _totals(record: AuditRecord, ink: Ink) -> list[str]:
    lines = [ink.paint(line, BOLD) for line in wrapped(totals(record), ink.width)]
    lines += wrapped(fault_totals(record), ink.width)
    for repository in record.repositories:
        lines.append(ink.paint(cut(ink.plain(repository_line(repository)), ink.width, ""), DIM))
    return lines


def _troubles(record: AuditRecord, ink: Ink) -> list[str]:
    if not record.troubles:
        return []
    count = plural(len(record.troubles), "thing")
    lines = [ink.paint(f"{count} could not be read; what depends on it is unknown", BOLD)]
    for trouble in record.troubles:
        where = f"{location(trouble.place, record)}: " if trouble.place else ""
        lines += _hanging(where + clipped(trouble.message, LONGEST_MESSAGE), ink)
        if trouble.hint:
            lines += _hanging(f"hint: {clipped(trouble.hint, LONGEST_MESSAGE)}", ink, indent=4)
    return lines


def _notices(record: AuditRecord, ink: Ink) -> list[str]:
    lines: list[str] = []
    for notice in record.notices:
        lines += _hanging(f"note: {clipped(notice, LONGEST_MESSAGE)}", ink, indent=0)
    return lines


def _hanging(text: str, ink: Ink, indent: int = 2) -> list[str]:
    first, *rest = wrapped(ink.plain(text), ink.width - indent - 2)
    return [" " * indent + first, *(" " * (indent + 2) + line for line in rest)]


def _next(record: AuditRecord, options: Options, ink: Ink) -> list[str]:
    steps: list[tuple[str, str]] = []
    if record.worst:
        rule = record.worst[0].finding.rule
        steps.append((f"seatrial explain {rule}", "why it matters and what to do"))
    if not options.details and len(record.verdicts) > 1:
        steps.append((f"{options.command} --details", "every finding with its place"))
    page = f"{options.command} --format html --output report.html"
    steps.append((page, "the same, as a page to share"))
    steps = [(ink.plain(command), purpose) for command, purpose in steps]
    column = max(len(command) for command, _ in steps)
    return [
        _step("Next:" if index == 0 else "", command, purpose, column, ink)
        for index, (command, purpose) in enumerate(steps)
    ]


def _step(label: str, command: str, purpose: str, column: int, ink: Ink) -> str:
    line = f"{label:<5} {ink.paint(command, COMMAND)}"
    if 6 + column + 2 + len(purpose) > ink.width:
        return line
    return f"{line}{' ' * (column - len(command))}  {ink.paint(purpose, DIM)}"
