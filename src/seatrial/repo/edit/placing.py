"""Where a new entry goes, so that two insertions commute.

With a known order: behind the last sibling of lower rank, else in front. Without: at the end, but
sorted into those last siblings that stand in alphabetical order. What is put in leaves that tail
sorted and begun at the same place; so the order of insertions does not show.
"""

from __future__ import annotations

from collections.abc import Sequence


def place(names: Sequence[str], new: str, order: Sequence[str] = ()) -> int:
    """Position of a new key among its siblings.

    Args:
        names: the siblings, as they stand.
        new: the key that comes.
        order: keys in the order in which they shall stand.
    """
    rank = {name: i for i, name in reversed(list(enumerate(order)))}
    own = rank.get(new)
    if own is not None:
        lower = [i for i, name in enumerate(names) if rank.get(name, own) < own]
        return lower[-1] + 1 if lower else 0
    return in_tail([None if name in rank else name for name in names], new)


def in_tail(names: Sequence[str | None], new: str) -> int:
    """Position in the sorted tail; None never belongs to it."""
    at = len(names)
    above: str | None = None
    while at:
        name = names[at - 1]
        if name is None or (above is not None and name >= above) or name < new:
            return at
        above = name
        at -= 1
    return at


def behind_smaller(names: Sequence[str], new: str) -> int:
    """Position behind the last name that is smaller, else in front."""
    smaller = [i for i, name in enumerate(names) if name < new]
    return smaller[-1] + 1 if smaller else 0
