"""What a plan leaves to people because its audit's rule has no mechanical remedy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from seatrial.kit.site import Site
from seatrial.model.change import Leave
from seatrial.model.finding import Outcome
from seatrial.model.practice import Check

S = TypeVar("S")


def left_to_people(site: Site[S], *checks: Check[Site[S]]) -> Iterator[Leave]:
    """Every fault of these checks as a sentence: what is wrong, and how to mend it."""
    for check in checks:
        remedy = " ".join(check.doc.partition("Fix: ")[2].split()).rstrip(".")
        for seen in check.look(site):
            if seen.outcome is Outcome.FAULT:
                yield Leave(f"{seen.message}; by hand: {remedy}", seen.place)
