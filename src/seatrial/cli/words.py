"""Words after a verb: a practice's id or number, else the path of a repository."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from seatrial.engine import load
from seatrial.model.errors import UsageError
from seatrial.model.struct import struct


@struct
class Words:
    """What the words mean."""

    practices: tuple[str, ...]
    paths: tuple[Path, ...]


def sort_words(words: Iterable[str]) -> Words:
    """Tell practices from paths; a folder that is called like a practice is written `./rollback`.

    Raises:
        UsageError: a word is neither.
    """
    known = {word: p for p in load.practices() for word in (p.id, str(p.number))}
    chosen: list[str] = []
    paths: list[Path] = []
    for word in words:
        if word in known:
            chosen.append(known[word].id)
        elif _is_path(word):
            paths.append(Path(word))
        else:
            raise UsageError(f"{word!r} is neither a practice nor a folder", hint=_hint(word))
    return Words(tuple(dict.fromkeys(chosen)), tuple(paths))


def nearest_practice(word: str) -> str:
    """The practice that was probably meant, or an empty string."""
    import difflib

    ids = [practice.id for practice in load.practices()]
    simple = word.lower().replace("_", "-").rstrip("/")
    close = difflib.get_close_matches(simple, ids, n=1, cutoff=0.6)
    return close[0] if close else next((i for i in ids if simple and simple in i.split("-")), "")


def _is_path(word: str) -> bool:
    if os.path.lexists(word) or word.startswith((".", "~")):
        return True
    # A word with a slash is a path even where it does not exist, unless it is a rule.
    head = word.partition("/")[0]
    return os.sep in word and head not in {practice.id for practice in load.practices()}


def _hint(word: str) -> str:
    practice, slash, rule = word.partition("/")
    if slash and rule:
        return f"`seatrial explain {word}` shows a rule; audit takes the practice: {practice}"
    near = nearest_practice(word)
    if near:
        return f"did you mean {near}?"
    return "name a repository's folder, or a practice (`seatrial practices` lists them)"
