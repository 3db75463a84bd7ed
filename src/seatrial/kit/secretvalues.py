"""Credentials that are written out in files: where, under which name; never their value.

Structural rules beside what scanners know: a scanner finds tokens by their shape, these rules find
`password: hunter2` by its key. What keeps false alarms out is the context: references, samples,
tests, throw-away containers and names of secrets are none.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from seatrial.kit.secretfiles import of_text_files
from seatrial.kit.secretnames import (
    is_literal,
    is_placeholder,
    is_secret_name,
    is_weak,
    password_of,
    private_key,
    token_kind,
    userinfo,
    words_of,
)
from seatrial.kit.secretterraform import of_terraform
from seatrial.kit.secrettypes import Literal, is_sample
from seatrial.kit.serving import is_deployed_to_kubernetes
from seatrial.kit.site import Site, once
from seatrial.repo.environments import environment_of
from seatrial.repo.manifests import Manifest
from seatrial.repo.yaml import Node

__all__ = ["Literal", "literals"]

_REFERENCE_KINDS: Final = frozenset(
    "ExternalSecret ClusterExternalSecret SecretStore ClusterSecretStore SealedSecret"
    " SecretProviderClass OnePasswordItem VaultStaticSecret VaultDynamicSecret VaultAuth"
    " InfisicalSecret DopplerSecret Certificate CustomResourceDefinition PushSecret"
    " SopsSecret GitRepository HelmRepository OCIRepository Role ClusterRole".split()
)
_DEMO: Final = frozenset({"demo", "example", "test", "sample", "fake", "dummy"})


@dataclass(frozen=True, slots=True)
class _Found:
    path: tuple[str | int, ...]
    name: str
    kind: str
    weak: bool


@once
def literals(site: Site[object]) -> tuple[Literal, ...]:
    """All credentials that the files of the site write out, one per place.

    Weak ones (`password: admin`) are listed only where they are really used: in a deployed manifest
    or the values of an environment.
    """
    found = [
        *_of_manifests(site),
        *_of_values(site),
        *_of_compose(site),
        *_of_workflows(site),
        *of_terraform(site),
        *of_text_files(site),
    ]
    kept: dict[tuple[str, str, int], Literal] = {}
    for literal in found:
        if literal.weak and not literal.deployed:
            continue
        place = literal.place
        kept.setdefault((place.repository, place.path, place.line), literal)
    return tuple(kept.values())


def judged(name: str, value: str) -> tuple[str, bool] | None:
    """Kind of credential and whether it is weak; None when the value is none written out."""
    if private_key(value):
        return "private key", False
    kind, _ = token_kind(value)
    if kind:
        return kind, False
    host = userinfo(value)
    if host:
        password = password_of(value)
        if is_placeholder(password) or host.startswith(("localhost", "127.", "host.docker")):
            return None
        user = value.partition("://")[2].partition(":")[0]
        return "URL with a password", is_weak(name, password) or password == user
    if not is_secret_name(name) or not is_literal(name, value) or is_placeholder(value):
        return None
    if not _DEMO.isdisjoint(words_of(name)):
        return None
    return "value", is_weak(name, value)


def walked(node: Node) -> Iterator[_Found]:
    """Credentials in a YAML tree; a name/value pair of a container's env is read as one."""
    for path, child in node.walk():
        if child.kind != "scalar" or not path:
            continue
        name = str(path[-1]) if isinstance(path[-1], str) else _owner(path)
        if name == "value" and len(path) > 1:
            name = node.at(*path[:-1]).at("name").text or name
        found = judged(name, child.text)
        if found:
            yield _Found(path, name, *found)


def _owner(path: tuple[str | int, ...]) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def _of_manifests(site: Site[object]) -> Iterator[Literal]:
    for manifest in site.repo.manifests:
        if manifest.kind in _REFERENCE_KINDS or is_sample(manifest.file.path):
            continue
        if manifest.node.has("sops") or manifest.file.name.startswith("values"):
            continue
        if manifest.source == "chart" and manifest.kind == "Secret":
            # Its values stand in values files, which are looked at themselves.
            continue
        for found in _in_manifest(manifest):
            if manifest.source == "chart" and not _stands_in(manifest, found.path):
                continue
            yield Literal(
                found.name,
                manifest.place(*found.path),
                found.kind,
                f"{manifest.kind}/{manifest.name}",
                manifest.environments,
                weak=found.weak,
                deployed=not _only_dev(manifest.environments),
            )


def _in_manifest(manifest: Manifest) -> Iterator[_Found]:
    if manifest.kind == "Secret":
        for key, node in manifest.node.at("data").pairs():
            found = judged(key, _decoded(node.text))
            if found:
                yield _Found(("data", key), key, *found)
        for key, node in manifest.node.at("stringData").pairs():
            found = judged(key, node.text)
            if found:
                yield _Found(("stringData", key), key, *found)
        return
    yield from walked(manifest.node)


def _stands_in(manifest: Manifest, path: tuple[str | int, ...]) -> bool:
    value = manifest.node.at(*path).text
    return bool(value) and value in manifest.file.text


def _decoded(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _of_values(site: Site[object]) -> Iterator[Literal]:
    for chart in site.repo.charts:
        default = chart.values_file
        if default and not is_sample(default.path):
            for found in walked(chart.values):
                yield _literal(default.path, chart.values, found, default.place, ())
        for values in chart.values_files:
            if values.inline or is_sample(values.file.path) or values.node.has("sops"):
                continue
            environments = (values.environment,) if values.environment else ()
            for found in walked(values.node):
                yield _literal(
                    values.file.path, values.node, found, values.file.place, environments
                )


def _literal(
    owner: str,
    root: Node,
    found: _Found,
    place: object,
    environments: tuple[str, ...],
) -> Literal:
    raise NotImplementedError


def _only_dev(environments: tuple[str, ...]) -> bool:
    return bool(environments) and all(e in {"dev", "sandbox", "test"} for e in environments)
