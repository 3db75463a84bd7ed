"""Receivers, routes and the configuration that holds them."""

from __future__ import annotations

from seatrial.model.place import Place
from seatrial.model.struct import struct


@struct(eq=False)
class Receiver:
    """One receiver.

    Attributes:
        integrations: how many ways to people it has.
        placeholder: line of a value that is only a placeholder, None without one.
        clear: line of a webhook or key that stands in plain text, None without one.
    """

    name: str
    place: Place
    integrations: int
    placeholder: Place | None = None
    clear: Place | None = None

    @property
    def reaches(self) -> bool:
        """True when it leads to somebody."""
        return self.integrations > 0 and self.placeholder is None


@struct(eq=False)
class Route:
    """One route of the tree; the root has no matchers."""

    receiver: str
    matchers: tuple[tuple[str, str], ...]
    place: Place
    is_root: bool = False

    @property
    def is_for_heartbeat(self) -> bool:
        """True for a route of the dead man's switch."""
        return any(k == "alertname" and _is_heartbeat(v) for k, v in self.matchers)

    @property
    def is_silent_by_design(self) -> bool:
        """True for alerts that are meant for nobody."""
        return any(k == "alertname" and "InfoInhibitor" in v for k, v in self.matchers)


@struct(eq=False)
class Config:
    """One Alertmanager's (or Grafana's) routes and receivers."""

    receivers: tuple[Receiver, ...]
    routes: tuple[Route, ...]
    place: Place
    environments: tuple[str, ...]

    def receiver(self, name: str) -> Receiver | None:
        """The receiver of a name."""
        return next((r for r in self.receivers if r.name == name), None)

    @property
    def reached(self) -> tuple[Receiver, ...]:
        """Receivers that a route uses and that lead to somebody."""
        used = {r.receiver for r in self.routes}
        return tuple(r for r in self.receivers if r.name in used and r.reaches)


def _is_heartbeat(name: str) -> bool:
    low = name.lower()
    return any(w in low for w in ("watchdog", "deadman", "deadmans", "heartbeat"))


def is_heartbeat(name: str, expression: str) -> bool:
    """True for the alert that always fires."""
    return _is_heartbeat(name) or expression.replace(" ", "") == "vector(1)"
