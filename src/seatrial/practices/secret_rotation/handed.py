"""Terraform that makes or hands over credentials in the open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.terraformruns import used_modules
from seatrial.kit.grouping import named
from seatrial.kit.secrets.secretnames import is_secret_name
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.secret_rotation.settings import Settings
from seatrial.repo.infrastructure.hcl import Block, Expression
from seatrial.repo.infrastructure.tfmodules import Module

_PLAIN: Final = ("random_string.", "random_id.", "random_pet.", "random_uuid.")
_HOLDERS: Final = frozenset({"secret_string", "secret_data"})
_CALLS: Final = ("templatefile", "yamlencode", "jsonencode")
_DEPTH: Final = 5


@check("secret-rotation/shown-in-plans", severity=Severity.MEDIUM, fix="manual")
def shown_in_plans(site: Site[Settings]) -> Iterator[Observation]:
    """A password is made by a resource that does not hide it.

    Why: `random_string`, `random_id` and `random_pet` are no secrets to Terraform: the value
    stands in every plan, and plans stand in the logs of pull requests.
    Fix: `random_password`, or let the cloud make it (`manage_master_user_password`).
    """
    for module in used_modules(site):
        made = {block.address: block for block in module.resources("random_")}
        told: set[str] = set()
        for name, expression in _secret_attributes(module):
            for reference in expression.references:
                address = ".".join(reference.split(".")[:2])
                if reference.startswith(_PLAIN) and address in made and address not in told:
                    told.add(address)
                    yield fault(
                        made[address].place,
                        f"{address} becomes {name}, but its value is shown in plans",
                        related=(expression.place,),
                    )


def _secret_attributes(module: Module) -> Iterator[tuple[str, Expression]]:
    for block in module.blocks:
        if block.type in {"variable", "output", "locals"}:
            continue
        for inner in block.walk():
            for name, expression in inner.attributes.items():
                if is_secret_name(name) or name in _HOLDERS:
                    yield name, expression


@check("secret-rotation/through-helm-values", severity=Severity.MEDIUM, fix="manual")
def through_helm_values(site: Site[Settings]) -> Iterator[Observation]:
    """Terraform hands credentials to a chart as values.

    Why: values stand in Terraform's state and in the Secret of every release, readable for
    everybody who may read either, and a rotation needs a new release.
    Fix: let the chart read an existing Secret that External Secrets or the CSI driver fills.
    """
    for module in used_modules(site):
        for block in module.resources("helm_release"):
            found = list(_handed(block))
            if found:
                names = named(name for name, _ in found)
                what, verb = ("values", "stand") if len(found) > 1 else ("a value", "stands")
                yield fault(
                    found[0][1],
                    f"{block.address} hands {names} to the chart as {what}, which {verb} in the"
                    " state and in every release",
                    related=tuple(place for _, place in found[1:]),
                )


def _handed(block: Block) -> Iterator[tuple[str, Place]]:
    written = block.attr("values")
    if written is not None:
        for _, arguments in written.calls(*_CALLS):
            for argument in arguments:
                yield from _members(argument, 0)
    listed = block.attr("set")
    for one in listed.items() if listed else ():
        yield from _set(one.get("name"), one.get("value"))
    for inner in block.children("set"):
        yield from _set(inner.attr("name"), inner.attr("value"))


def _members(expression: Expression, depth: int) -> Iterator[tuple[str, Place]]:
    for name, value in expression.pairs():
        if is_secret_name(name) and not value.is_literal and value.references:
            yield name, value.place
        elif depth < _DEPTH:
            yield from _members(value, depth + 1)


def _set(name: Expression | None, value: Expression | None) -> Iterator[tuple[str, Place]]:
    if name is None or value is None or not name.is_literal or value.is_literal:
        return
    path = name.text.strip('"')
    if is_secret_name(path.rpartition(".")[2]) and value.references:
        yield path, value.place
