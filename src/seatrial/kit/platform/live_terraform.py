"""Terraform that somebody runs: resources that are not switched off, and where they exist."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.repo.environments import environment_of
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.infrastructure.tflimits import limit
from seatrial.repo.infrastructure.tfmodules import Module


@once
def live_modules(site: Site[object]) -> tuple[Module, ...]:
    """Root modules of Terraform that somebody runs, and the local ones that they call."""
    found: dict[int, Module] = {}
    for root in site.repo.terraform.roots:
        if not is_aside(f"{root.folder}/x"):
            for module in root.descendants():
                found[id(module)] = module
    return tuple(found.values())


def resources(site: Site[object], *prefixes: str) -> Iterator[tuple[Module, Block]]:
    """Yield the resources whose types start so and that are not switched off."""
    for module in live_modules(site):
        for prefix in prefixes:
            for block in module.resources(prefix):
                if not limit(module, block).off:
                    yield module, block


def scope_of(module: Module) -> tuple[str, ...]:
    """The environment that a module's folder names, or nothing."""
    name = environment_of(module.folder) if module.folder else None
    return (name,) if name else ()


def scope_at(site: Site[object], place: Place) -> tuple[str, ...]:
    """The environment that a Terraform file's path names, when the site has it."""
    name = environment_of(place.path)
    return (name,) if name and any(e.name == name for e in site.environments) else ()
