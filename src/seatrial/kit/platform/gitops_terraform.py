"""Deliveries that Terraform declares: manifests, Argo CD's provider, Flux's, clouds' own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.gitops import ARGO, CONFIG_SYNC, FLUX, At, Delivery, Source, delivery
from seatrial.kit.platform.installs import live_modules, resources, scope_of
from seatrial.kit.site import Site
from seatrial.model.place import Place
from seatrial.model.struct import replace
from seatrial.repo import yaml
from seatrial.repo.environments import environment_of
from seatrial.repo.infrastructure import terraform
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.infrastructure.tfmodules import Module
from seatrial.repo.infrastructure.tftexts import Text
from seatrial.repo.yaml import NOTHING, Node, Value

_FLUX_CLOUD: Final = ("azurerm_kubernetes_flux_configuration", "azurerm_arc_kubernetes_flux")
_APPS_CHARTS: Final = {"argocd-apps": ARGO, "flux2-sync": FLUX}
_MAX_DEPTH: Final = 8


def declared(site: Site[object]) -> Iterator[Delivery]:
    """Yield the deliveries of all modules that somebody runs."""
    if not site.repo.terraform:
        return
    yield from _manifests(site)
    for module, block in resources(site, "argocd_application"):
        yield from _argo(module, block)
    for module, block in resources(site, "flux_bootstrap_git"):
        yield _bare(FLUX, module, block, module.text(block.attr("path")))
    for module, block in resources(site, *_FLUX_CLOUD):
        for part in block.children("kustomizations"):
            yield _bare(FLUX, module, block, module.text(part.attr("path")))
    for module, block in resources(site, "google_gke_hub_feature"):
        yield from _config_sync(module, block)
    for module in live_modules(site):
        yield from _modules(module)
    yield from _charts(site)


def _manifests(site: Site[object]) -> Iterator[Delivery]:
    live = {id(m) for m in live_modules(site)}
    for manifest in terraform.manifests(site.repo.terraform):
        if id(manifest.module) not in live or manifest.limit.off:
            continue
        only = manifest.limit.only or scope_of(manifest.module)
        for node, at in _nodes(manifest.text, manifest.block.place):
            yield from _made(node, at, only)
        for named in manifest.files:
            # Raw YAML files are read as such; templates of Terraform are not.
            if named.file and named.file.suffix not in {".yaml", ".yml"}:
                for node in yaml.parse(named.file.text).documents:
                    yield from _made(node, _inside(node, named.file.place()), only)


def _nodes(text: Text | None, place: Place) -> Iterator[tuple[Node, At]]:
    if text is None:
        return
    heredoc = text.text.count("\n") > 1 and text.place.line > place.line
    shifted = "\n" * (text.place.line - 1) + text.text if heredoc else text.text
    for node in yaml.parse(shifted).documents:
        yield node, _inside(node, text.place) if heredoc else _always(place)


def _made(node: Node, at: At, only: tuple[str, ...]) -> Iterator[Delivery]:
    group = node.at("apiVersion").text.rpartition("/")[0]
    made = delivery(group, node.at("kind").text, node, at, only)
    if made:
        yield made


def _inside(node: Node, origin: Place) -> At:
    def at(*path: str | int) -> Place:
        one, line = node, node.line
        for step in path:
            child = one.at(step)
            if not child:
                break
            line = one.line_of(step) if isinstance(step, str) else child.line
            one = child
        return replace(origin, line=max(line, 1), column=1)

    return at


def _always(place: Place) -> At:
    def at(*_: str | int) -> Place:
        return place

    return at


def _argo(module: Module, block: Block) -> Iterator[Delivery]:
    kind = {"argocd_application": "Application", "argocd_application_set": "ApplicationSet"}
    named = kind.get(block.labels[0])
    if named is None:
        return
    node = yaml.parse(json.dumps(_plain(module, block, 0))).first
    made = delivery("argoproj.io", named, node, _always(block.place), scope_of(module))
    if made:
        yield made if made.name else replace(made, name=block.labels[-1])


def _plain(module: Module, block: Block, depth: int) -> dict[str, Value]:
    """The block as Argo CD's own object: its keys in camel case, repeated sources as a list."""
    made: dict[str, Value] = {}
    for key, expression in block.attributes.items():
        value = module.resolve(expression)
        shown = value if isinstance(value, bool | int | str) else module.text(expression)
        items = [module.text(i) for i in expression.items()]
        made[_camel(key)] = list(items) if items else shown
    sources = block.children("source")
    for child in block.blocks if depth < _MAX_DEPTH else ():
        made[_camel(child.type)] = _plain(module, child, depth + 1)
    if len(sources) > 1:
        made.pop("source")
        made["sources"] = [_plain(module, s, depth + 1) for s in sources]
    return made


def _camel(key: str) -> str:
    if key == "repo_url":
        return "repoURL"
    first, *rest = key.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _config_sync(module: Module, block: Block) -> Iterator[Delivery]:
    for part in block.walk():
        if part.type == "config_sync":
            git = part.child("git") or part.child("oci") or part
            folder = module.text(git.attr("policy_dir"))
            yield _bare(CONFIG_SYNC, module, block, folder)


def _modules(module: Module) -> Iterator[Delivery]:
    for call in module.calls:
        source = call.source.lower()
        if source.endswith("//modules/acm") and call.block.attr("sync_repo"):
            folder = module.text(call.block.attr("policy_dir"))
            yield _bare(CONFIG_SYNC, module, call.block, folder)
        elif call.block.attr("argocd_applications") or (
            "gitops-bridge" in source and call.block.attr("apps")
        ):
            yield _bare(ARGO, module, call.block, "")


def _bare(tool: str, module: Module, block: Block, folder: str) -> Delivery:
    # What the provider sets up follows git by itself; there is no object to read more from.
    path = folder.removeprefix("./").strip("/") if "${" not in folder else ""
    limit = terraform.limit(module, block)
    named = environment_of(path) if path else None
    only = limit.only or ((named,) if named else ()) or scope_of(module)
    source = Source("", "", path, "", "", (), NOTHING, ())
    at = _always(block.place)
    return Delivery(tool, block.address, "", NOTHING, NOTHING, at, (source,), only)


def _charts(site: Site[object]) -> Iterator[Delivery]:
    from seatrial.kit.platform.installs import installed

    for install in installed(site, *_APPS_CHARTS):
        tool = _APPS_CHARTS[install.chart]
        layers = install.layers[-1:]
        for name, spec in _of_values(layers[0].node) if layers else ():
            line = replace(layers[0].origin, line=max(spec.line, 1), column=1)
            root = yaml.parse(json.dumps({"spec": spec.plain()})).first
            made = delivery("argoproj.io", "Application", root, _always(line), install.environments)
            if made:
                yield replace(made, tool=tool, name=name)


def _of_values(values: Node) -> Iterator[tuple[str, Node]]:
    """Yield applications of the chart `argocd-apps`: a list in old versions, a mapping in new."""
    applications = values.at("applications")
    for one in applications.items():
        yield one.at("name").text, one
    for name, one in applications.pairs():
        yield name, one
