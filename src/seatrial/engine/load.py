"""Finds the practice folders; a folder that is not whole stops the start with its name."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable
from functools import cache
from types import ModuleType
from typing import TypeVar

import seatrial.practices
from seatrial.kit.site import Site
from seatrial.model.errors import SeatrialError, UsageError
from seatrial.model.practice import Check, Practice
from seatrial.model.struct import struct

S = TypeVar("S")


class BrokenPracticeError(SeatrialError):
    """A practice folder lacks a part or contradicts itself: a fault of the installation."""

    def __init__(self, message: str) -> None:
        """Say which folder; the hint is the same for all."""
        super().__init__(message, hint="install seatrial again, or mend that folder")


@struct
class Rules:
    """A practice with its audit: what `engine.audit` runs.

    Attributes:
        settings: the frozen dataclass of the practice's part of `seatrial.yaml`.
        applies: returns an empty string when the practice applies, else what is missing.
        needed_in: returns False for an environment that does not need it.
    """

    practice: Practice
    checks: tuple[Check[object], ...]
    module: ModuleType
    settings: type

    def applies(self, site: Site[object]) -> str:
        """Why the practice does not apply, or an empty string."""
        look = getattr(self.module, "not_applicable", None)
        return str(look(site)) if look else ""

    def needed_in(self, site: Site[object], environment: str) -> bool:
        """Whether this environment needs the practice.

        The audit module's `needed_in` decides; without one, the settings' `required_in` (names or
        tiers). Where no environment is of a required tier, those of an unclear tier need it.
        """
        look = getattr(self.module, "needed_in", None)
        if look:
            return bool(look(site, environment))
        required = getattr(site.settings, "required_in", ())
        if not required or not environment:
            return True
        meant = {e.name for e in site.environments if e.name in required or e.tier in required}
        meant = meant or {e.name for e in site.environments if e.tier == "other"}
        return environment in meant


@cache
def practices() -> tuple[Practice, ...]:
    """All practices by number; imports only each folder's `__init__`."""
    found: list[Practice] = []
    for name in _folders():
        module = importlib.import_module(f"seatrial.practices.{name}")
        practice = getattr(module, "PRACTICE", None)
        if not isinstance(practice, Practice):
            raise BrokenPracticeError(f"practices/{name}: no PRACTICE in its __init__.py")
        if practice.id.replace("-", "_") != name:
            raise BrokenPracticeError(f"practices/{name}: its id is {practice.id!r}")
        found.append(practice)
    found.sort(key=lambda p: p.number)
    numbers = [p.number for p in found]
    if len(set(numbers)) != len(numbers):
        raise BrokenPracticeError(f"two practices share a number: {numbers}")
    return tuple(found)


def _folders() -> list[str]:
    # Not pkgutil: it imports inspect, and that takes longer than to list the folder.
    return sorted(
        entry.name
        for path in seatrial.practices.__path__
        for entry in os.scandir(path)
        if entry.is_dir() and os.path.exists(f"{entry.path}/__init__.py")  # noqa: PTH110 - as above
    )


def select(words: Iterable[str]) -> tuple[Practice, ...]:
    """Practices named by id or number; all of them when there is no word.

    Raises:
        UsageError: a word names no practice.
    """
    wanted = list(words)
    if not wanted:
        return practices()
    by_word = {word: p for p in practices() for word in (p.id, str(p.number))}
    chosen: list[Practice] = []
    for word in wanted:
        if word not in by_word:
            raise UsageError(f"no practice is called {word!r}", hint=_nearest(word, by_word))
        chosen.append(by_word[word])
    return tuple(sorted(set(chosen), key=lambda p: p.number))


def rules(practice: Practice) -> Rules:
    """Import a practice's settings and audit, and nothing else of it."""
    folder = f"seatrial.practices.{practice.id.replace('-', '_')}"
    try:
        module = importlib.import_module(f"{folder}.audit")
    except ImportError as error:
        raise BrokenPracticeError(f"{folder}: {error}") from error
    checks = tuple(value for value in vars(module).values() if isinstance(value, Check))
    for check in checks:
        if check.rule.partition("/")[0] != practice.id:
            raise BrokenPracticeError(f"{folder}: rule {check.rule} is not of this practice")
    return Rules(practice, checks, module, _settings(practice))


def settings_types() -> dict[str, type]:
    """The settings of every practice by its id, for `seatrial.yaml` and its schema."""
    return {practice.id: _settings(practice) for practice in practices()}


def _settings(practice: Practice) -> type:
    folder = f"seatrial.practices.{practice.id.replace('-', '_')}"
    try:
        found = importlib.import_module(f"{folder}.settings").Settings
    except (ImportError, AttributeError) as error:
        raise BrokenPracticeError(f"{folder}: {error}") from error
    if not isinstance(found, type):
        raise BrokenPracticeError(f"{folder}: Settings is no class")
    return found


def _nearest(word: str, known: Iterable[str]) -> str:
    import difflib

    close = difflib.get_close_matches(word, list(known), n=1)
    return f"did you mean {close[0]}?" if close else "see `seatrial practices` for the list"
