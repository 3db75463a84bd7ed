"""Charts of others that a system installs, with the values that it gives them.

Terraform, Flux, Argo CD, helmfile, kustomize, umbrella charts and the `helm` commands of
pipelines are one type here, so that a practice asks for a component once.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.platform import install_files, install_sources
from seatrial.kit.platform.install import Install, Layer, Setting
from seatrial.kit.platform.live_terraform import live_modules, resources, scope_at, scope_of
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.repo.infrastructure.tflimits import limit

__all__ = [
    "Install",
    "Layer",
    "Setting",
    "addon_texts",
    "addons",
    "blueprints",
    "installed",
    "installs",
    "live_modules",
    "resources",
    "scope_at",
    "scope_of",
]


@once
def installs(site: Site[object]) -> tuple[Install, ...]:
    """All installs that are not switched off everywhere."""
    found = [
        *install_sources.of_terraform(site),
        *install_sources.of_manifests(site),
        *install_files.of_kustomize(site),
        *install_files.of_helmfiles(site),
        *install_files.of_dependencies(site),
        *install_files.of_commands(site),
    ]
    return tuple(found)


def installed(site: Site[object], *charts: str) -> tuple[Install, ...]:
    """Installs of charts of these names."""
    return tuple(i for i in installs(site) if i.chart in charts)


def addons(site: Site[object]) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    """Yield managed add-ons of EKS by name, with place and environments."""
    for module, block in resources(site, "aws_eks_addon"):
        name = module.text(block.attr("addon_name"))
        if name:
            yield name, block.place, scope_at(site, block.place)
    for module in live_modules(site):
        for block in module.of("module"):
            for attribute in ("cluster_addons", "addons", "eks_addons"):
                value = block.attr(attribute)
                for name, member in value.pairs() if value else ():
                    yield name.strip('"'), member.place, scope_at(site, member.place)


def addon_texts(site: Site[object], name: str) -> Iterator[tuple[str, Place]]:
    """Yield what configures a managed add-on of EKS, locals followed: text and place."""
    for module, block in resources(site, "aws_eks_addon"):
        written = block.attr("configuration_values")
        if module.text(block.attr("addon_name")) != name or written is None:
            continue
        followed = [
            module.locals[rest]
            for reference in written.references
            for head, _, rest in (reference.partition("."),)
            if head == "local" and rest in module.locals
        ]
        for expression in followed or [written]:
            yield expression.text, expression.place
    for module in live_modules(site):
        for block in module.of("module"):
            for attribute in ("cluster_addons", "addons", "eks_addons"):
                value = block.attr(attribute)
                found = value.get(name) if value else None
                if found:
                    yield found.text, found.place


def blueprints(site: Site[object], *switches: str) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    """Yield switches of the EKS blueprints' add-ons that are on: name, place, environments."""
    for module in live_modules(site):
        for call in module.calls:
            if "eks-blueprints-addons" in call.source and not limit(module, call.block).off:
                for name in switches:
                    written = call.block.attr(name)
                    if written and module.resolve(written) is True:
                        yield name, written.place, scope_at(site, call.place)
