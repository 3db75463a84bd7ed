"""A mesh that is written down and switched off everywhere, by a variable of Terraform."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.installs import live_modules
from seatrial.kit.site import Site
from seatrial.model.place import Place
from seatrial.practices.service_mesh.meshes import CHARTS
from seatrial.repo.infrastructure.hcl import Expression
from seatrial.repo.infrastructure.tfmodules import Call, Module

_MAX_CALLS: Final = 8


def switched_off(site: Site[object]) -> Iterator[tuple[str, str, tuple[Place, ...]]]:
    """Yield each mesh that no environment installs: its name, its switch, where that is off."""
    live = {id(m) for m in live_modules(site)}
    for release in site.repo.helm_releases:
        name = CHARTS.get(release.chart.rpartition("/")[2], "")
        if not name or id(release.module) not in live or not release.limit.off:
            continue
        condition = release.block.attr("count") or release.block.attr("for_each")
        for variable in _variables(condition):
            places = tuple(dict.fromkeys(_defaults(release.module, variable)))
            if places:
                yield name, f"var.{variable}", places
                break


def _variables(expression: Expression | None) -> Iterator[str]:
    for reference in expression.references if expression else ():
        head, _, rest = reference.partition(".")
        if head == "var":
            yield rest.partition(".")[0]


def _defaults(module: Module, variable: str) -> Iterator[Place]:
    for chain in module.chains():
        yield from _default(module, variable, chain[-_MAX_CALLS:])


def _default(module: Module, variable: str, chain: tuple[Call, ...]) -> Iterator[Place]:
    """Where the value comes from that reaches the variable by this chain of calls."""
    if chain:
        given = chain[-1].block.attr(variable)
        if given is not None:
            above = next(_variables(given), "")
            if given.text == "false":
                yield given.place
            elif above:
                yield from _default(chain[-1].caller, above, chain[:-1])
            return
    block = module.variables().get(variable)
    default = block.attr("default") if block else None
    if default and module.resolve(default) is False:
        yield default.place
