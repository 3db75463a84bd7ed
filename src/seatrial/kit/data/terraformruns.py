"""Terraform modules that somebody really runs: the roots and what they call."""

from __future__ import annotations

from seatrial.kit.site import Site, once
from seatrial.repo.infrastructure.tfmodules import Module


@once
def used_modules(site: Site[object]) -> tuple[Module, ...]:
    """Roots and the local modules below them, each once; published ones left out."""
    found: dict[tuple[str, str], Module] = {}
    for root in site.repo.terraform.roots:
        if root.is_example:
            continue
        for module in root.descendants():
            found.setdefault((module.root.name, module.folder), module)
    return tuple(found.values())
