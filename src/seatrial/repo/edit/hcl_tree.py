"""An HCL text as attributes and blocks with their rows."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from seatrial.model.struct import field, struct
from seatrial.repo.edit.error import Refusal

if TYPE_CHECKING:
    import tree_sitter

Facts = Counter[tuple[tuple[str, ...], str]]
"""How often each attribute (way of blocks, `name = value`) and each block is there."""


@struct
class Part:
    """An attribute or a block.

    Attributes:
        name: name of the attribute, or `type label label` without quotes.
        first, last: 0-based rows, comments above left out.
        value: expression of an attribute, as written.
        end: column behind the last character.
        parts: what a block holds; None for an attribute.
        inside: text between the braces of a block that stands on one row, else empty.
        brace: column of its opening brace.
    """

    name: str
    first: int
    last: int
    value: str = field(default="", repr=False)
    end: int = 0
    parts: tuple[Part, ...] | None = None
    inside: str = ""
    brace: int = 0

    def attribute(self, name: str) -> Part | None:
        """A direct attribute."""
        return next((p for p in self.parts or () if p.name == name and p.parts is None), None)

    def blocks(self, name: str) -> list[Part]:
        """Direct blocks with this header."""
        return [p for p in self.parts or () if p.name == name and p.parts is not None]


def header(text: str) -> str:
    """A header without quotes and with single spaces."""
    return " ".join(word.strip('"') for word in text.split())


def parse(text: str) -> Part:
    """Parse a text; the file is a block without a name.

    Raises:
        Refusal: it is not HCL.
    """
    data = text.encode()
    root = _parser().parse(data).root_node
    if root.has_error:
        raise Refusal("not valid HCL", at=_error_index(root, text))
    body = next((c for c in root.named_children if c.type == "body"), None)
    parts = _parts(body) if body else ()
    return Part("", -1, text.count("\n"), parts=parts)


@cache
def _parser() -> tree_sitter.Parser:
    import tree_sitter
    import tree_sitter_hcl

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))


def _error_index(root: tree_sitter.Node, text: str) -> int:
    node = root
    while not (node.is_error or node.is_missing):
        inside = next((c for c in node.children if c.has_error), None)
        if inside is None:
            break
        node = inside
    return len(text.encode()[: node.start_byte].decode(errors="replace"))


def _parts(body: tree_sitter.Node) -> tuple[Part, ...]:
    return tuple(
        _attribute(node) if node.type == "attribute" else _block(node)
        for node in body.named_children
        if node.type in {"attribute", "block"}
    )


def _text(node: tree_sitter.Node) -> str:
    return (node.text or b"").decode(errors="replace")


def _attribute(node: tree_sitter.Node) -> Part:
    name, value = node.named_children[0], node.named_children[-1]
    row, column = node.end_point
    if column == 0 and row > node.start_point[0]:
        row -= 1
    return Part(_text(name), node.start_point[0], row, _text(value).rstrip("\n"), column)


def _block(node: tree_sitter.Node) -> Part:
    words = [_text(c) for c in node.named_children if c.type in {"identifier", "string_lit"}]
    body = next((c for c in node.named_children if c.type == "body"), None)
    first, last = node.start_point[0], node.end_point[0]
    opening = next(c for c in node.children if c.type in {"block_start", "{"})
    inside = _text(node).partition("{")[2].rpartition("}")[0].strip() if first == last else ""
    return Part(
        header(" ".join(words)),
        first,
        last,
        end=node.end_point[1],
        parts=_parts(body) if body else (),
        inside=inside,
        brace=opening.start_point[1],
    )


def facts(part: Part, way: tuple[str, ...] = ()) -> Facts:
    """What a block holds, all the way down; spaces do not count."""
    found: Facts = Counter()
    for one in part.parts or ():
        if one.parts is None:
            found[way, f"{one.name} = {_loose(one.value)}"] += 1
        else:
            found[way, one.name] += 1
            found += facts(one, (*way, one.name))
    return found


def _loose(value: str) -> str:
    return re.sub(r"\s+", " ", value)


def same_value(one: str, other: str) -> bool:
    """True if two expressions differ only in spaces at line ends and indentation."""
    return _loose(one.strip()) == _loose(other.strip())
