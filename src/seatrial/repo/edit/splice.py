"""Replacing characters of a text, several places at once."""

from __future__ import annotations

from collections.abc import Iterable

Splice = tuple[int, int, str]
"""From here, to there (not included), put this."""


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """Carry out splices that do not overlap; those at the same index in the order given."""
    parts: list[str] = []
    at = 0
    for start, end, new in sorted(splices, key=lambda s: s[0]):
        parts += (text[at:start], new)
        at = max(at, end)
    parts.append(text[at:])
    return "".join(parts)
