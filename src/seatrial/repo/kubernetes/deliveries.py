"""Environments of raw objects whose folder a GitOps object delivers to an environment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from seatrial.model.struct import replace
from seatrial.repo.environments import environment_of
from seatrial.repo.kubernetes.manifests import Manifest

_POINTERS: Final = frozenset({"Kustomization", "Application"})


def delivered(found: Sequence[Manifest]) -> tuple[Manifest, ...]:
    """The objects, with environments for those whose folder a GitOps object delivers to one."""
    pointed = _pointers(found)
    return tuple(_delivered(manifest, pointed) for manifest in found)


def _pointers(found: Sequence[Manifest]) -> tuple[tuple[str, str], ...]:
    """(folder, environment) for the GitOps objects that deliver a folder to an environment."""
    pairs: list[tuple[str, str]] = []
    for manifest in found:
        if manifest.kind not in _POINTERS or "." not in manifest.api_version:
            continue
        spec = manifest.node.at("spec")
        sources = [spec, *spec.at("source").listed(), *spec.at("sources").items()]
        target = spec.at("destination", "namespace").text or spec.at("targetNamespace").text
        named = environment_of(manifest.name) or environment_of(target)
        environments = manifest.environments or ((named,) if named else ())
        for source in sources:
            folder = source.at("path").text.removeprefix("./").strip("/")
            pairs.extend((folder, e) for e in environments if folder)
    return tuple(pairs)


def _delivered(manifest: Manifest, pointed: tuple[tuple[str, str], ...]) -> Manifest:
    if manifest.environments or manifest.source == "chart":
        return manifest
    names = [e for folder, e in pointed if f"{manifest.file.folder}/".startswith(f"{folder}/")]
    return replace(manifest, environments=tuple(dict.fromkeys(names))) if names else manifest
