"""Linkerd itself, and what is put into it: namespaces, the ingress controller, Prometheus."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addons import way
from seatrial.kit.planning.render import render
from seatrial.kit.planning.targets import targets
from seatrial.kit.planning.valueshome import values_home
from seatrial.kit.platform.installs import installs
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Risk, Wish
from seatrial.model.edit import SetAttribute, SetKey
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.infrastructure.tfmodules import Module

VERSION: Final = "2025.5.5"
"""Linkerd's charts carry the date of their release; both have to be of one."""
_REPOSITORY: Final = "https://helm.linkerd.io/edge"
_WHY: Final = "connections between services are encrypted, and each side proves who it is"
_INJECT: Final = "linkerd.io/inject"
_NEIGHBOURS: Final = {
    # The chart, the way to its pods' annotations, and ports that everybody may come to.
    "ingress-nginx": (("controller", "podAnnotations"), "80,443"),
    "prometheus": (("server", "podAnnotations"), ""),
}


def linkerd(site: Site[object]) -> Iterator[Wish]:
    """Yield the two charts of Linkerd with certificates of their own."""
    found = way(site)
    if found is None or not found.modules:
        yield Leave(
            "install a mesh: nothing here installs charts with Terraform, which would also make "
            "the certificates that Linkerd starts from"
        )
        return
    for module in found.modules:
        text = render(
            "service_mesh", "terraform/mesh.tf.j2", version=VERSION, repository=_REPOSITORY
        )
        path = posixpath.join(module.folder, "service-mesh.tf")
        yield Generate(module.root.name, path, text, _WHY, Risk.HIGH)
        yield from _provider(module)


def _provider(module: Module) -> Iterator[Wish]:
    """The provider of certificates, pinned where the others are."""
    for file in module.files:
        if "required_providers" in file.text and "hashicorp/tls" not in file.text:
            value = '{\n      source  = "hashicorp/tls"\n      version = "~> 4.0"\n    }'
            edit = SetAttribute(("terraform", "required_providers"), "tls", value, replace=False)
            reason = "the mesh's certificates are made by this provider"
            yield Edit(module.root.name, file.path, (edit,), reason)
            return


def inside(site: Site[object]) -> Iterator[Wish]:
    """Yield the marks that put namespaces and neighbours into the mesh."""
    spaces = {t.namespace for t in targets(site)}
    marked = False
    for module in site.repo.terraform.modules:
        for block in module.resources("kubernetes_namespace"):
            if module.is_example or not _is_ours(block, spaces):
                continue
            marked = True
            yield from _annotated(module, block)
    if not marked and spaces:
        yield Leave(
            f"annotate the namespaces {', '.join(sorted(spaces))} with {_INJECT}: enabled; no file "
            "here declares them"
        )
    for one in installs(site):
        neighbour = _NEIGHBOURS.get(one.chart)
        home = values_home(site, one) if neighbour else None
        if neighbour is None or home is None:
            continue
        way_in, skipped = neighbour
        at = (*home.at, *way_in)
        edits = [SetKey(at, _INJECT, "enabled", document=home.document)]
        if skipped:
            key = "config.linkerd.io/skip-inbound-ports"
            edits.append(SetKey(at, key, skipped, document=home.document))
        reason = f"{one.chart} calls the workloads, so it has to prove who it is"
        yield Edit(home.file.root.name, home.file.path, tuple(edits), reason, Risk.MEDIUM)


def _is_ours(block: Block, spaces: set[str]) -> bool:
    written = next((m.attr("name") for m in block.children("metadata") if m.attr("name")), None)
    text = written.text.strip('"') if written else ""
    stem = text.partition("${")[0]
    return text in spaces or bool(stem and any(space.startswith(stem) for space in spaces))


def _annotated(module: Module, block: Block) -> Iterator[Wish]:
    metadata = block.children("metadata")[0]
    if metadata.attr("annotations") is not None:
        yield Leave(
            f'add "{_INJECT}" = "enabled" to the annotations of {block.address}', metadata.place
        )
        return
    edit = SetAttribute(
        (f"resource {' '.join(block.labels)}", "metadata"),
        "annotations",
        f'{{\n      "{_INJECT}" = "enabled"\n    }}',
    )
    yield Edit(
        module.root.name,
        block.place.path,
        (edit,),
        f"the pods of {block.address} get the mesh's proxy when they are made the next time",
        Risk.HIGH,
    )
