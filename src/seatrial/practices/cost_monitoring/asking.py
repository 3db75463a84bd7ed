"""What asks a provider, or OpenCost, what things cost."""

from __future__ import annotations

from typing import Final

from seatrial.kit.site import Site
from seatrial.repo.commands.shell import Command
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.infrastructure.tfmodules import Module
from seatrial.repo.infrastructure.tfscope import scopes
from seatrial.repo.infrastructure.tftexts import files
from seatrial.repo.yaml import Node

SOURCES: Final = (
    "/linode/types", "/account/invoices", "get_cost_and_usage", "/allocation/compute",
    "prices.azure.com", "cloudbilling.googleapis.com",
)  # fmt: skip
"""What a script asks that works out costs: price lists, invoices, OpenCost's API."""


def reads_prices(site: Site[object], command: Command) -> bool:
    """True for a script of the repository that asks for prices or invoices."""
    path = next((w for w in command.words if w.endswith(".py")), "")
    file = site.repo.file(path) if path else None
    return file is not None and any(source in file.text for source in SOURCES)


def asks(containers: list[Node]) -> bool:
    """True for a container whose command asks OpenCost or a provider what things cost."""
    words = [n.text for c in containers for key in ("command", "args") for n in c.at(key).listed()]
    return any(source in word for word in words for source in SOURCES)


def reads(module: Module, block: Block) -> bool:
    """True for a resource made from a file of the repository that asks."""
    scope = next(iter(scopes(module, None, None)))
    found = (n.file for e in block.attributes.values() for n in files(scope, e, 0) if n.file)
    return any(source in file.text for file in found for source in SOURCES)
