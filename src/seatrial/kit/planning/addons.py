"""Charts of others that a plan adds, in the way in which the repositories install such charts.

Terraform gets a file with a `helm_release` and a values file beside theirs, Flux a HelmRelease with
its HelmRepository, Argo CD an Application. Where nothing installs charts, there is no way.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addonobjects import (
    LOCAL,
    Addon,
    argo_application,
    beside,
    cluster_of,
    flux_release,
)
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.platform.live_terraform import live_modules
from seatrial.kit.site import Site, once
from seatrial.model.change import Edit, Generate, Risk
from seatrial.model.struct import struct
from seatrial.repo.environments import environment_of
from seatrial.repo.infrastructure.tfmodules import Module
from seatrial.repo.kubernetes.manifests import Manifest

_SINGLE: Final = "terraform.workspace"


@struct(eq=False)
class Way:
    """How charts are installed here: Terraform's modules, or objects that are taken as models.

    Attributes:
        modules: root modules that install charts, one for each environment that has its own.
        models: a HelmRelease; or Applications of charts, one for each cluster.
    """

    modules: tuple[Module, ...] = ()
    models: tuple[Manifest, ...] = ()

    @property
    def model(self) -> Manifest | None:
        """The first of the models."""
        return self.models[0] if self.models else None

    @property
    def is_remote(self) -> bool:
        """True where Argo CD installs into other clusters than its own."""
        return any(cluster_of(m) not in {"", LOCAL, "in-cluster"} for m in self.models)


@once
def way(site: Site[object]) -> Way | None:
    """The way in which these repositories install charts; None when they install none."""
    modules = tuple(_modules(site))
    if modules:
        return Way(modules)
    models = [m for m in live_manifests(site) if _is_model(m)]
    if not models or models[0].kind == "HelmRelease":
        return Way((), tuple(models[:1])) if models else None
    by_cluster = {cluster_of(m): m for m in reversed(models) if m.kind == "Application"}
    return Way((), tuple(reversed(by_cluster.values())))


def _modules(site: Site[object]) -> Iterator[Module]:
    live = live_modules(site)
    with_releases = [m for m in live if m.resources("helm_release")]
    found = with_releases or [m for m in live if m.providers("helm")]
    named = {environment_of(m.folder): m for m in reversed(found) if environment_of(m.folder)}
    if named and len(named) == len(found):
        yield from reversed(named.values())
    else:
        yield from found[:1]


def _is_model(manifest: Manifest) -> bool:
    spec = manifest.node.at("spec")
    if manifest.source not in {"file", "kustomize"}:
        return False
    if manifest.kind == "HelmRelease":
        return bool(spec.at("chart", "spec", "chart").text)
    sources = [spec.at("source"), *spec.at("sources").items()]
    return manifest.kind == "Application" and any(s.at("chart").text for s in sources)


def environment_expression(module: Module) -> str:
    """HCL that names the environment of a run of this module; empty when nothing does."""
    texts = [file.text for file in module.files]
    if any(_SINGLE in text for text in texts):
        return _SINGLE
    named = environment_of(module.folder) if module.folder else None
    if named:
        return f'"{named}"'
    variables = module.variables()
    return next((f"var.{n}" for n in ("environment", "env", "stage") if n in variables), "")


def values_folder(module: Module, site: Site[object]) -> str:
    """Folder of the values files that this module's releases read, from the repository's root."""
    for release in site.repo.helm_releases:
        for named in release.values_files if release.module is module else ():
            if named.file:
                return named.file.folder
    return posixpath.join(module.folder, "helm-values")


def from_module(module: Module, path: str) -> str:
    """A path of the repository as this module's expressions write it."""
    return f"${{path.module}}/{posixpath.relpath(path, module.folder or '.')}"


def install(site: Site[object], addon: Addon) -> Iterator[Generate | Edit]:
    """Yield the files that install a chart; nothing when there is no way."""
    found = way(site)
    if found is None:
        return
    for module in found.modules:
        yield from _terraform(site, module, addon)
    for number, model in enumerate(found.models):
        if model.kind == "HelmRelease":
            yield from beside(model, addon.name, flux_release(model, addon), addon.reason)
            continue
        place = environment_of(model.name) or environment_of(cluster_of(model)) or str(number)
        name = addon.name if len(found.models) == 1 else f"{addon.name}-{place}"
        yield from beside(model, name, argo_application(model, addon, name), addon.reason)


def _terraform(site: Site[object], module: Module, addon: Addon) -> Iterator[Generate]:
    values = posixpath.join(values_folder(module, site), f"{addon.name}.yaml")
    path = posixpath.join(module.folder, f"{addon.name}.tf")
    given = [f'file("{from_module(module, values)}")', *addon.computed]
    listed = (
        f"[{given[0]}]"
        if len(given) == 1
        else "".join(["[\n", *(f"    {g},\n" for g in given), "  ]"])
    )
    text = _RELEASE.format(
        label=addon.name.replace("-", "_"),
        name=addon.name,
        repository=addon.repository,
        chart=addon.chart,
        version=addon.version,
        namespace=addon.namespace,
        values=listed,
        makes="false" if addon.after else "true",
        after=f"\n\n  depends_on = [{', '.join(addon.after)}]" if addon.after else "",
    )
    more = f"\n{addon.terraform.strip()}\n" if addon.terraform else ""
    yield Generate(module.root.name, path, text + more, addon.reason, Risk.MEDIUM)
    yield Generate(module.root.name, values, addon.values, addon.reason)


_RELEASE: Final = """\
resource "helm_release" "{label}" {{
  name             = "{name}"
  repository       = "{repository}"
  chart            = "{chart}"
  version          = "{version}"
  namespace        = "{namespace}"
  create_namespace = {makes}
  atomic           = true

  values = {values}{after}
}}
"""
