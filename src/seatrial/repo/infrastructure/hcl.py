"""HCL with positions: blocks, attributes and expressions; broken input keeps what parsed.

Built on tree-sitter's grammar, which is tolerant of errors. Structure is read at once, expressions
only when somebody asks, so that a large module costs little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

from seatrial.model.place import Place
from seatrial.model.struct import field, struct
from seatrial.repo.infrastructure.hclexpressions import Expression, Locate
from seatrial.repo.infrastructure.hclnodes import text_of
from seatrial.repo.yaml import Trouble

if TYPE_CHECKING:
    import tree_sitter

__all__ = ["Block", "Document", "Expression", "Locate", "parse"]

MAX_TEXT: Final = 2 * 1024 * 1024
"""Characters of one file that are parsed; a longer one is generated data."""
MAX_NESTING: Final = 60
"""Blocks in blocks that are followed; deeper ones are left out."""


@struct
class Block:
    """A block: `resource "aws_s3_bucket" "logs" { ... }`.

    Attributes:
        type: first word; for what a `dynamic "x"` block makes, `x`.
        labels: the words behind it, without quotes.
        attributes: direct ones, by name.
        blocks: direct ones, in order.
        end_line: 1-based last line.
        repeat: for a dynamic block, its `for_each`.
    """

    type: str
    labels: tuple[str, ...]
    attributes: Mapping[str, Expression] = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)
    place: Place
    end_line: int
    repeat: Expression | None = None

    def attr(self, name: str) -> Expression | None:
        """The attribute, or None."""
        return self.attributes.get(name)

    def children(self, type_: str) -> tuple[Block, ...]:
        """Direct blocks of a type, dynamic ones included."""
        return tuple(b for b in self.blocks if b.type == type_)

    def child(self, type_: str) -> Block | None:
        """First direct block of a type, or None."""
        return next((b for b in self.blocks if b.type == type_), None)

    def walk(self) -> Iterator[Block]:
        """Yield this block and all below it."""
        stack = [self]
        while stack:
            block = stack.pop()
            yield block
            stack.extend(reversed(block.blocks))

    @property
    def address(self) -> str:
        """How Terraform calls it: `aws_db_instance.main`, `data.x.y`, `module.m`, `var.v`."""
        prefix = {"resource": (), "variable": ("var",)}.get(self.type, (self.type,))
        return ".".join((*prefix, *self.labels))


@struct
class Document:
    """One parsed file.

    Attributes:
        attributes: those outside any block (all there is in a tfvars file).
        trouble: where the first error stands; what could be understood is kept.
    """

    blocks: tuple[Block, ...] = ()
    attributes: Mapping[str, Expression] = field(default_factory=dict, repr=False)
    trouble: Trouble | None = None


def parse(text: str, locate: Locate) -> Document:
    """Parse a text; never raises for bad content."""
    if "\n>>>>>>> " in text and "<<<<<<< " in text:
        line = text[: text.index("<<<<<<< ")].count("\n") + 1
        return Document(trouble=Trouble(line, "merge conflict markers", "finish the merge"))
    if len(text) > MAX_TEXT:
        return Document(trouble=Trouble(1, "over 2 Mi characters, left out"))
    root = _parser().parse(text.encode(errors="replace")).root_node
    body = next((c for c in root.named_children if c.type == "body"), None)
    blocks, attributes = _body(body, locate, 0) if body else ((), {})
    return Document(blocks, attributes, _trouble(root) if root.has_error else None)


@cache
def _parser() -> tree_sitter.Parser:
    import tree_sitter
    import tree_sitter_hcl

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))


def _trouble(root: tree_sitter.Node) -> Trouble:
    node = root
    while not (node.is_error or node.is_missing):
        inside = next((c for c in node.children if c.has_error), None)
        if inside is None:
            break
        node = inside
    problem = f"missing {node.type!r}" if node.is_missing else "not valid HCL"
    return Trouble(node.start_point[0] + 1, f"{problem}; the rest of the file was read")


def _body(
    body: tree_sitter.Node, locate: Locate, depth: int
) -> tuple[tuple[Block, ...], dict[str, Expression]]:
    blocks: list[Block] = []
    attributes: dict[str, Expression] = {}
    for node in body.named_children:
        if node.type == "attribute":
            name, value = node.named_children[0], node.named_children[-1]
            if value.type == "expression":
                attributes.setdefault(text_of(name), Expression(value, locate))
        elif node.type == "block" and depth < MAX_NESTING:
            blocks.append(_block(node, locate, depth + 1))
    return tuple(blocks), attributes


def _block(node: tree_sitter.Node, locate: Locate, depth: int) -> Block:
    words = [text_of(c).strip('"') for c in node.named_children if c.type in _WORDS]
    body = next((c for c in node.named_children if c.type == "body"), None)
    blocks, attributes = _body(body, locate, depth) if body else ((), {})
    row, column = node.start_point
    place = locate(row + 1, column + 1)
    end = place.line + node.end_point[0] - row
    kind, labels, repeat = words[0] if words else "", tuple(words[1:]), None
    if kind == "dynamic" and labels:
        content = next((b for b in blocks if b.type == "content"), None)
        kind, labels, repeat = labels[0], (), attributes.get("for_each")
        attributes, blocks = (dict(content.attributes), content.blocks) if content else ({}, ())
    return Block(kind, labels, attributes, blocks, place, end, repeat)


_WORDS: Final = frozenset({"identifier", "string_lit"})
