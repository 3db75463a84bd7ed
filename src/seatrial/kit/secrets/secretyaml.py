"""Credentials written out in YAML: manifests, values, compose files, workflows, configuration."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releases import deployments
from seatrial.kit.secrets.secretnames import words_of
from seatrial.kit.secrets.secrettypes import Literal, is_sample, judged, only_development
from seatrial.kit.serving import is_deployed_to_kubernetes
from seatrial.kit.site import Site
from seatrial.model.struct import struct
from seatrial.repo.environments import environment_of
from seatrial.repo.files import File
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.workflows import Job
from seatrial.repo.yaml import Node

_REFERENCE_KINDS: Final = frozenset(
    "ExternalSecret ClusterExternalSecret SecretStore ClusterSecretStore SealedSecret"
    " SecretProviderClass OnePasswordItem VaultStaticSecret VaultDynamicSecret VaultAuth"
    " InfisicalSecret DopplerSecret Certificate CustomResourceDefinition PushSecret"
    " SopsSecret GitRepository HelmRepository OCIRepository Role ClusterRole".split()
)
_SHORTEST: Final = 4
"""Characters of the shortest value that is taken for a credential."""
_KUSTOMIZATIONS: Final = ("kustomization.yaml", "kustomization.yml")
_CONFIGURATIONS: Final = ("application", "bootstrap", "appsettings", "secrets", "credentials")


@struct
class Found:
    """A credential in a YAML tree.

    Attributes:
        line: line of its key in the file that holds the tree.
    """

    path: tuple[str | int, ...]
    name: str
    kind: str
    weak: bool
    line: int


def walked(node: Node) -> Iterator[Found]:
    """Credentials in a YAML tree; a name and value of a container's env are read as one."""
    for path, child in node.walk():
        if child.kind != "scalar" or not path:
            continue
        last = path[-1]
        name = last if isinstance(last, str) else _owner(path)
        value = child.text
        if len(value) < _SHORTEST:
            continue
        if last == "value":
            name = node.at(*path[:-1]).at("name").text or name
        elif isinstance(last, int) and "=" in value and name in {"environment", "literals", "args"}:
            name, _, value = value.partition("=")
        found = judged(name, value)
        if found:
            key = node.at(*path[:-1]).key(last) if isinstance(last, str) else child
            yield Found(path, _full_name(path, name), *found, line=(key or child).line)


def _full_name(path: tuple[str | int, ...], name: str) -> str:
    # `password` says little; `postgresql.password` says which.
    above = path[-2] if len(path) > 1 else ""
    plain = name == path[-1] and len(words_of(name)) == 1
    return f"{above}.{name}" if plain and isinstance(above, str) and above else name


def _owner(path: tuple[str | int, ...]) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def of_manifests(site: Site[object]) -> Iterator[Literal]:
    """Credentials in Kubernetes objects; for charts those that stand in the template itself."""
    for manifest in site.repo.manifests:
        if manifest.kind in _REFERENCE_KINDS or is_sample(manifest.file.path):
            continue
        if manifest.node.has("sops"):
            continue
        rendered = manifest.source == "chart"
        for found in _in_manifest(manifest):
            if rendered and not _stands_in(manifest, found.path):
                continue
            yield Literal(
                found.name,
                manifest.place(*found.path),
                found.kind,
                f"{manifest.kind}/{manifest.name}",
                manifest.environments,
                weak=found.weak,
                deployed=not only_development(manifest.environments),
            )


def _in_manifest(manifest: Manifest) -> Iterator[Found]:
    if manifest.kind != "Secret":
        yield from walked(manifest.node)
        return
    for field in ("data", "stringData"):
        for key, node in manifest.node.at(field).pairs():
            found = judged(key, _decoded(node.text) if field == "data" else node.text)
            if found:
                yield Found((field, key), key, *found, line=node.line)


def _stands_in(manifest: Manifest, path: tuple[str | int, ...]) -> bool:
    value = manifest.node.at(*path).text
    return bool(value) and value in manifest.file.text


def _decoded(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def of_values(site: Site[object]) -> Iterator[Literal]:
    """Credentials in the values of charts; a chart's own values count as deployed nowhere."""
    for chart in site.repo.charts:
        if chart.values_file:
            yield from _in_file(chart.values_file, chart.values, (), deployed=False)
        for values in chart.values_files:
            if not values.inline:
                environments = (values.environment,) if values.environment else ()
                deployed = bool(environments) and not only_development(environments)
                yield from _in_file(values.file, values.node, environments, deployed=deployed)
    for release in site.repo.helm_releases:
        for named in release.values_files:
            if named.file and not named.is_template:
                yield from _in_file(named.file, named.file.yaml.first, release.environments)


def _in_file(
    file: File, node: Node, environments: tuple[str, ...], *, deployed: bool = True
) -> Iterator[Literal]:
    if is_sample(file.path) or node.has("sops"):
        return
    for found in walked(node):
        place = file.place(found.line)
        yield Literal(found.name, place, found.kind, file.name, environments, found.weak, deployed)


def of_compose(site: Site[object]) -> Iterator[Literal]:
    """Credentials in compose files, where these are how the system runs and not for development."""
    if is_deployed_to_kubernetes(site) or deployments(site):
        return
    for compose in site.repo.compose:
        low = compose.file.name.lower()
        hidden = any(part.startswith(".") for part in compose.file.path.split("/"))
        if hidden or any(word in low for word in ("dev", "local", "ci", "override")):
            continue
        yield from _in_file(compose.file, compose.node, (), deployed="prod" in low)


def of_workflows(site: Site[object]) -> Iterator[Literal]:
    """Tokens and keys in workflows; plain passwords only in jobs that deploy, services left out."""
    deploying = {id(release.job) for release in deployments(site)}
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            if job.is_off:
                continue
            for found in walked(job.node):
                strict = found.kind not in {"value", "URL with a password"}
                if strict or (id(job) in deploying and _is_own(job, found)):
                    place = workflow.file.place(found.line)
                    yield Literal(found.name, place, found.kind, f"job {job.id}", weak=found.weak)


def _is_own(job: Job, found: Found) -> bool:
    return found.path[0] != "services" and not job.services and "permissions" not in found.path


def of_yaml_files(site: Site[object]) -> Iterator[Literal]:
    """Credentials in generators of kustomize and in configuration that is read by its name."""
    for file in site.repo.files():
        if file.suffix not in {".yaml", ".yml"} or is_sample(file.path):
            continue
        stem = file.name.lower()
        if stem in _KUSTOMIZATIONS:
            if "secretGenerator" in file.text or "configMapGenerator" in file.text:
                name = environment_of(file.path)
                environments = (name,) if name else ()
                yield from _in_file(file, file.yaml.first, environments)
        elif stem.startswith(_CONFIGURATIONS) and "{{" not in file.text and "<%" not in file.text:
            for document in file.yaml.documents:
                if not document.has("apiVersion"):
                    yield from _in_file(file, document, (), deployed="prod" in stem)
