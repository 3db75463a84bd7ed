"""Ink of the text report: colours, glyphs, widths, wrapping."""

from __future__ import annotations

from seatrial.model.finding import Severity
from seatrial.model.struct import struct
from seatrial.model.verdict import Status
from seatrial.report.phrases import printable, status_word

_GLYPHS = {
    Status.ABSENT: ("✗", "x", "31"),
    Status.PARTIAL: ("◐", "~", "33"),
    Status.PRESENT: ("✓", "+", "32"),
    Status.PROVEN: ("★", "*", "1;32"),
    Status.UNKNOWN: ("?", "?", "35"),
    Status.NOT_APPLICABLE: ("–", "-", "2"),  # noqa: RUF001  # an en dash reads as "nothing here"
}
_SEVERITIES = {
    Severity.CRITICAL: "1;31",
    Severity.HIGH: "31",
    Severity.MEDIUM: "33",
    Severity.LOW: "36",
    Severity.INFO: "2",
}
BOLD = "1"
DIM = "2"
COMMAND = "36"


@struct
class Ink:
    """How to write on this terminal.

    Attributes:
        color: whether ANSI colours may be written.
        ascii: whether nothing but ASCII may be written.
        width: columns that a line may fill; a path or a command is never broken to keep it.
    """

    color: bool
    ascii: bool
    width: int

    def plain(self, text: str) -> str:
        """The text on one line, in characters that this terminal has."""
        line = harmless(printable(text).replace("##[", "# #["))
        if not self.ascii or line.isascii():
            return line
        return line.encode("ascii", "backslashreplace").decode()

    def paint(self, text: str, code: str) -> str:
        """The text in a colour, where colours may be written."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and text else text

    def glyph(self, status: Status) -> str:
        """One painted character for a status."""
        mark, fallback, code = _GLYPHS[status]
        return self.paint(fallback if self.ascii else mark, code)

    def status(self, status: Status, width: int = 0) -> str:
        """Glyph and word of a status, filled up to `width` columns."""
        mark, fallback, code = _GLYPHS[status]
        text = f"{fallback if self.ascii else mark} {status_word(status)}"
        return self.paint(text, code) + " " * (width - len(text))

    def severity(self, severity: Severity, width: int = 0) -> str:
        """Word of a severity in capitals, filled up to `width` columns."""
        word = severity.word.upper()
        return self.paint(word, _SEVERITIES[severity]) + " " * (width - len(word))

    @property
    def ellipsis(self) -> str:
        """What stands for text that was cut."""
        return "..." if self.ascii else "…"


def harmless(line: str) -> str:
    """A line that a CI runner does not take for a command; GitHub's begin with two colons."""
    return f"\\{line}" if line.startswith("::") else line


def columns(text: str) -> int:
    """Columns that a text fills on a terminal."""
    if text.isascii():
        return len(text)
    import unicodedata

    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 for c in text)


def filled(text: str, width: int) -> str:
    """The text with blanks up to `width` columns."""
    return text + " " * (width - columns(text))


def cut(text: str, width: int, ellipsis: str) -> str:
    """The text cut to `width` columns."""
    if columns(text) <= width:
        return text
    short = text[: max(width - len(ellipsis), 1)]
    while len(short) > 1 and columns(short) > width - len(ellipsis):
        short = short[:-1]
    return short.rstrip() + ellipsis


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns, broken at blanks; only what has none is broken inside."""
    lines: list[str] = []
    line = ""
    for word in _pieces(text, width):
        longer = f"{line} {word}" if line else word
        if line and columns(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [harmless(line) for line in [*lines, line]]


def _pieces(text: str, width: int) -> list[str]:
    pieces: list[str] = []
    for word in text.split(" "):
        rest = word
        while columns(rest) > width:
            end = width
            while columns(rest[:end]) > width:
                end -= 1
            pieces.append(rest[:end])
            rest = rest[end:]
        pieces.append(rest)
    return pieces
