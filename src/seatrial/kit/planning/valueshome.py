"""The file and the place in it where the values of an installed chart can be changed."""

from __future__ import annotations

from seatrial.kit.platform.install import Install
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.edit import At
from seatrial.model.struct import struct
from seatrial.repo.files import File
from seatrial.repo.infrastructure.tfhelm import HelmRelease
from seatrial.repo.yaml import Node


@struct(eq=False)
class ValuesHome:
    """Where values stand.

    Attributes:
        at: way to them in the document; empty for a values file.
        document: position of the document in the file.
        node: the values that stand there.
    """

    file: File
    at: At
    document: int
    node: Node


def release_of(site: Site[object], install: Install) -> HelmRelease | None:
    """The `helm_release` that an install comes from; None for another kind."""
    return next((r for r in site.repo.helm_releases if r.place == install.place), None)


def values_home(site: Site[object], install: Install) -> ValuesHome | None:
    """The last values file of a release, or the values inside a HelmRelease or Application."""
    release = release_of(site, install)
    if release:
        files = [
            n.file for n in release.values_files if n.file and not n.is_template and not n.fill
        ]
        return ValuesHome(files[-1], (), 0, files[-1].yaml.first) if files else None
    for manifest in live_manifests(site):
        if manifest.name == install.name and manifest.file.path == install.place.path:
            return _inside(manifest.file, manifest.kind, manifest.node)
    return None


def _inside(file: File, kind: str, node: Node) -> ValuesHome | None:
    number = next((i for i, d in enumerate(file.yaml.documents) if d is node), None)
    ways: dict[str, tuple[str, ...]] = {
        "HelmRelease": ("spec", "values"),
        "Application": ("spec", "source", "helm", "valuesObject"),
    }
    way = ways.get(kind)
    if number is None or way is None:
        return None
    if kind == "Application" and node.at("spec", "source", "helm", "values"):
        return None  # A text, which holds them already and cannot be edited by key.
    return ValuesHome(file, way, number, node.at(*way))
