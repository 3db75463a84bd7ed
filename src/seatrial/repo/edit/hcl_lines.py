"""Lines of HCL as `terraform fmt` sees them: brackets, the equals sign, the comment.

What Go's `hclwrite` does is done here for the lines that an edit touches: two spaces for each line
that opens brackets, equals signs of neighbouring lines below each other, comments likewise.
"""

from __future__ import annotations

import re
from typing import Final

from seatrial.model.struct import struct

_TOKEN: Final = re.compile(
    r"""(?P<comment>\#[^\n]*|//[^\n]*|/\*.*?\*/)
    |(?P<heredoc><<-?[ ]*(?P<word>[\w-]+)[^\n]*\n)
    |(?P<quote>")
    |(?P<open>[\[({])
    |(?P<close>[\])}])
    |(?P<equals>(?<![=!<>])=(?![=>]))
    |(?P<newline>\n)
    |(?P<other>[^\s"\[\](){}=\#/<]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_IN_STRING: Final = re.compile(r'\\.|(?P<end>")|(?P<open>[$%]\{)|.', re.DOTALL)
_IN_TEMPLATE: Final = re.compile(r'(?P<quote>")|(?P<open>\{)|(?P<close>\})|.', re.DOTALL)


@struct
class Line:
    """One line; a heredoc belongs to the line that begins it.

    Attributes:
        first, last: 0-based rows.
        net: brackets opened less those closed.
        lead: text in front of the equals sign (or of the comment), without spaces at its end.
        assign: from the equals sign on, without comment; empty if that is no whole expression.
        comment: comment behind something, with its sign.
    """

    first: int
    last: int
    net: int
    lead: str
    assign: str
    comment: str

    @property
    def text(self) -> str:
        """The line with single spaces between its cells."""
        return " ".join(filter(None, (self.lead, self.assign, self.comment)))


def lines_of(text: str) -> list[Line]:
    """Read the lines of a text that ends with a line end."""
    found: list[Line] = []
    at, row = 0, 0
    while at < len(text):
        end, line = _line(text, at, row)
        found.append(line)
        row += text.count("\n", at, end)
        at = end
    return found


def _line(text: str, start: int, row: int) -> tuple[int, Line]:
    at, net, after = start, 0, 0
    equals = comment = -1
    tokens = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup == "newline":
            break
        kind, end = match.lastgroup or "", match.end()
        if kind == "heredoc":
            end = _heredoc_end(text, match)
        elif kind == "quote":
            end = _string_end(text, end)
        if kind == "comment":
            comment = at if tokens else -1
        elif match.group().strip():
            comment = -1
        change = {"open": 1, "close": -1}.get(kind, 0)
        net += change
        if kind == "equals" and equals < 0 and tokens:
            equals = at
        after += change if equals >= 0 else 0
        tokens += bool(match.group().strip())
        at = end
    return at + 1, _cells(text[start:at], start, row, net, equals if not after else -1, comment)


def _cells(text: str, start: int, row: int, net: int, equals: int, comment: int) -> Line:
    end = len(text) if comment < 0 else comment - start
    split = end if equals < 0 else equals - start
    return Line(
        row,
        row + text.count("\n"),
        net,
        text[:split].rstrip(),
        text[split:end].rstrip(),
        text[end:].rstrip(),
    )


def _heredoc_end(text: str, match: re.Match[str]) -> int:
    word = re.escape(match.group("word"))
    end = re.compile(rf"^[ \t]*{word}(?=[^\w-]|$)", re.MULTILINE).search(text, match.end())
    return end.end() if end else len(text)


def _string_end(text: str, at: int) -> int:
    depth = 0
    stack: list[int] = []
    while at < len(text):
        match = (_IN_TEMPLATE if depth else _IN_STRING).match(text, at)
        if match is None:
            break
        at = match.end()
        kind = match.lastgroup
        if kind == "end":
            if not stack:
                return at
            depth = stack.pop()
        elif kind == "quote":
            stack.append(depth)
            depth = 0
        elif kind == "open":
            if match.group() != "{" and not depth:
                stack.append(0)
                depth = 1
            else:
                depth += 1
        elif kind == "close":
            depth -= 1
            if not depth:
                depth = stack.pop() if stack else 0
    return at


def formatted(text: str, depth: int) -> list[str]:
    """Lines of a text with the indentation and alignment that `terraform fmt` gives.

    Args:
        text: whole attributes and blocks.
        depth: how many blocks they stand in.
    """
    opened: list[int] = []
    rows: list[Line] = []
    for line in lines_of(text.replace("\r\n", "\n").rstrip("\n") + "\n"):
        _close(opened, -line.net)
        spaces = "  " * (depth + len(opened))
        if line.net > 0:
            opened.append(line.net)
        lead = line.lead.lstrip()
        rows.append(
            Line(
                line.first, line.last, line.net, (spaces + lead).rstrip(), line.assign, line.comment
            )
        )
    return aligned(rows)


def _close(opened: list[int], count: int) -> None:
    while count > 0 and opened:
        if count >= opened[-1]:
            count -= opened.pop()
        else:
            opened[-1] -= count
            count = 0


def aligned(rows: list[Line]) -> list[str]:
    """Write lines with their equals signs and comments below each other."""
    found = [row.lead for row in rows]
    for chain in _chains([bool(r.assign) for r in rows]):
        widest = max(len(found[i]) for i in chain)
        for i in chain:
            value = re.sub(r"\A=[ \t]*", "= ", rows[i].assign)
            found[i] = f"{found[i]:<{widest}} {value}"
    for chain in _chains([bool(r.comment) for r in rows]):
        widest = max(_width(found[i]) for i in chain)
        for i in chain:
            found[i] += " " * (widest - _width(found[i]) + 1) + rows[i].comment
    return [part for line in found for part in line.split("\n")]


def _width(text: str) -> int:
    return len(text)


def _chains(marks: list[bool]) -> list[list[int]]:
    chains: list[list[int]] = [[]]
    for i, mark in enumerate(marks):
        if mark:
            chains[-1].append(i)
        elif chains[-1]:
            chains.append([])
    return [c for c in chains if c]
