"""`seatrial practices`."""

from __future__ import annotations

from seatrial.cli.arguments import Parser
from seatrial.cli.screen import Screen
from seatrial.engine import load


def obey(words: list[str], screen: Screen) -> int:
    """List the practices by number."""
    lesson = "`seatrial explain PRACTICE` prints what one of them asks for, and its rules."
    parser = Parser("practices", "Lists the practices that seatrial knows.", lesson)
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
    parser.parse_args(words)
    rows = [("#", "practice", "priority", "effort", "impact", "title")]
    rows += [
        (str(p.number), p.id, p.priority.value, p.effort.value, p.impact.value, p.title)
        for p in load.practices()
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        first, *rest = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        number = first.strip().rjust(widths[0])
        screen.write("  ".join((number, *rest)).rstrip() + "\n")
    return 0
