"""Where in a Helm template the part of a rendered object stands, as near as text can tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from seatrial.repo.files import File

if TYPE_CHECKING:
    from seatrial.repo.kubernetes.manifests import Manifest


def template_line(file: File, manifest: Manifest, path: Sequence[str | int]) -> int:
    """1-based line of the template for a path in an object that it rendered.

    Keys are followed downwards as far as they are written in the template; what comes out of a
    value or a named template has the line of the key above it.
    """
    lines = file.lines
    start, end = _document(lines, manifest.kind, manifest.ordinal)
    found = _kind_line(lines, start, end)
    current, above = start, -1
    node = manifest.node
    for step in path:
        node = node.at(step)
        if isinstance(step, str):
            following = _key(lines, step, current, end, above)
        else:
            following = _member(lines, step, node.at("name").text, current, end)
        if following < 0:
            break
        found, above = following, _indent(lines[following])
        # A member's first key stands on the member's own line.
        current = following if isinstance(step, int) else following + 1
    return found + 1


def _document(lines: list[str], kind: str, ordinal: int) -> tuple[int, int]:
    """First line and end of the document that rendered the object, 0-based."""
    named = [i for i, line in enumerate(lines) if _is_kind(line, kind)]
    if not named:
        named = [i for i, line in enumerate(lines) if _is_kind(line, "{{")]
    if not named:
        return 0, len(lines)
    at = named[min(ordinal, len(named) - 1)]
    start = next((i + 1 for i in range(at, -1, -1) if lines[i].startswith("---")), 0)
    end = next((i for i in range(at, len(lines)) if lines[i].startswith("---")), len(lines))
    return start, end


def _is_kind(line: str, kind: str) -> bool:
    key, colon, value = line.partition(":")
    value = value.strip().strip("'\"")
    if not colon or key.strip() != "kind":
        return False
    return value.startswith("{{") if kind == "{{" else value == kind


def _kind_line(lines: list[str], start: int, end: int) -> int:
    first = min(start, max(len(lines) - 1, 0))
    return next((i for i in range(start, end) if lines[i].startswith("kind:")), first)


def _key(lines: list[str], key: str, start: int, end: int, above: int) -> int:
    for index in range(start, end):
        line = lines[index]
        bare = line.lstrip(" -").replace('"', "").replace("'", "")
        if not bare or bare.startswith(("#", "{{")):
            continue
        on_member_line = index == start and line.lstrip().startswith("- ")
        if _indent(line) <= above and not on_member_line:
            return -1
        if bare.startswith(f"{key}:"):
            return index
    return -1


def _member(lines: list[str], number: int, name: str, start: int, end: int) -> int:
    """Line of a list's member: the one with its name, else the one with its number."""
    above = _indent(lines[start - 1]) if 0 < start <= len(lines) else -1
    members: list[int] = []
    for index in range(start, end):
        line, stripped = lines[index], lines[index].strip()
        if not stripped or stripped.startswith(("#", "{{")):
            continue
        if _indent(line) < above or (_indent(line) == above and not stripped.startswith("-")):
            break
        if stripped.startswith("- ") and (
            not members or _indent(line) == _indent(lines[members[0]])
        ):
            members.append(index)
    for index in members:
        if name and lines[index].strip().replace('"', "") == f"- name: {name}":
            return index
    return members[number] if number < len(members) else -1


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
