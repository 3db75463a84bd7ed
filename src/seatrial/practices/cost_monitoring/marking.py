"""Tags on cloud resources that carry none, as each provider writes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addons import environment_expression
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave
from seatrial.model.edit import AddBlock, SetAttribute
from seatrial.model.place import Place
from seatrial.practices.cost_monitoring.settings import Settings
from seatrial.practices.cost_monitoring.tags import tagging
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.infrastructure.tfmodules import Module

_WHY: Final = "a line of the bill tells whose it is"
_LISTS: Final = ("linode", "digitalocean", "scaleway")
_MAPS: Final = {"aws": "tags", "azurerm": "tags", "hcloud": "labels", "google": "labels"}
_LABELLED: Final = {
    "google_container_cluster": "resource_labels",
    "google_sql_database_instance": "",
}


def marked(site: Site[Settings]) -> Iterator[Edit | Leave]:
    """Yield the tags that resources lack."""
    seen = tagging(site)
    done: set[str] = set()
    for address, place in (*seen.untagged, *seen.modules):
        found = next(_blocks(site, address, place), None)
        wish = _mark(site, *found) if found else None
        key = f"{wish.path} {wish.edits}" if isinstance(wish, Edit) else ""
        if wish is None:
            text = f"tag {address} with environment, service and owner"
            yield Leave(text, place)
        elif key not in done:
            done.add(key)
            yield wish


def _blocks(site: Site[Settings], address: str, place: Place) -> Iterator[tuple[Module, Block]]:
    for module in site.repo.terraform.modules:
        for block in module.blocks:
            inside = block.place.line <= place.line <= block.end_line
            same = (block.place.repository, block.place.path) == (place.repository, place.path)
            if block.address == address and same and inside:
                yield module, block


def _mark(site: Site[Settings], module: Module, block: Block) -> Edit | None:
    wanted = _wanted(site, module)
    if not wanted:
        return None
    kind = block.labels[0] if block.labels else ""
    source = module.text(block.attr("source")) if block.type == "module" else ""
    is_aws = "terraform-aws-modules/" in source
    provider = "aws" if is_aws else "" if source else kind.partition("_")[0]
    name = _LABELLED.get(kind, _MAPS.get(provider, ""))
    way = (" ".join((block.type, *block.labels)),)
    providers = module.providers("aws")
    # Where a region has a provider of its own, the block cannot be told by its name.
    plain = providers if len(providers) == 1 else ()
    if provider in _LISTS:
        listed = ", ".join(f'"{key}:{_inside(value)}"' for key, value in wanted)
        edit: AddBlock | SetAttribute = SetAttribute(way, "tags", f"[{listed}]")
    elif provider == "aws" and plain and not block.attr("tags"):
        edit = AddBlock(("provider aws",), f"default_tags {{\n  tags = {_map(wanted)}\n}}")
        return Edit(module.root.name, plain[0].place.path, (edit,), _WHY)
    elif name and not block.attr(name):
        edit = SetAttribute(way, name, _map(wanted))
    else:
        return None
    return Edit(module.root.name, block.place.path, (edit,), _WHY)


def _wanted(site: Site[Settings], module: Module) -> list[tuple[str, str]]:
    """Names and HCL values of the tags; none where the settings name one that nobody can know."""
    environment = environment_expression(module)
    values = {
        "environment": environment,
        "env": environment,
        "service": f'"{module.root.name}"',
        "managed-by": '"terraform"',
    }
    names = site.settings.tags or ("environment", "service", "managed-by")
    if any(name not in values for name in names):
        return []
    return [(name, values[name]) for name in names if values[name]]


def _inside(value: str) -> str:
    return value.strip('"') if value.startswith('"') else f"${{{value}}}"


def _map(wanted: list[tuple[str, str]]) -> str:
    names = [f'"{key}"' if "-" in key else key for key, _ in wanted]
    lines = "".join(f"  {n} = {v}\n" for n, (_, v) in zip(names, wanted, strict=True))
    return "{\n" + lines + "}"
