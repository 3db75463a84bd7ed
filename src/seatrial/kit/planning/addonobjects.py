"""Charts as objects that Flux and Argo CD deliver, beside an object that is taken as the model."""

from __future__ import annotations

import posixpath
import textwrap
from collections.abc import Iterator
from typing import Final

from seatrial.model.change import Edit, Generate, Risk
from seatrial.model.edit import AddItem
from seatrial.model.struct import struct
from seatrial.repo.kubernetes.manifests import Manifest

LOCAL: Final = "https://kubernetes.default.svc"
"""How Argo CD calls its own cluster."""


@struct
class Addon:
    """A chart to be installed.

    Attributes:
        name: release name, and stem of the files.
        values: YAML, ending with a line end.
        terraform: further blocks for the Terraform file.
        computed: HCL expressions of further values, for what only Terraform knows.
        after: addresses of Terraform's resources that have to be there before; they make the
            namespace too.
    """

    name: str
    chart: str
    repository: str
    version: str
    namespace: str
    values: str
    reason: str
    terraform: str = ""
    computed: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def cluster_of(model: Manifest) -> str:
    """Where an Application delivers to: address or name of the cluster, empty for its own."""
    destination = model.node.at("spec", "destination")
    return destination.at("server").text or destination.at("name").text


def beside(model: Manifest, stem: str, text: str, reason: str) -> Iterator[Generate | Edit]:
    """An object next to another one, listed where a kustomization lists its neighbours."""
    file = model.file
    name = f"{stem}{file.suffix}"
    path = posixpath.join(file.folder, name)
    yield Generate(file.root.name, path, text, reason, Risk.MEDIUM)
    listing = file.root.files.get(posixpath.join(file.folder, "kustomization.yaml"))
    if listing and listing.yaml.first.at("resources"):
        edit = AddItem(("resources",), name, sort=True)
        yield Edit(file.root.name, listing.path, (edit,), f"apply {name} with its neighbours")


def flux_release(model: Manifest, addon: Addon) -> str:
    """A HelmRelease with its HelmRepository, in the way of a model."""
    version = model.api_version
    source = model.node.at("spec", "chart", "spec", "sourceRef", "namespace").text
    return _FLUX.format(
        name=addon.name,
        api=version,
        namespace=addon.namespace,
        at=f"\n        namespace: {source}" if source else "",
        home=source or addon.namespace,
        url=addon.repository,
        chart=addon.chart,
        version=addon.version,
        values=textwrap.indent(addon.values.rstrip("\n"), "    "),
    )


_FLUX: Final = """\
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: {name}
  namespace: {home}
spec:
  interval: 1h
  url: {url}
---
apiVersion: {api}
kind: HelmRelease
metadata:
  name: {name}
  namespace: {namespace}
spec:
  interval: 1h
  install:
    createNamespace: true
  chart:
    spec:
      chart: {chart}
      version: {version}
      sourceRef:
        kind: HelmRepository
        name: {name}{at}
  values:
{values}
"""


def argo_application(model: Manifest, addon: Addon, name: str) -> str:
    """An Application of this name, in the way of a model."""
    spec = model.node.at("spec")
    server = spec.at("destination", "server").text
    cluster = spec.at("destination", "name").text
    target = f"name: {cluster}" if cluster and not server else f"server: {server or LOCAL}"
    return _ARGO.format(
        name=name,
        release=addon.name,
        at=model.namespace or "argocd",
        project=spec.at("project").text or "default",
        url=addon.repository,
        chart=addon.chart,
        version=addon.version,
        values=textwrap.indent(addon.values.rstrip("\n"), "        "),
        target=target,
        namespace=addon.namespace,
    )


_ARGO: Final = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {name}
  namespace: {at}
spec:
  project: {project}
  source:
    repoURL: {url}
    chart: {chart}
    targetRevision: {version}
    helm:
      releaseName: {release}
      values: |
{values}
  destination:
    {target}
    namespace: {namespace}
  syncPolicy:
    automated:
      prune: true
      selfHeal: true
    syncOptions:
      - CreateNamespace=true
      - ServerSideApply=true
      - PruneLast=true
"""
