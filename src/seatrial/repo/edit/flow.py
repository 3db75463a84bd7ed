"""Splices in mappings and sequences written with braces: `{a: b}`, `[a, b]`."""

from __future__ import annotations

import re
from typing import Final

from seatrial.repo.edit.error import Refusal
from seatrial.repo.edit.layout import column, line_start, next_line
from seatrial.repo.edit.nodes import Node, skip_gap
from seatrial.repo.edit.splice import Splice

_REST: Final = re.compile(r"[ \t]*(?:#[^\n]*)?(?=\n|\Z)")


def spans(text: str, node: Node) -> list[tuple[int, int]]:
    """From where to where each entry of a flow collection stands.

    Raises:
        Refusal: a mapping without braces (`[a: b]`).
    """
    if text[node.inner : node.inner + 1] not in {"{", "["}:
        raise Refusal("a pair without braces is left alone", at=node.inner)
    if node.kind == "seq":
        return [(i.start, i.end) for i in node.items]
    return [(key.start, _pair_end(text, key, value)) for key, value in node.pairs]


def _pair_end(text: str, key: Node, value: Node) -> int:
    if value.start < value.end:
        return value.end
    colon = skip_gap(text, key.end)
    return colon + 1 if text[colon : colon + 1] == ":" else key.end


def inserted(text: str, node: Node, index: int, new: str) -> list[Splice]:
    """Put a new entry at a position among the others."""
    all_ = spans(text, node)
    if not all_:
        return [(node.inner + 1, node.end - 1, new)]
    indent = " " * column(text, all_[0][0])
    tall = "\n" in text[node.inner : all_[0][0]]
    if not index:
        start = all_[0][0]
        at = line_start(text, start)
        return [(at, at, f"{indent}{new},\n")] if tall else [(start, start, f"{new}, ")]
    end = all_[index - 1][1]
    comma = skip_gap(text, end)
    has_comma = text[comma : comma + 1] == ","
    behind = comma + 1 if has_comma else end
    if tall and _REST.match(text, behind):
        at = next_line(text, behind)
        if has_comma:
            return [(at, at, f"{indent}{new},\n")]
        return [(end, end, ","), (at, at, f"{indent}{new}\n")]
    return [(end, end, f", {new}")]


def dropped(text: str, node: Node, index: int) -> list[Splice]:
    """Take an entry away."""
    all_ = spans(text, node)
    start, end = all_[index]
    if len(all_) == 1:
        return [(node.inner + 1, node.end - 1, "")]
    comma = skip_gap(text, end)
    behind = comma + 1 if text[comma : comma + 1] == "," else end
    if not text[line_start(text, start) : start].strip() and _REST.match(text, behind):
        return [(line_start(text, start), next_line(text, behind), "")]
    if index:
        return [(all_[index - 1][1], end, "")]
    return [(start, all_[1][0], "")]


def put_value(text: str, key: Node | None, value: Node, new: str) -> list[Splice]:
    """Put another value behind a key, or in place of an item."""
    if value.start < value.end:
        anchor = f"&{value.anchor} " if value.anchor else ""
        return [(value.start, value.end, anchor + new)]
    if key is None:
        return [(value.start, value.start, new)]
    colon = skip_gap(text, key.end)
    if text[colon : colon + 1] == ":":
        return [(colon + 1, colon + 1, f" {new}")]
    return [(key.end, key.end, f": {new}")]
