"""The same said of many deliveries is said once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seatrial.kit.platform.gitops import Delivery
from seatrial.model.finding import Observation, fault, met
from seatrial.model.place import Place

_MANY = 5
_NAMED = 3

Said = tuple[Delivery, Place, str]
"""A delivery, the place to mend, and the end of the sentence."""


def faults(said: Iterable[Said]) -> Iterator[Observation]:
    """Yield one fault for each delivery, or one for all where more than five share it."""
    groups: dict[str, list[Said]] = {}
    for one in said:
        groups.setdefault(one[2], []).append(one)
    for text, members in groups.items():
        if len(members) <= _MANY:
            for delivery, place, _ in members:
                yield fault(place, f"{delivery.label} {text}", environments=delivery.environments)
            continue
        labels = list(dict.fromkeys(d.label for d, _, _ in members))
        names = f"{', '.join(labels[:_NAMED])} and {len(labels) - _NAMED} more"
        yield fault(
            members[0][1],
            f"each of {len(labels)} deliveries {text}: {names}",
            environments=_all(members),
            related=tuple(place for _, place, _ in members[1 : _MANY + 1]),
        )


def mets(said: Iterable[Said]) -> Iterator[Observation]:
    """Yield one for each set of environments, naming the first and counting the others."""
    groups: dict[tuple[tuple[str, ...], str], list[Said]] = {}
    for one in said:
        groups.setdefault((one[0].environments, one[2]), []).append(one)
    for (environments, text), members in groups.items():
        more = f" (and {len(members) - 1} more)" if len(members) > 1 else ""
        delivery, place, _ = members[0]
        yield met(place, f"{delivery.label} {text}{more}", environments=environments)


def _all(members: list[Said]) -> tuple[str, ...]:
    if not all(delivery.environments for delivery, _, _ in members):
        return ()
    return tuple(dict.fromkeys(e for delivery, _, _ in members for e in delivery.environments))
