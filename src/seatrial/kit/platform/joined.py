"""Observations that say the same of several environments are one."""

from __future__ import annotations

from collections.abc import Iterable

from seatrial.model.finding import Observation
from seatrial.model.struct import replace


def joined(observations: Iterable[Observation]) -> list[Observation]:
    """One observation for those that differ only in their environments, order kept."""
    found: dict[Observation, list[str]] = {}
    anywhere: set[Observation] = set()
    for one in observations:
        key = replace(one, environments=())
        names = found.setdefault(key, [])
        names.extend(e for e in one.environments if e not in names)
        if not one.environments:
            anywhere.add(key)
    return [
        replace(key, environments=() if key in anywhere else tuple(names))
        for key, names in found.items()
    ]


def first_of_each(observations: Iterable[Observation]) -> list[Observation]:
    """As `joined`, and the same sentence about further places only where an environment is new."""
    kept: list[Observation] = []
    seen: dict[str, set[str]] = {}
    for one in joined(observations):
        known = seen.setdefault(one.message, set())
        new = set(one.environments) or {""}
        if not new <= known and "" not in known:
            known |= new
            kept.append(one)
    return kept
