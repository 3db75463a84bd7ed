"""The objects that a kustomization builds: resources, then components, patches and transformers."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from seatrial.model.struct import field, replace, struct
from seatrial.repo.files import File
from seatrial.repo.kubernetes import kustomize_transform, merging
from seatrial.repo.kubernetes.kustomize import Kustomization, Patch, entries
from seatrial.repo.kubernetes.manifests import Manifest, make, objects_of
from seatrial.repo.yaml import Node

_MAX_DEPTH: Final = 20


@struct(frozen=False)
class _Build:
    """Objects while they are put together."""

    origins: merging.Origins = field(default_factory=dict)
    objects: list[Manifest] = field(default_factory=list)


def manifests(found: tuple[Kustomization, ...]) -> tuple[Manifest, ...]:
    """Objects of all kustomizations that are delivered.

    An object that several overlays take over unchanged is one object with all their environments;
    one that an overlay changes is an object of its own.
    """
    merged: dict[tuple[int, str, str], Manifest] = {}
    for entry in entries(found):
        build = _Build()
        _collect(entry, build, None, 0, frozenset())
        for manifest in build.objects:
            key = (id(manifest.node), manifest.name, manifest.namespace)
            same = merged.get(key)
            names = manifest.environments
            if same is not None:
                names = tuple(dict.fromkeys((*same.environments, *names)))
            merged[key] = replace(manifest, environments=names, origins=build.origins or {})
    return tuple(merged.values())


def _collect(
    one: Kustomization, build: _Build, environment: str | None, depth: int, seen: frozenset[str]
) -> None:
    if depth > _MAX_DEPTH or one.file.path in seen:
        return
    seen = seen | {one.file.path}
    environment = environment or (None if one.is_component else one.environment)
    inner = _Build(build.origins, [])
    components: list[Kustomization] = []
    for member in one.members:
        if isinstance(member, File):
            inner.objects.extend(_of_file(member, environment))
        elif member.is_component:
            components.append(member)
        else:
            _collect(member, inner, environment, depth + 1, seen)
    inner.objects.extend(_generated(one, environment))
    for component in components:
        # A component works on everything that is there so far.
        _component(component, inner, environment, depth + 1, seen)
    _transform(one, inner)
    build.objects.extend(inner.objects)


def _component(
    one: Kustomization, build: _Build, environment: str | None, depth: int, seen: frozenset[str]
) -> None:
    before = build.objects
    added = _Build(build.origins, [])
    _collect_members(one, added, environment, depth, seen)
    build.objects = [*before, *added.objects]
    _transform(one, build)


def _collect_members(
    one: Kustomization, build: _Build, environment: str | None, depth: int, seen: frozenset[str]
) -> None:
    if depth > _MAX_DEPTH or one.file.path in seen:
        return
    for member in one.members:
        if isinstance(member, File):
            build.objects.extend(_of_file(member, environment))
        elif member.is_component:
            _component(member, build, environment, depth + 1, seen | {one.file.path})
        else:
            _collect(member, build, environment, depth + 1, seen | {one.file.path})
    build.objects.extend(_generated(one, environment))


def _of_file(file: File, environment: str | None) -> Iterator[Manifest]:
    for manifest in objects_of(file):
        names = (environment,) if environment else manifest.environments
        yield replace(manifest, source="kustomize", environments=names, is_patch=False)


def _generated(one: Kustomization, environment: str | None) -> Iterator[Manifest]:
    names = (environment,) if environment else ()
    for key, kind in (("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")):
        for entry in one.node.at(key).items():
            node = _object(kind, entry)
            yield from make(node, one.file, source="kustomize", environments=names)


def _object(kind: str, entry: Node) -> Node:
    """An object with the names of the keys that a generator puts in; values are left out."""
    node = Node("map", entry.line, entry.column)
    node.end_line = entry.end_line
    data = Node("map", entry.line, entry.column)
    metadata = Node("map", entry.line, entry.column)
    metadata._map["name"] = entry.at("name")
    metadata._keys["name"] = entry.key("name")
    for source in ("literals", "files"):
        for item in entry.at(source).items():
            name = (
                item.text.partition("=")[0] if "=" in item.text else posixpath.basename(item.text)
            )
            data._map[name] = data._keys[name] = merging.scalar("", item)
    parts = {"apiVersion": merging.scalar("v1", entry), "kind": merging.scalar(kind, entry)}
    for key, child in (*parts.items(), ("metadata", metadata), ("data", data)):
        node._map[key] = child
        node._keys[key] = child
    return node


def _transform(one: Kustomization, build: _Build) -> None:
    for patch in one.patches:
        build.objects = [m for o in build.objects for m in _patched(o, patch, build.origins)]
    build.objects = [kustomize_transform.adjusted(one, m, build.origins) for m in build.objects]


def _patched(manifest: Manifest, patch: Patch, origins: merging.Origins) -> Iterator[Manifest]:
    node = manifest.node
    for fragment in patch.nodes:
        if not _selects(patch, fragment, manifest):
            continue
        if fragment.kind == "seq":
            node = merging.operations(node, fragment, patch.file, origins)
        elif fragment.at("$patch").text == "delete":
            return
        else:
            node = merging.strategic(node, _body(fragment), patch.file, origins)
    yield manifest if node is manifest.node else replace(manifest, node=node)


def _body(fragment: Node) -> Node:
    # The target may be called otherwise than the patch: identity is not part of the change.
    made = merging.copy(fragment, {})
    for key in ("apiVersion", "kind"):
        made._map.pop(key, None)
        made._keys.pop(key, None)
    if made.at("metadata").kind == "map":
        metadata = merging.copy(made.at("metadata"), {})
        for key in ("name", "namespace"):
            metadata._map.pop(key, None)
            metadata._keys.pop(key, None)
        made._map["metadata"] = metadata
    return made


def _selects(patch: Patch, fragment: Node, manifest: Manifest) -> bool:
    target = patch.target
    if not target:
        return (
            fragment.at("kind").text == manifest.kind
            and fragment.at("metadata", "name").text == manifest.name
        )
    version = manifest.api_version.rpartition("/")[2]
    wanted = (("kind", manifest.kind), ("group", manifest.group), ("version", version))
    if any(target.at(key).text not in {"", have} for key, have in wanted):
        return False
    labels = target.at("labelSelector").text
    if labels and not _labelled(labels, manifest.labels):
        return False
    return _named(target.at("name").text, manifest.name) and _named(
        target.at("namespace").text, manifest.namespace
    )


def _named(pattern: str, name: str) -> bool:
    if not pattern or pattern == name:
        return True
    if len(pattern) > _MAX_PATTERN or len(name) > _MAX_PATTERN or pattern.count("*") > _MAX_STARS:
        return False
    try:
        return re.fullmatch(pattern, name) is not None
    except re.error:
        return False


_MAX_PATTERN: Final = 100
_MAX_STARS: Final = 3


def _labelled(selector: str, labels: dict[str, str]) -> bool:
    pairs = [p.partition("=") for p in selector.split(",")]
    return all(not eq or labels.get(key.strip()) == value.strip("= ") for key, eq, value in pairs)
