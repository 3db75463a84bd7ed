"""The cluster of production in Terraform, and copies of blocks for a second region."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addons import environment_expression
from seatrial.kit.planning.regionpairs import neighbour
from seatrial.kit.platform.installs import live_modules
from seatrial.kit.site import Site
from seatrial.model.struct import struct
from seatrial.repo.environments import environment_of, tier
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.infrastructure.tfmodules import Module

KINDS: Final = {
    # The attributes of place and of name. EKS is none of them: its networks are regional.
    "linode_lke_cluster": ("region", "label"),
    "digitalocean_kubernetes_cluster": ("region", "name"),
    "google_container_cluster": ("location", "name"),
    "azurerm_kubernetes_cluster": ("location", "name"),
}
_ANYWHERE: Final = ("var", "local", "terraform", "path", "each", "self", "azurerm_resource_group",
                    "google_compute_network")  # fmt: skip
_ASSIGNED: Final = re.compile(r"^(\s+[\w-]+\s*=\s)(\S.*)$")


@struct(eq=False)
class Estate:
    """One cluster, its region, and the region that stands by for it.

    Attributes:
        names: names of the environments that get a second region.
        chosen: HCL that says how many standby clusters a run makes.
    """

    module: Module
    cluster: Block
    region: str
    standby: str
    names: tuple[str, ...]
    chosen: str

    @property
    def address(self) -> str:
        """Address of the standby cluster."""
        return f"{self.cluster.labels[0]}.standby[0]"


def estate(site: Site[object], tiers: tuple[str, ...]) -> Estate | None:
    """The only cluster of the environments that need a second region; None where none is plain."""
    names = site.tier(*tiers) or tuple(e.name for e in site.environments)
    found: list[Estate] = []
    for module in live_modules(site):
        own = environment_of(module.folder) if module.folder else None
        if own and names and own not in names and tier(own) not in tiers:
            continue
        for block in module.resources():
            if block.labels and block.labels[0] in KINDS:
                one = _estate(module, block, names)
                if one:
                    found.append(one)
    return found[0] if len(found) == 1 else None


def _estate(module: Module, block: Block, names: tuple[str, ...]) -> Estate | None:
    place, name = KINDS[block.labels[0]]
    region = module.text(block.attr(place)).lower()
    other = neighbour(block.labels[0].partition("_")[0], region)
    plain = not {"count", "for_each", "provider"} & set(block.attributes)
    if not (plain and other and block.attr(name)) or list(bound(block)):
        return None
    if any(b.labels[1:] == ("standby",) for b in module.resources(block.labels[0])):
        return None
    return Estate(module, block, region, other, names, _chosen(module, names))


def _chosen(module: Module, names: tuple[str, ...]) -> str:
    expression = environment_expression(module)
    if not names or not expression or expression.startswith('"'):
        return "1"
    listed = ", ".join(f'"{n}"' for n in names)
    return f"contains([{listed}], {expression}) ? 1 : 0"


def bound(block: Block) -> Iterator[str]:
    """What a block refers to that stands in one region, or in one cluster."""
    for inner in block.walk():
        for attribute in inner.attributes.values():
            yield from (r for r in attribute.references if r.partition(".")[0] not in _ANYWHERE)


def lines_of(module: Module, block: Block) -> list[str]:
    """The block as it is written."""
    file = next(f for f in module.files if f.path == block.place.path)
    return list(file.lines[block.place.line - 1 : block.end_line])


def cluster_copy(one: Estate) -> str:
    """The same cluster in the other region."""
    place, name = KINDS[one.cluster.labels[0]]
    header, *rest = lines_of(one.module, one.cluster)
    body: list[str] = []
    for line in rest:
        found = _ASSIGNED.match(line)
        key = found[1].partition("=")[0].strip() if found and line.startswith("  ") else ""
        own = found is not None and not line.startswith("   ")
        if found and own and key == place:
            body.append(f"{found[1]}var.standby_region")
        elif found and own and key == name:
            body.append(found[1] + _suffixed(found[2]))
        else:
            body.append(line)
    kind = one.cluster.labels[0]
    opened = f'resource "{kind}" "standby" {{\n{_head(one, kind)}\n'
    return opened + "\n".join(body) + "\n" if header.rstrip().endswith("{") else ""


def _head(one: Estate, kind: str) -> str:
    """Lines that only the copy has: how many, and whose cost it is where the first says nothing."""
    name, listed = {
        "azurerm_kubernetes_cluster": ("tags", False),
        "google_container_cluster": ("resource_labels", False),
    }.get(kind, ("tags", True))
    if one.cluster.attr(name) is not None:
        return "  count = local.standby_count\n"
    environment = one.names[0] if len(one.names) == 1 else "several"
    wanted = (("environment", environment), ("service", one.cluster.labels[1].replace("_", "-")),
              ("managed-by", "terraform"))  # fmt: skip
    if listed:
        text = "[" + ", ".join(f'"{k}:{v}"' for k, v in wanted) + "]"
    else:
        text = "{ " + ", ".join(f'{k} = "{v}"' for k, v in wanted) + " }"
    width = max(len(name), len("count"))
    return f"  {'count'.ljust(width)} = local.standby_count\n  {name.ljust(width)} = {text}\n"


def _suffixed(text: str) -> str:
    text = text.split(" #", maxsplit=1)[0].strip()
    if text.startswith('"') and text.endswith('"'):
        return f'{text[:-1]}-standby"'
    return f'"${{{text}}}-standby"'


def locals_of(one: Estate) -> dict[str, str]:
    """Locals that read the cluster, for the standby: `try` because it is not in every run."""
    found: dict[str, str] = {}
    waiting = dict(one.module.locals)
    grown = True
    while grown:
        grown = False
        for name, expression in list(waiting.items()):
            if _reads(one, expression.text, found):
                found[name] = f"try({moved(one, expression.text, found)}, null)"
                del waiting[name]
                grown = True
    return found


def _reads(one: Estate, text: str, names: dict[str, str]) -> bool:
    return one.cluster.address in text or any(
        re.search(rf"\blocal\.{re.escape(n)}\b", text) for n in names
    )


def moved(one: Estate, text: str, names: dict[str, str]) -> str:
    """An expression that reads the standby cluster instead."""
    text = re.sub(rf"\b{re.escape(one.cluster.address)}\b", one.address, text)
    for name in names:
        text = re.sub(rf"\blocal\.{re.escape(name)}\b", f"local.standby_{name}", text)
    return text


def provider_copy(one: Estate, name: str) -> str:
    """The provider that speaks to the standby cluster; empty where there is none to copy."""
    names = locals_of(one)
    for block in one.module.providers(name):
        if block.attr("alias") is not None:
            continue
        lines = lines_of(one.module, block)[1:]
        if not any(_reads(one, line, names) for line in lines):
            return ""
        body = [_attempted(one, line, names) for line in lines]
        return f'provider "{name}" {{\n  alias = "standby"\n\n' + "\n".join(body) + "\n"
    return ""


def _attempted(one: Estate, line: str, names: dict[str, str]) -> str:
    found = _ASSIGNED.match(line)
    if not _reads(one, line, names):
        return line
    if found is None or found[2].rstrip().endswith(("{", "[", "(")):
        return moved(one, line, names)
    return f"{found[1]}try({moved(one, found[2], names)}, null)"


def release_copy(module: Module, block: Block, version: str) -> str:
    """A release of the user's for the standby cluster, with a version where it names none."""
    body = lines_of(module, block)[1:]
    if block.attr("version") is None and version:
        at = next(i for i, text in enumerate(body) if re.match(r"  chart\s*=", text))
        width = body[at].index("=")
        body.insert(at + 1, f'{"  version".ljust(width)}= "{version}"')
    label = f"{block.labels[1]}_standby"
    opened = f'resource "helm_release" "{label}" {{\n'
    opened += "  count    = local.standby_count\n  provider = helm.standby\n"
    opened += "\n" if block.attr("atomic") else "  atomic   = true\n\n"
    return opened + "\n".join(body) + "\n"
