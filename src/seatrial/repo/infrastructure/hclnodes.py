"""Nodes of HCL's syntax tree: text, members, references."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import tree_sitter

_POSTFIX: Final = frozenset({"get_attr", "index", "splat"})


def text_of(node: tree_sitter.Node) -> str:
    """Text of a node as written."""
    return (node.text or b"").decode(errors="replace")


def inner(node: tree_sitter.Node) -> tree_sitter.Node:
    """The node below wrappers that have one child (parentheses, `expression`, `literal_value`)."""
    while node.type in _WRAPPERS and node.named_child_count == 1:
        node = node.named_children[0]
    return node


_WRAPPERS: Final = frozenset({"expression", "literal_value", "template_expr", "collection_value"})


def key_of(element: tree_sitter.Node) -> str:
    """Key of an object's element, without quotes."""
    node = element.named_children[0]
    return text_of(node).strip('"')


def arguments(call: tree_sitter.Node) -> list[tree_sitter.Node]:
    """Arguments of a function call."""
    holder = next((c for c in call.named_children if c.type == "function_arguments"), None)
    return [c for c in holder.named_children if c.type == "expression"] if holder else []


def walk(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """Yield all named nodes, depth first, in order."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.named_children))


def operands(node: tree_sitter.Node) -> list[list[tree_sitter.Node]]:
    """Children as operands: each a node with the attribute and index steps that follow it."""
    groups: list[list[tree_sitter.Node]] = []
    for child in node.named_children:
        if child.type in _POSTFIX and groups:
            groups[-1].append(child)
        elif child.type != "comment":
            groups.append([child])
    return groups


def references(root: tree_sitter.Node) -> Iterator[str]:
    """Yield the attribute paths that an expression names; names bound by a `for` are none."""
    stack: list[tuple[tree_sitter.Node, frozenset[str]]] = [(root, frozenset())]
    while stack:
        node, bound = stack.pop()
        if node.type in {"for_expr", "template_for"}:
            bound = bound | _bound(node)
        children = node.named_children
        for index, child in enumerate(children):
            if child.type == "variable_expr" and text_of(child) not in bound:
                steps = _steps(children[index + 1 :])
                if steps:
                    yield ".".join((text_of(child), *steps))
        stack.extend((c, bound) for c in reversed(children) if c.type not in _LEAVES)


def _bound(node: tree_sitter.Node) -> set[str]:
    # They stand in the `for_intro` of an expression, the `template_for_start` of a template.
    intros = (n for n in walk(node) if n.type in {"for_intro", "template_for_start"})
    intro = next(intros, None)
    return {text_of(c) for c in intro.named_children if c.type == "identifier"} if intro else set()


_LEAVES: Final = frozenset(
    {"variable_expr", "get_attr", "literal_value", "template_literal", "identifier", "string_lit"}
)


def _steps(following: list[tree_sitter.Node]) -> list[str]:
    names: list[str] = []
    for node in following:
        if node.type == "splat":
            names.extend(text_of(n) for n in walk(node) if n.type == "identifier")
        elif node.type not in _POSTFIX:
            break
        elif node.type == "get_attr":
            names.append(text_of(node.named_children[-1]))
    return names
