"""The same fault in three environments is one observation with three names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seatrial.model.place import Place

Seen = tuple[Place, str, tuple[str, ...]]


def spread(items: Iterable[Seen]) -> Iterator[Seen]:
    """Join what has the same place and message; one that is tied to no environment swallows all."""
    found: dict[tuple[Place, str], list[tuple[str, ...]]] = {}
    for place, message, environments in items:
        found.setdefault((place, message), []).append(environments)
    for (place, message), all_ in found.items():
        names = () if any(not e for e in all_) else tuple(dict.fromkeys(n for e in all_ for n in e))
        yield place, message, names


def named(names: Iterable[str], limit: int = 3) -> str:
    """`a, b and 3 more`, for messages."""
    unique = list(dict.fromkeys(names))
    shown = ", ".join(unique[:limit])
    return f"{shown} and {len(unique) - limit} more" if len(unique) > limit else shown
