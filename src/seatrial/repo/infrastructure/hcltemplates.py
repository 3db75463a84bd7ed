"""HCL's strings and heredocs: literal pieces, escapes, indentation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from seatrial.repo.infrastructure.hclnodes import text_of

if TYPE_CHECKING:
    import tree_sitter

_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def pieces(node: tree_sitter.Node) -> list[str | tree_sitter.Node]:
    """Literal texts, and the nodes of interpolated expressions and directives between them."""
    source, parts, start, end = _frame(node)
    made: list[str | tree_sitter.Node] = []
    strip = False
    for part in parts:
        literal = _literal(node, source[start : part.start_byte - node.start_byte])
        markers = [c for c in part.named_children if c.type == "strip_marker"]
        inside = [c for c in part.named_children if c.type == "expression"]
        before = bool(markers) and bool(inside) and markers[0].start_byte < inside[0].start_byte
        literal = literal.lstrip() if strip else literal
        made.append(literal.rstrip() if before else literal)
        made.append(inside[0] if part.type == "template_interpolation" and inside else part)
        strip = bool(markers) and not (before and len(markers) == 1)
        start = part.end_byte - node.start_byte
    last = _literal(node, source[start:end])
    made.append(last.lstrip() if strip else last)
    return [p for p in made if p != ""] or [""]


def join(node: tree_sitter.Node, parts: Sequence[str | tuple[str]]) -> str:
    """Put pieces together; interpolated texts, which `<<-` leaves alone, come as 1-tuples."""
    if not text_of(node).startswith("<<-"):
        return "".join(p if isinstance(p, str) else p[0] for p in parts)
    # A private-use character stands for what was interpolated until the indentation is gone.
    body = "".join(p.replace(_MARK, "") if isinstance(p, str) else _MARK for p in parts)
    lines = body.split("\n")
    margins = [len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()]
    margin = min(margins, default=0)
    shown = "\n".join(line[margin:] if line.strip() else line.strip(" \t") for line in lines)
    for part in parts:
        if not isinstance(part, str):
            shown = shown.replace(_MARK, part[0].replace(_MARK, ""), 1)
    return shown


_MARK: Final = "\ue000"


def _frame(node: tree_sitter.Node) -> tuple[bytes, list[tree_sitter.Node], int, int]:
    source = node.text or b""
    children = node.named_children
    parts = [c for c in children if c.type in {"template_interpolation", "template_directive"}]
    if node.type != "heredoc_template":
        end = len(source) - 1 if len(source) > 1 and source.endswith(b'"') else len(source)
        return source, parts, 1, end
    start = source.find(b"\n") + 1
    marks = [c for c in children if c.type == "heredoc_identifier"]
    end = marks[-1].start_byte - node.start_byte if len(marks) > 1 else len(source)
    return source, parts, start, max(source.rfind(b"\n", 0, end) + 1, start)


def _literal(node: tree_sitter.Node, raw: bytes) -> str:
    text = raw.decode(errors="replace")
    if node.type == "heredoc_template":
        text = text.replace("\r\n", "\n")
    elif "\\" in text:
        text = unescape(text)
    return text.replace("$${", "${").replace("%%{", "%{") if "{" in text else text


def unescape(text: str) -> str:
    """Resolve the escapes of a quoted string; an unknown one stays as written."""
    made: list[str] = []
    position = 0
    while (found := text.find("\\", position)) >= 0:
        made.append(text[position:found])
        mark = text[found + 1 : found + 2]
        width = {"u": 4, "U": 8}.get(mark, 0)
        digits = text[found + 2 : found + 2 + width]
        if width:
            made.append(_character(digits, text[found : found + 2 + width]))
        else:
            made.append(_ESCAPES.get(mark, "\\" + mark))
        position = found + 2 + width
    return "".join(made) + text[position:]


def _character(digits: str, written: str) -> str:
    try:
        return chr(int(digits, 16))
    except (ValueError, OverflowError):
        return written
