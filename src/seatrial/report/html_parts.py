"""Pieces of the HTML report: escaped text, badges, places, commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from seatrial.model.finding import Severity
from seatrial.model.place import Place
from seatrial.model.record import AuditRecord
from seatrial.model.verdict import Status
from seatrial.report.phrases import printable

GLYPHS = {
    Status.ABSENT: "✕",
    Status.PARTIAL: "◐",
    Status.PRESENT: "✓",
    Status.PROVEN: "★",
    Status.UNKNOWN: "?",
    Status.NOT_APPLICABLE: "–",  # noqa: RUF001  # an en dash reads as "nothing here"
}
"""A shape for each status, so that colour is never the only sign."""


def safe(text: str) -> str:
    """Text for an element or a quoted attribute."""
    return escape(printable(text))


def words(status: Status) -> str:
    """The status as people write it."""
    return str(status).replace("-", " ")


def badge(status: Status) -> str:
    """Glyph and word in the colour of the status."""
    return (
        f'<span class="badge {status}"><span class="glyph" aria-hidden="true">{GLYPHS[status]}'
        f'</span><span class="word">{words(status)}</span></span>'
    )


def severity(level: Severity) -> str:
    """Word of a severity in its colour."""
    return f'<span class="severity {level.word}">{level.word}</span>'


def place(where: Place, record: AuditRecord) -> str:
    """`path:line`, with the repository's name when there are several."""
    owner = f' <span class="in">in {safe(where.repository)}</span>'
    return (
        f'<span class="place"><code>{safe(where.path)}<span class="line">:{where.line}</span>'
        f"</code>{owner if len(record.repositories) > 1 else ''}</span>"
    )


def command(label: str, line: str) -> str:
    """A command that a reader can copy: by the button that the script adds, or by one click."""
    return (
        f'<div class="command"><span class="label">{label}</span>'
        f'<code tabindex="0">{safe(line)}</code></div>'
    )


def tags(names: Iterable[str]) -> str:
    """Names of environments as small labels."""
    return "".join(f' <span class="tag">{safe(name)}</span>' for name in names)


def paragraphs(text: str) -> str:
    """A rule's text: blank lines part paragraphs; code between backticks is set as code."""
    blocks = [block.strip() for block in text.split("\n\n")]
    return "".join(f"<p>{_code(block)}</p>" for block in blocks if block)


def _code(text: str) -> str:
    lines = text.split("\n")
    pieces = [_spans(line) for line in lines]
    # "Why:" and "Fix:" begin lines of their own.
    return "".join(
        f"{'<br>' if index and _labelled(lines[index]) else ' ' if index else ''}{piece}"
        for index, piece in enumerate(pieces)
    )


def _labelled(line: str) -> bool:
    return line.startswith(("Why:", "Fix:"))


def _spans(line: str) -> str:
    parts: Sequence[str] = line.split("`")
    if len(parts) % 2 == 0:
        return safe(line)
    return "".join(
        f"<code>{safe(part)}</code>" if index % 2 else safe(part)
        for index, part in enumerate(parts)
    )


def message(text: str, limit: int = 2_000) -> str:
    """A finding's message, cut where it is absurdly long, code between backticks set as code."""
    from seatrial.report.phrases import clipped

    return _spans(clipped(printable(text), limit))
