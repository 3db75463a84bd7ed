"""Facts that were read of the repositories at their host, by the root that each belongs to."""

from __future__ import annotations

from typing import TypeVar

from seatrial.kit.site import Site
from seatrial.model.fact import FactKey, Known
from seatrial.systems.github.facts import Hosted

T = TypeVar("T")


def hosted(site: Site[object], key: FactKey, kind: type[T]) -> dict[str, tuple[str, T]]:
    """What a fact says of each root that it could be read of: `owner/name` and the value."""
    fact = site.facts.get(key)
    if not isinstance(fact, Known) or not isinstance(fact.value, tuple):
        return {}
    return {
        one.root: (one.slug, one.value)
        for one in fact.value
        if isinstance(one, Hosted) and isinstance(one.value, kind)
    }
