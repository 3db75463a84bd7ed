"""The living path that a dead value was most likely meant to be."""

from __future__ import annotations

from typing import Final

from seatrial.kit.platform.template_paths import NamedPaths, Path

_CLOSE: Final = 0.8
_STEPS: Final = 2


class Hints:
    """Looks for the living path that a dead one was meant to be."""

    def __init__(self, named: NamedPaths, living: set[Path]) -> None:
        self._paths = sorted({p for p in named.all if p} | living)
        self._by_words: dict[tuple[str, ...], Path] = {}
        for path in self._paths:
            self._by_words.setdefault(_words(path), path)
        self._texts = {".".join(p).lower(): p for p in self._paths}

    def __call__(self, path: Path) -> str | None:
        """The living path, or None when none is near."""
        same = self._by_words.get(_words(path))
        if same is not None and same != path:
            return ".".join(same)
        part = self._part(path)
        if part is not None:
            return part
        tail = self._tail(path)
        if tail is not None:
            return tail
        text = ".".join(path).lower()
        import difflib

        close = difflib.get_close_matches(text, list(self._texts), n=1, cutoff=_CLOSE)
        return ".".join(self._texts[close[0]]) if close else None

    def _tail(self, path: Path) -> str | None:
        """A living path that the dead one ends in, or the only one with the same last two steps."""
        living = set(self._paths)
        whole = next((path[n:] for n in range(1, len(path) - 1) if path[n:] in living), None)
        if whole is not None:
            return ".".join(whole)
        ends = [p for p in self._paths if len(p) > _STEPS and p[-_STEPS:] == path[-_STEPS:]]
        return ".".join(ends[0]) if len(ends) == 1 and len(path) > _STEPS else None

    def _part(self, path: Path) -> str | None:
        """A living path made of some of the words, with the others behind it."""
        words = _words(path)
        best: Path = ()
        for other in self._paths:
            if len(other) > max(len(best), 1) and len(other) < len(path):
                inside = set(_words(other)) <= set(words)
                best = other if inside and path[: len(other)] != other else best
        if not best:
            return None
        used = set(_words(best))
        made = (*best, *(s for s in path if _words((s,))[0] not in used))
        # `postgresql.image.tag` is not `image.tag.postgresql`: what is set must stay last.
        return ".".join(made) if made[-1] == path[-1] else None


def _words(path: Path) -> tuple[str, ...]:
    return tuple(sorted(step.replace("_", "").replace("-", "").lower() for step in path))
