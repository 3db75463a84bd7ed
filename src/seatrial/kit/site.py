"""The site: everything that a check may look at, frozen."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from functools import wraps
from typing import Generic, TypeVar, cast

from seatrial.model.environment import Environment
from seatrial.model.fact import Facts
from seatrial.model.struct import field, struct
from seatrial.repo.repository import Repository

S_co = TypeVar("S_co", covariant=True)
T = TypeVar("T")


@struct(eq=False)
class Site(Generic[S_co]):
    """What an audit looks at.

    Attributes:
        repo: the repositories, as one view over all of them.
        settings: this practice's part of `seatrial.yaml`, defaults filled in.
        environments: the environments that were found or declared; may be empty.
        facts: what was read from live systems; offline every key is missing.
        now: the time of the audit.
        memory: results that several checks share, see `once`.
    """

    repo: Repository
    settings: S_co
    environments: tuple[Environment, ...]
    facts: Facts
    now: datetime
    memory: dict[Hashable, object] = field(default_factory=dict)

    def tier(self, *tiers: str) -> tuple[str, ...]:
        """Names of the environments of these tiers."""
        return tuple(e.name for e in self.environments if e.tier in tiers)

    @property
    def production(self) -> tuple[str, ...]:
        """Names of the production environments."""
        return self.tier("production")


def once(look: Callable[[Site[object]], T]) -> Callable[[Site[object]], T]:
    """Make a function of the site run once per audit, whichever checks ask."""

    @wraps(look)
    def cached(site: Site[object]) -> T:
        if look not in site.memory:
            site.memory[look] = look(site)
        return cast("T", site.memory[look])

    return cached
