"""Edits of text by whole lines: for templates, code and lists of names."""

from __future__ import annotations

from seatrial.model.edit import EnsureLine, InsertText, ReplaceText, TextEdit
from seatrial.repo.edit.error import Refusal
from seatrial.repo.edit.placing import in_tail


def edit_text(text: str, edit: TextEdit) -> str:
    """Carry out one edit.

    Args:
        text: with bare line feeds; ends with one unless it is empty.
        edit: what shall be true.

    Raises:
        Refusal: an anchor is missing, or not the only one.
    """
    lines = text.split("\n")[:-1]
    if isinstance(edit, EnsureLine):
        return _joined(_ensured(lines, edit.line))
    if isinstance(edit, InsertText):
        return _joined(_inserted(lines, edit))
    return _joined(_replaced(lines, edit))


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n") if text else []


def _ensured(lines: list[str], line: str) -> list[str]:
    if line in {one.rstrip() for one in lines} or line in lines:
        return lines
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    names = [None if not one.strip() or one[0] in "#!" else one.rstrip() for one in lines[:end]]
    at = end if line[:1] in {"#", "!"} else in_tail(names, line)
    return [*lines[:at], line, *lines[at:]]


def _inserted(lines: list[str], edit: InsertText) -> list[str]:
    new = _lines(edit.text)
    if _places(lines, _lines(edit.there or edit.text)):
        return lines
    if edit.after:
        anchor = _lines(edit.after)
        at = _anchor(lines, anchor, edit.behind) + len(anchor)
        while at < len(lines) and any(_is_like(lines[at], one) for one in edit.past):
            at += 1
    elif edit.before:
        at = _anchor(lines, _lines(edit.before), edit.behind)
    else:
        at = len(lines)
    return [*lines[:at], *new, *lines[at:]]


def _anchor(lines: list[str], wanted: list[str], behind: str) -> int:
    if not behind:
        return _only(lines, wanted)
    start = _only(lines, _lines(behind))
    found = [i for i in _places(lines, wanted) if i > start]
    if not found:
        raise Refusal(_complaint(wanted, 0))
    return found[0]


def _replaced_behind(lines: list[str], edit: ReplaceText) -> list[str]:
    old, new = _lines(edit.old), _lines(edit.new)
    start = _only(lines, _lines(edit.behind))
    before = next((i for i in _places(lines, old) if i > start), len(lines))
    done = next((i for i in _places(lines, new) if i > start), len(lines))
    if done < len(lines) and done <= before:
        return lines
    if before == len(lines):
        if edit.optional:
            return lines
        raise Refusal(_complaint(old, 0), at=-1)
    return [*lines[:before], *new, *lines[before + len(old) :]]


def _is_like(line: str, pattern: str) -> bool:
    """True for that line; a pattern that ends with `*` means every line that begins so."""
    return line.startswith(pattern[:-1]) if pattern.endswith("*") else line == pattern


def _replaced(lines: list[str], edit: ReplaceText) -> list[str]:
    if edit.behind:
        return _replaced_behind(lines, edit)
    old, new = _lines(edit.old), _lines(edit.new)
    done = _places(lines, new) if new else []
    covered = {i for place in done for i in range(place, place + len(new))}
    found = [i for i in _places(lines, old) if not covered.issuperset(range(i, i + len(old)))]
    if not found and (done or not new or edit.optional):
        return lines
    if len(found) != 1:
        raise Refusal(_complaint(old, len(found)), at=-1)
    at = found[0]
    return [*lines[:at], *new, *lines[at + len(old) :]]


def _places(lines: list[str], wanted: list[str]) -> list[int]:
    if not wanted:
        return []
    size = len(wanted)
    return [
        i
        for i in range(len(lines) - size + 1)
        if lines[i] == wanted[0] and lines[i : i + size] == wanted
    ]


def _only(lines: list[str], wanted: list[str]) -> int:
    found = _places(lines, wanted)
    if len(found) != 1:
        raise Refusal(_complaint(wanted, len(found)))
    return found[0]


def _complaint(wanted: list[str], count: int) -> str:
    shown = wanted[0].strip() if wanted else ""
    how = "are not there" if not count else f"are there {count} times"
    return f"the lines that begin with {shown!r} {how}"
