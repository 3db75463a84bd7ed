"""Values of HCL expressions, as far as files tell them: what depends on a run is UNRESOLVED."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from seatrial.repo.infrastructure import hclfunctions
from seatrial.repo.infrastructure.hclnodes import arguments, inner, key_of, operands, text_of
from seatrial.repo.infrastructure.hcltemplates import join, pieces
from seatrial.repo.infrastructure.hclunknown import UNRESOLVED, Unresolved, Value, is_small, kind_of

if TYPE_CHECKING:
    import tree_sitter

    from seatrial.repo.infrastructure.hclexpressions import Expression

__all__ = ["UNRESOLVED", "Names", "Nothing", "Unresolved", "Value", "evaluate", "render"]

MAX_DEPTH: Final = 80
"""Nesting of an expression that is followed."""
_MAX_DIGITS: Final = 19
_MAX_NUMBER: Final = 10**18
_BINARY: Final = 2


class Names(Protocol):
    """What a name means where the expression stands."""

    def lookup(self, head: str, name: str) -> Value:
        """Value of `head.name` (`var.x`, `local.y`), UNRESOLVED when it is not known."""
        ...

    def read(self, path: str) -> str | None:
        """Text of a file of the repository, None when there is none."""
        ...


class Nothing:
    """A context in which no name is known."""

    def lookup(self, head: str, name: str) -> Value:
        """Know nothing."""
        del head, name
        return UNRESOLVED

    def read(self, path: str) -> str | None:
        """Read nothing."""
        del path
        return None


def evaluate(node: tree_sitter.Node, names: Names) -> Value:
    """Value of an expression; lists and objects may hold UNRESOLVED members. Never raises."""
    try:
        return _Evaluation(names).of(node, 0)
    except (ArithmeticError, ValueError, TypeError, IndexError, RecursionError):
        return UNRESOLVED


def render(expression: Expression, names: Names) -> tuple[str, bool]:
    """Text of a template, and whether it is whole.

    Interpolations that cannot be resolved stay as written (`${...}`); another expression is its
    value, an object or list its JSON, or what stands there as `${...}`.
    """
    node = inner(expression.node)
    if node.type in {"string_lit", "quoted_template", "heredoc_template"}:
        parts = [p if isinstance(p, str) else (p, evaluate(p, names)) for p in pieces(node)]
        whole = all(isinstance(p, str) or _text(p[1]) is not None for p in parts)
        shown = [p if isinstance(p, str) else (_shown(*p),) for p in parts]
        return join(node, shown), whole
    value = evaluate(expression.node, names)
    if isinstance(value, list | dict):
        return hclfunctions.encode(value)
    text = _text(value)
    return (text, True) if text is not None else ("${" + expression.text + "}", False)


def _shown(node: tree_sitter.Node, value: Value) -> str:
    text = _text(value)
    if text is not None:
        return text
    written = text_of(node)
    return written if written.startswith("%{") else "${" + written.replace("\n", " ") + "}"


def _text(value: Value) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return (
        f"{value:.17g}"
        if isinstance(value, float)
        else str(value)
        if kind_of(value) == "number"
        else None
    )


class _Evaluation:
    """Evaluates nodes of one expression."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def of(self, node: tree_sitter.Node, depth: int) -> Value:
        if depth > MAX_DEPTH:
            return UNRESOLVED
        node = inner(node)
        method = _METHODS.get(node.type)
        return method(self, node, depth + 1) if method else UNRESOLVED

    def group(self, node: tree_sitter.Node, depth: int) -> Value:
        groups = operands(node)
        return self.operand(groups[0], depth) if len(groups) == 1 else UNRESOLVED

    def operand(self, nodes: list[tree_sitter.Node], depth: int) -> Value:
        first, steps = nodes[0], nodes[1:]
        if first.type == "variable_expr":
            if not steps or steps[0].type != "get_attr":
                return UNRESOLVED
            value = self.names.lookup(text_of(first), text_of(steps[0].named_children[-1]))
            steps = steps[1:]
        else:
            value = self.of(first, depth)
        for step in steps:
            value = self._step(value, step, depth)
        return value

    def _step(self, value: Value, step: tree_sitter.Node, depth: int) -> Value:
        if step.type == "get_attr":
            key: Value = text_of(step.named_children[-1])
        elif step.type == "index":
            index = step.named_children[0]
            legacy = index.type == "legacy_index"
            key = int(text_of(index)[1:]) if legacy else self.of(index.named_children[0], depth)
        else:
            return UNRESOLVED
        return hclfunctions.member(value, key)

    def string(self, node: tree_sitter.Node, depth: int) -> Value:
        parts = pieces(node)
        if len(parts) == 1 and not isinstance(parts[0], str) and node.type != "heredoc_template":
            return self.of(parts[0], depth)
        shown: list[str | tuple[str]] = []
        for part in parts:
            text = part if isinstance(part, str) else _text(self.of(part, depth))
            if text is None:
                return UNRESOLVED
            shown.append(text if isinstance(part, str) else (text,))
        made = join(node, shown)
        return made if is_small(made) else UNRESOLVED

    def number(self, node: tree_sitter.Node, depth: int) -> Value:
        del depth
        text = text_of(node)
        return int(text) if text.isdigit() and len(text) < _MAX_DIGITS else float(text)

    def boolean(self, node: tree_sitter.Node, depth: int) -> Value:
        del depth
        return text_of(node) == "true"

    def null(self, node: tree_sitter.Node, depth: int) -> Value:
        del node, depth
        return None

    def tuple(self, node: tree_sitter.Node, depth: int) -> Value:
        return [self.of(c, depth) for c in node.named_children if c.type == "expression"]

    def object(self, node: tree_sitter.Node, depth: int) -> Value:
        made: dict[str, Value] = {}
        for element in node.named_children:
            if element.type == "object_elem":
                key = self._key(element, depth)
                if key is None:
                    return UNRESOLVED
                made[key] = self.of(element.named_children[-1], depth)
        return made

    def _key(self, element: tree_sitter.Node, depth: int) -> str | None:
        node = element.named_children[0]
        if inner(node).type == "variable_expr" and not text_of(node).startswith("("):
            return key_of(element)
        return _text(self.of(node, depth))

    def conditional(self, node: tree_sitter.Node, depth: int) -> Value:
        test, yes, no = operands(node)
        condition = hclfunctions.truth(self.operand(test, depth))
        if condition is not None:
            return self.operand(yes if condition else no, depth)
        first, second = self.operand(yes, depth), self.operand(no, depth)
        return first if hclfunctions.equal(first, second) is True else UNRESOLVED

    def binary(self, node: tree_sitter.Node, depth: int) -> Value:
        sign = next((c.type for c in node.children if not c.is_named), "")
        sides = operands(node)
        if len(sides) != _BINARY:
            return UNRESOLVED
        left, right = (self.operand(side, depth) for side in sides)
        made = hclfunctions.operate(sign, left, right)
        return UNRESOLVED if kind_of(made) == "number" and abs(made) > _MAX_NUMBER else made  # type: ignore[arg-type]  # kind_of tells

    def unary(self, node: tree_sitter.Node, depth: int) -> Value:
        value = self.group(node, depth)
        if node.children[0].type == "!":
            truth = hclfunctions.truth(value)
            return UNRESOLVED if truth is None else not truth
        return (
            -value if isinstance(value, int | float) and not isinstance(value, bool) else UNRESOLVED
        )

    def call(self, node: tree_sitter.Node, depth: int) -> Value:
        name = text_of(node.named_children[0])
        given = [self.of(a, depth) for a in arguments(node)]
        if any(c.type == "ellipsis" for n in node.named_children for c in n.named_children):
            if not given or not isinstance(given[-1], list):
                return UNRESOLVED
            given = [*given[:-1], *given[-1]]
        if name == "file":
            text = self.names.read(given[0]) if given and isinstance(given[0], str) else None
            return UNRESOLVED if text is None else text
        return hclfunctions.call(name, given)


_Method = Callable[[_Evaluation, "tree_sitter.Node", int], Value]
_METHODS: Final[dict[str, _Method]] = {
    "expression": _Evaluation.group,
    "operation": _Evaluation.group,
    "string_lit": _Evaluation.string,
    "quoted_template": _Evaluation.string,
    "heredoc_template": _Evaluation.string,
    "numeric_lit": _Evaluation.number,
    "bool_lit": _Evaluation.boolean,
    "null_lit": _Evaluation.null,
    "tuple": _Evaluation.tuple,
    "object": _Evaluation.object,
    "conditional": _Evaluation.conditional,
    "binary_operation": _Evaluation.binary,
    "unary_operation": _Evaluation.unary,
    "function_call": _Evaluation.call,
}
