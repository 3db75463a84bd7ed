"""Readers of Markdown, reStructuredText and AsciiDoc: headings and code blocks."""

from __future__ import annotations

from typing import Final

from seatrial.model.struct import field, struct
from seatrial.repo.docs.markdown import Block, Heading

Parts = tuple[tuple[Heading, ...], tuple[Block, ...], frozenset[int]]

_UNDERLINES: Final = "=-~^\"'`#*+.:_"
_CODE_DIRECTIVES: Final = ("code-block::", "code::", "sourcecode::", "parsed-literal::", "prompt::")
_MAX_INDENT: Final = 3


@struct(frozen=False)
class _Outline:
    """What was read so far."""

    headings: list[Heading] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    open: list[Heading] = field(default_factory=list)

    def heading(self, level: int, text: str, line: int) -> None:
        made = Heading(level, _plain(text), line)
        self.headings.append(made)
        self.open = [h for h in self.open if h.level < level] + [made]

    def block(self, language: str, line: int, lines: list[str]) -> None:
        path = tuple(h.text for h in self.open)
        self.blocks.append(Block(language.lower(), line, "\n".join(lines), path))

    def parts(self) -> Parts:
        return tuple(self.headings), tuple(self.blocks), frozenset(self.hidden)


def markdown(lines: list[str]) -> Parts:
    """Read Markdown: both kinds of headings, fenced blocks (an unclosed one runs to the end)."""
    outline = _Outline()
    index = _front_matter(lines, outline)
    while index < len(lines):
        line = lines[index]
        text = line.lstrip(" >")
        fence = _fence(text)
        if fence:
            index = _fenced(lines, index, fence, outline)
            continue
        if "<!--" in line and not text.startswith("#"):
            index = _comment(lines, index, outline)
            continue
        level = len(text) - len(text.lstrip("#"))
        if 0 < level <= 6 and text[level : level + 1] in {" ", "\t"}:  # noqa: PLR2004 # h1 to h6
            outline.heading(level, text[level:].strip().rstrip("#"), index + 1)
        elif _underlined(lines, index):
            outline.heading(1 if lines[index + 1].strip()[0] == "=" else 2, text, index + 1)
            outline.hidden.add(index + 2)
            index += 1
        index += 1
    return outline.parts()


def _front_matter(lines: list[str], outline: _Outline) -> int:
    if lines and lines[0].rstrip() == "---":
        for index in range(1, len(lines)):
            if lines[index].rstrip() == "---":
                outline.hidden.update(range(1, index + 2))
                return index + 1
    return 0


def _fence(text: str) -> str:
    """The fence that opens a block here, in its whole length; empty without one."""
    text = text.removeprefix("- ").removeprefix("* ").lstrip()
    for mark in ("`", "~"):
        length = len(text) - len(text.lstrip(mark))
        if length >= 3 and (mark == "~" or "`" not in text[length:]):  # noqa: PLR2004 # ``` or ~~~
            return mark * length
    return ""


def _fenced(lines: list[str], index: int, fence: str, outline: _Outline) -> int:
    opening = lines[index]
    indent = opening.index(fence)
    info = opening[indent + len(fence) :].strip()
    language = info.lstrip("{.").partition(" ")[0].partition("{")[0].partition(",")[0].rstrip("}")
    end = index + 1
    while end < len(lines):
        text = lines[end].lstrip(" >\t").rstrip()
        if len(text) >= len(fence) and not text.strip(fence[0]):
            break
        end += 1
    prefix = opening[:indent] if ">" in opening[:indent] else " " * indent
    content = [_dedented(line, prefix) for line in lines[index + 1 : end]]
    outline.block(language, index + 2, content)
    outline.hidden.update(range(index + 1, end + 2))
    return end + 1


def _dedented(line: str, prefix: str) -> str:
    if ">" in prefix:
        return line.removeprefix(prefix) if line.startswith(prefix) else line.lstrip("> ")
    spaces = len(line) - len(line.lstrip(" "))
    return line[min(spaces, len(prefix)) :]


def _comment(lines: list[str], index: int, outline: _Outline) -> int:
    end = index
    tail = lines[index].partition("<!--")[2]
    while "-->" not in tail and end + 1 < len(lines):
        end += 1
        tail = lines[end]
    if end > index or lines[index].strip().startswith("<!--"):
        outline.hidden.update(range(index + 1, end + 2))
    return end + 1


def _underlined(lines: list[str], index: int) -> bool:
    text = lines[index]
    if not text.strip() or index + 1 >= len(lines) or text.lstrip()[0] in "|-*+>=":
        return False
    under = lines[index + 1].rstrip()
    indent = len(text) - len(text.lstrip())
    return (
        len(under) > 1
        and under.strip("=-") == ""
        and len(set(under)) == 1
        and indent <= _MAX_INDENT
    )


def rst(lines: list[str]) -> Parts:
    """Read reStructuredText: underlined titles, code directives and `::` blocks."""
    outline = _Outline()
    levels: list[str] = []
    index = 0
    while index < len(lines):
        text = lines[index].strip()
        under = lines[index + 1].rstrip() if index + 1 < len(lines) else ""
        if text and _is_line(under) and len(under) >= len(text) - 1 and not _is_line(text):
            over = index > 0 and lines[index - 1].rstrip() == under
            mark = under[0] + ("o" if over else "")
            if mark not in levels:
                levels.append(mark)
            outline.heading(levels.index(mark) + 1, text, index + 1)
            index += 2
            continue
        directive = text.removeprefix(".. ").startswith(_CODE_DIRECTIVES)
        if (text.startswith(".. ") and directive) or (text.endswith("::") and text[:2] != ".."):
            language = text.rpartition("::")[2].strip() if directive else ""
            index = _indented(lines, index, language, outline)
            continue
        index += 1
    return outline.parts()


def _is_line(text: str) -> bool:
    return len(text) > 1 and len(set(text)) == 1 and text[0] in _UNDERLINES


def _indented(lines: list[str], index: int, language: str, outline: _Outline) -> int:
    own = len(lines[index]) - len(lines[index].lstrip())
    start = index + 1
    while start < len(lines) and (not lines[start].strip() or lines[start].strip()[0] == ":"):
        start += 1
    end = start
    while end < len(lines) and (
        not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > own
    ):
        end += 1
    content = lines[start:end]
    while content and not content[-1].strip():
        content.pop()
    if content:
        width = min(len(c) - len(c.lstrip()) for c in content if c.strip())
        outline.block(language, start + 1, [c[width:] for c in content])
        outline.hidden.update(range(start + 1, start + len(content) + 1))
    return max(end, index + 1)


def asciidoc(lines: list[str]) -> Parts:
    """Read AsciiDoc: `=` headings, `----` and `....` blocks with their `[source,x]`."""
    outline = _Outline()
    language = ""
    index = 0
    while index < len(lines):
        text = lines[index].rstrip()
        level = len(text) - len(text.lstrip("="))
        if text.startswith("[source"):
            language = text.strip("[]").partition(",")[2].partition(",")[0].strip()
        elif text[:4] in {"----", "....", "```"} or text.startswith("```"):
            end = next(
                (i for i in range(index + 1, len(lines)) if lines[i].rstrip() == text[:4]), 0
            )
            end = end or len(lines)
            outline.block(language, index + 2, lines[index + 1 : end])
            outline.hidden.update(range(index + 1, end + 2))
            index, language = end, ""
        elif level and text[level : level + 1] == " ":
            outline.heading(level, text[level:].strip(), index + 1)
        index += 1
    return outline.parts()


def _plain(text: str) -> str:
    out = text.strip()
    while "](" in out and ")" in out.partition("](")[2]:
        head, _, tail = out.partition("](")
        before, _, label = head.rpartition("[")
        out = before + label + tail.partition(")")[2]
    return out.strip("*_` ")
