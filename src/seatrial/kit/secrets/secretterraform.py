"""Credentials written out in Terraform: attributes, defaults of variables, variable files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from seatrial.kit.secrets.secretnames import is_secret_name
from seatrial.kit.secrets.secrettypes import Literal, is_sample, judged, only_development
from seatrial.kit.site import Site
from seatrial.repo.environments import environment_of
from seatrial.repo.infrastructure.hcl import Block, Expression

_MAX_DEPTH: Final = 4


def of_terraform(site: Site[object]) -> Iterator[Literal]:
    """Credentials in modules that somebody runs, and in variable files; examples left out."""
    for module in site.repo.terraform.modules:
        if module.is_example:
            continue
        for block in module.blocks:
            if not is_sample(block.place.path):
                name = environment_of(block.place.path)
                yield from _of_block(block, (name,) if name else ())
    for given in site.repo.terraform.tfvars:
        if not given.is_example and not is_sample(given.file.path):
            name = environment_of(given.label) or environment_of(given.file.path)
            environments = (name,) if name else ()
            yield from _of(given.assignments, environments, given.file.name)


def _of_block(block: Block, environments: tuple[str, ...]) -> Iterator[Literal]:
    if block.type == "variable":
        default = block.attr("default")
        name = block.labels[0] if block.labels else ""
        if default is not None:
            yield from _of({name: default}, environments, f"variable {name}")
        return
    for inner in block.walk():
        yield from _of(inner.attributes, environments, block.address)


def _of(
    attributes: Mapping[str, Expression], environments: tuple[str, ...], owner: str
) -> Iterator[Literal]:
    for name, expression in attributes.items():
        found = _judged(name, expression, 0)
        if found:
            kind, weak = found
            deployed = not only_development(environments)
            yield Literal(name, expression.place, kind, owner, environments, weak, deployed)


def _judged(name: str, expression: Expression, depth: int) -> tuple[str, bool] | None:
    """The worst of what an expression writes out; members of maps under a secret name included."""
    if depth > _MAX_DEPTH:
        return None
    if expression.is_literal:
        value = expression.constant
        return judged(name, value) if isinstance(value, str) else None
    inside = [
        found
        for key, member in expression.pairs()
        if (found := _judged(name if is_secret_name(name) else key, member, depth + 1))
    ]
    inside += [
        found for member in expression.items() if (found := _judged(name, member, depth + 1))
    ]
    return min(inside, key=lambda one: one[1], default=None)
