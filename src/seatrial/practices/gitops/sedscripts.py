"""Which lines a `sed` or `yq` expression would change, without running it and without a trap.

The script is somebody else's text: only expressions that cannot run away are tried, on short lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.repo.files import File
from seatrial.repo.yaml import Node

_MAX_PATTERN: Final = 120
_MAX_LINE: Final = 200
_MAX_STARS: Final = 3
_PARTS: Final = 3
_KEYS: Final = ("tag", "newTag", "image", "version", "digest")


def changed_tags(program: str, script: str, file: File) -> tuple[tuple[str, int], ...]:
    """Dotted path and line of every image tag that an expression would change in a YAML file."""
    if program == "sed":
        lines = {n for one in script.split("\n") for n in _sed_lines(one, file)}
    elif program == "yq" and ".." in script.replace("...", "") and ".tag" in script:
        lines = {node.line for _, node in _tags(file)}
    else:
        return ()
    return tuple((path, node.line) for path, node in _tags(file) if node.line in lines)


def _tags(file: File) -> Iterator[tuple[str, Node]]:
    """Yield the scalars that name an image's tag, with their dotted paths."""
    for document in file.yaml.documents:
        for path, node in document.walk():
            if node.kind == "scalar" and path and path[-1] in _KEYS and node.text:
                image = path[-1] != "image" or ":" in node.text
                if image and path[-1] != "version":
                    yield ".".join(str(step) for step in path), node


def _sed_lines(script: str, file: File) -> Iterator[int]:
    pattern = _pattern(script)
    if pattern is None:
        return
    for number, line in enumerate(file.lines, 1):
        if len(line) <= _MAX_LINE and pattern.search(line):
            yield number


def _pattern(script: str) -> re.Pattern[str] | None:
    """The pattern of `s/pattern/replacement/`; None for addresses and what is not safe to try."""
    script = script.strip()
    if len(script) < _PARTS or script[0] != "s" or script[1].isalnum() or script[1] in "\\\n":
        return None
    written = script[2:].split(script[1])
    if len(written) < _PARTS - 1:
        return None
    pattern = written[0]
    while pattern.endswith("\\") and len(written) > _PARTS:
        written = [f"{pattern[:-1]}{script[1]}{written[1]}", *written[2:]]
        pattern = written[0]
    return _compiled(pattern)


def _compiled(pattern: str) -> re.Pattern[str] | None:
    if len(pattern) > _MAX_PATTERN or "$" in pattern[:-1] or "`" in pattern:
        # A variable in the pattern: what it matches is known only in the run.
        return None
    # Groups of both dialects are dropped: they do not change which line matches.
    plain = pattern.replace("\\(", "").replace("\\)", "").replace("(", "").replace(")", "")
    plain = plain.replace("\\+", "+").replace("\\?", "?").replace("\\{", "{").replace("\\}", "}")
    plain = plain.replace("[[:space:]]", "\\s").replace("[:space:]", " ").replace("|", "\\|")
    loops = plain.count("*") + plain.count("+") + plain.count("{")
    grouped = any(f"){mark}" in pattern for mark in "*+{?")
    if loops > _MAX_STARS or grouped:
        return None
    try:
        return re.compile(plain)
    except (re.error, OverflowError, RecursionError):
        return None
