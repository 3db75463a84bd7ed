"""Statements of AWS policies that Terraform writes: documents, JSON texts, `jsonencode`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.installs import live_modules, resources, scope_at
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import replace, struct
from seatrial.repo import yaml
from seatrial.repo.infrastructure.hcl import Block, Expression
from seatrial.repo.infrastructure.tfmodules import Module
from seatrial.repo.yaml import Node

_ATTRIBUTES: Final = ("policy", "access_policies", "assume_role_policy", "inline_policy")
_OPEN_BY_DESIGN: Final = ("aws_vpc_endpoint", "aws_organizations_policy", "aws_kms_")


@struct(eq=False)
class Statement:
    """One statement that allows something.

    Attributes:
        holder: address of what holds it.
        principals: who may, in a policy of a resource or a role; empty in one of an identity.
        conditions: names and values of its conditions, as far as they are known.
        is_trust: True in the policy that says who may take a role.
        place: the line of its actions.
    """

    holder: str
    actions: tuple[str, ...]
    targets: tuple[str, ...]
    principals: tuple[str, ...]
    conditions: tuple[tuple[str, str], ...]
    is_trust: bool
    place: Place
    environments: tuple[str, ...]

    @property
    def is_identity(self) -> bool:
        """True in a policy that says what somebody may do."""
        return not self.principals and not self.is_trust


@once
def statements(site: Site[object]) -> tuple[Statement, ...]:
    """All of them."""
    return (*_of_documents(site), *_of_resources(site), *_of_calls(site))


def _of_documents(site: Site[object]) -> Iterator[Statement]:
    for module in live_modules(site):
        ceilings = _ceilings(module)
        for block in module.data("aws_iam_policy_document"):
            if block.address in ceilings:
                continue
            for one in block.children("statement"):
                if module.text(one.attr("effect")) == "Deny":
                    continue
                actions = _listed(module, one.attr("actions"))
                principals = tuple(
                    p
                    for child in one.children("principals")
                    for p in _listed(module, child.attr("identifiers"))
                )
                conditions = tuple(
                    (module.text(child.attr("variable")), value)
                    for child in one.children("condition")
                    for value in _listed(module, child.attr("values")) or ("",)
                )
                written = one.attr("actions")
                yield Statement(
                    block.address,
                    actions,
                    _listed(module, one.attr("resources")),
                    principals,
                    conditions,
                    any(a.startswith("sts:AssumeRole") for a in actions),
                    written.place if written else one.place,
                    scope_at(site, block.place),
                )


def _ceilings(module: Module) -> set[str]:
    """Documents of policies that only limit what others grant."""
    return {
        ".".join(reference.split(".")[:3])
        for block in module.resources("aws_")
        if block.labels[0].startswith(_OPEN_BY_DESIGN)
        for expression in block.attributes.values()
        for reference in expression.references
    }


def _listed(module: Module, expression: Expression | None) -> tuple[str, ...]:
    if expression is None:
        return ()
    members = expression.items() or (expression,)
    return tuple(text for member in members if (text := module.text(member)))


def _of_resources(site: Site[object]) -> Iterator[Statement]:
    for module, block in resources(site, "aws_"):
        if not block.labels[0].startswith(_OPEN_BY_DESIGN):
            yield from _of_block(site, module, block)


def _of_calls(site: Site[object]) -> Iterator[Statement]:
    for module in live_modules(site):
        for call in module.calls:
            if "aws" in call.source and "vpc" not in call.source and "kms" not in call.source:
                yield from _of_block(site, module, call.block)


def _of_block(site: Site[object], module: Module, block: Block) -> Iterator[Statement]:
    scope = scope_at(site, block.place)
    for part in (block, *block.children("inline_policy")):
        for name in _ATTRIBUTES:
            written = part.attr(name)
            if written is not None:
                trust = name == "assume_role_policy"
                for node, place in _parsed(module, written):
                    yield from _of_node(block.address, node, place, scope, trust=trust)


def _parsed(module: Module, written: Expression) -> Iterator[tuple[Node, Place]]:
    """Each statement of a policy as a tree, with the place of its actions."""
    for _, arguments in written.calls("jsonencode"):
        for statement in _members(arguments[0].get("Statement")) if arguments else ():
            node = yaml.parse(module.text(statement)).first
            yield node, (statement.get("Action") or statement).place
        return
    text = module.text(written)
    if "Statement" not in text:
        return
    start = written.place.line + 1 if written.is_heredoc else written.place.line
    parsed = yaml.parse("\n" * (start - 1) + text).first
    for node in parsed.at("Statement").listed():
        line = node.line_of("Action") if node.has("Action") else node.line
        yield node, replace(written.place, line=max(line, 1), column=1)


def _members(expression: Expression | None) -> tuple[Expression, ...]:
    return () if expression is None else expression.items() or (expression,)


def _of_node(
    holder: str, node: Node, place: Place, scope: tuple[str, ...], *, trust: bool
) -> Iterator[Statement]:
    if node.kind != "map" or node.at("Effect").text == "Deny":
        return
    actions = tuple(n.text for n in node.at("Action").listed())
    principal = node.at("Principal")
    principals = [n.text for n in principal.listed() if n.kind == "scalar"]
    principals += [n.text for _, values in principal.pairs() for n in values.listed()]
    conditions = tuple(
        (name, value.text)
        for _, operator in node.at("Condition").pairs()
        for name, values in operator.pairs()
        for value in values.listed()
    )
    targets = tuple(n.text for n in node.at("Resource").listed())
    yield Statement(holder, actions, targets, tuple(principals), conditions, trust, place, scope)
