"""Objects whose kind a chart brings along, which may not be in the cluster yet.

Flux refuses a whole folder when it holds a kind that the cluster does not know, the release that
would bring the kind among it. So such objects get a folder and a Kustomization of their own, which
tries again until the kind is there. Argo CD is told to leave out its dry run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addonobjects import beside
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Risk
from seatrial.repo.kubernetes.manifests import Manifest

_FOLDER: Final = "monitoring/objects"


def object_path(site: Site[object], model: Manifest, name: str) -> str:
    """Where the object of this name goes."""
    if _pointer(site, model):
        return f"{_FOLDER}/{name}/object.yaml"
    folder = f"{model.file.folder}/" if model.file.folder else ""
    return f"{folder}{name}{model.file.suffix}"


def late_object(
    site: Site[object], model: Manifest, name: str, text: str, why: str
) -> Iterator[Generate | Edit]:
    """Yield an object beside a model, or with a Kustomization of its own where Flux delivers."""
    pointer = _pointer(site, model)
    if pointer is None:
        yield from beside(model, name, text, why)
        return
    yield Generate(model.file.root.name, object_path(site, model, name), text, why, Risk.MEDIUM)
    source = pointer.node.at("spec", "sourceRef")
    made = _KUSTOMIZATION.format(
        api=pointer.api_version,
        name=name,
        namespace=pointer.namespace or "flux-system",
        folder=f"{_FOLDER}/{name}",
        kind=source.at("kind").text or "GitRepository",
        source=source.at("name").text or "flux-system",
    )
    yield from beside(model, name, made, f"delivers {name} as soon as its kind is known")


def _pointer(site: Site[object], model: Manifest) -> Manifest | None:
    """The Kustomization of Flux that delivers this repository; None for another delivery."""
    if model.kind != "HelmRelease":
        return None
    return next(
        (
            m
            for m in live_manifests(site)
            if m.kind == "Kustomization"
            and "toolkit.fluxcd.io" in m.api_version
            and m.file.root is model.file.root
            and m.source == "file"
        ),
        None,
    )


_KUSTOMIZATION: Final = """\
apiVersion: {api}
kind: Kustomization
metadata:
  name: {name}
  namespace: {namespace}
spec:
  interval: 10m
  retryInterval: 1m
  path: ./{folder}
  prune: true
  sourceRef:
    kind: {kind}
    name: {source}
"""
