"""Which environments an audit speaks of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from seatrial.model.environment import Environment
from seatrial.model.errors import UsageError
from seatrial.model.place import Place
from seatrial.model.struct import replace
from seatrial.repo.environments import environment_of
from seatrial.spec.document import Spec

_ORDER: Final = {"dev": 0, "other": 1, "staging": 2, "production": 3}


def merged(seen: Iterable[Environment], spec: Spec, place: Place) -> tuple[Environment, ...]:
    """What was found and what is declared; a declared tier wins."""
    by_name = {environment.name: environment for environment in seen}
    for declared in spec.environments:
        name = declared.name
        if name not in by_name:
            name = environment_of(name) or name
        known = by_name.get(name, Environment(name, declared.tier))
        here = replace(place, line=declared.line)
        by_name[name] = replace(known, tier=declared.tier, places=(*known.places, here))
    return tuple(sorted(by_name.values(), key=lambda e: _ORDER.get(e.tier, 1)))


def narrowed(
    environments: tuple[Environment, ...], words: tuple[str, ...]
) -> tuple[Environment, ...]:
    """Those that the words name, by name or tier; all of them without a word.

    Raises:
        UsageError: a word names none.
    """
    for word in words:
        if not any(called(e, word) for e in environments):
            known = sorted({name for e in environments for name in (e.name, e.tier)})
            raise UsageError(f"no environment is called {word!r}", hint=_hint(word, known))
    return tuple(e for e in environments if not words or any(called(e, w) for w in words))


def called(environment: Environment, word: str) -> bool:
    """Whether a word of the user (`prod`, `live`) means this environment, by name or tier."""
    return word in {environment.name, environment.tier} or environment_of(word) == environment.name


def _hint(word: str, known: list[str]) -> str:
    import difflib

    if not known:
        return "none was found; name them in seatrial.yaml (`seatrial init` writes one)"
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}?" if close else f"found were {', '.join(known)}"
