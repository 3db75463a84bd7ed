"""Facts of live systems, for the `needs` of the chosen practices."""

from __future__ import annotations

from collections.abc import Iterable

from seatrial.model.fact import FactKey, Facts


def collect(needs: Iterable[FactKey]) -> Facts:
    """Read what can be read: offline, that is nothing, and each key says what would show it."""
    del needs  # no reader exists yet; `Facts.get` answers with the credential that is missing
    return Facts({})
