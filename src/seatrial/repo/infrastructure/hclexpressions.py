"""One HCL expression: its place, members and references, read when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from seatrial.model.place import Place
from seatrial.repo.infrastructure.hclnodes import (
    arguments,
    inner,
    key_of,
    references,
    text_of,
    walk,
)

if TYPE_CHECKING:
    import tree_sitter

    from seatrial.repo.infrastructure.hclvalues import Value

Locate = Callable[[int, int], Place]
"""Makes a place of a 1-based line and column (`File.place`)."""


class Expression:
    """The right side of an attribute, a member of a tuple or object, an argument of a call."""

    __slots__ = ("_locate", "node")

    def __init__(self, node: tree_sitter.Node, locate: Locate) -> None:
        """Wrap a node of the syntax tree."""
        self.node = node
        self._locate = locate

    def __repr__(self) -> str:
        """Place only, never the content (it may be a secret)."""
        return f"<Expression {self.place}>"

    @property
    def text(self) -> str:
        """The expression as written; it may hold a secret, so it belongs into no message."""
        return text_of(self.node)

    @property
    def place(self) -> Place:
        """Where the expression starts."""
        row, column = self.node.start_point
        return self._locate(row + 1, column + 1)

    @property
    def end_line(self) -> int:
        """1-based last line."""
        return self.place.line + self.node.end_point[0] - self.node.start_point[0]

    @property
    def is_heredoc(self) -> bool:
        """True for `<<EOT`, whose content starts on the next line."""
        return inner(self.node).type == "heredoc_template"

    @property
    def is_literal(self) -> bool:
        """True for one quoted string, number, boolean or heredoc without interpolation."""
        node = inner(self.node)
        return node.type in {"string_lit", "numeric_lit", "bool_lit"} or (
            node.type in {"quoted_template", "heredoc_template"}
            and not any(c.type.startswith("template_i") for c in node.named_children)
        )

    @property
    def references(self) -> tuple[str, ...]:
        """What it refers to, each once: `var.region`, `module.vpc.id`; indexes left out."""
        return tuple(dict.fromkeys(references(self.node)))

    @property
    def constant(self) -> Value:
        """Value without any context; UNRESOLVED where it depends on one (see `Module.resolve`)."""
        from seatrial.repo.infrastructure.hclvalues import Nothing, evaluate

        return evaluate(self.node, Nothing())

    def items(self) -> tuple[Expression, ...]:
        """Members of a tuple `[a, b]`; empty for other kinds."""
        node = inner(self.node)
        members = node.named_children if node.type == "tuple" else []
        return tuple(self._at(m) for m in members if m.type == "expression")

    def pairs(self) -> tuple[tuple[str, Expression], ...]:
        """Members of an object with their keys; a key that is computed is `(...)` as written."""
        node = inner(self.node)
        members = node.named_children if node.type == "object" else []
        elements = (m for m in members if m.type == "object_elem" and m.named_child_count > 1)
        return tuple((key_of(e), self._at(e.named_children[-1])) for e in elements)

    def get(self, key: str) -> Expression | None:
        """Member of an object, None when it is absent or this is no object."""
        return next((value for name, value in self.pairs() if name == key), None)

    def calls(self, *names: str) -> Iterator[tuple[str, tuple[Expression, ...]]]:
        """Yield name and arguments of every function call inside, the outermost first."""
        for node in walk(self.node):
            if node.type == "function_call":
                name = text_of(node.named_children[0])
                if name in names:
                    yield name, tuple(self._at(n) for n in arguments(node))

    def strings(self) -> Iterator[str]:
        """Yield the quoted strings without interpolation and the bare object keys inside."""
        for node in walk(self.node):
            if node.type in {"string_lit", "quoted_template"}:
                literals = [c for c in node.named_children if not c.type.startswith("quoted")]
                if len(literals) == 1 and literals[0].type == "template_literal":
                    yield text_of(literals[0])
            elif node.type == "object_elem":
                yield key_of(node)

    def _at(self, node: tree_sitter.Node) -> Expression:
        return Expression(node, self._locate)
