"""What a kustomization sets on all its objects: labels, replicas, images, names, namespace."""

from __future__ import annotations

from typing import Final

from seatrial.model.struct import replace
from seatrial.repo.kubernetes import merging
from seatrial.repo.kubernetes.kustomize import Kustomization, images
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import NOTHING, Node

_CLUSTER_KINDS: Final = frozenset(
    "Namespace ClusterRole ClusterRoleBinding CustomResourceDefinition PersistentVolume"
    " StorageClass PriorityClass IngressClass GatewayClass ClusterIssuer ClusterPolicy APIService"
    " Node ValidatingWebhookConfiguration MutatingWebhookConfiguration".split()
)


_EVERYWHERE: Final[tuple[str, ...]] = ("metadata", "labels")


def adjusted(one: Kustomization, manifest: Manifest, origins: merging.Origins) -> Manifest:
    """The object with the labels, replicas, images, names and namespace of a kustomization."""
    node = _labelled_node(one, manifest.node, manifest, origins)
    node = _with_replicas(one, node, manifest, origins)
    node = _with_images(one, node, manifest, origins)
    prefix, suffix = one.node.at("namePrefix").text, one.node.at("nameSuffix").text
    namespace = manifest.namespace
    if one.namespace and manifest.kind not in _CLUSTER_KINDS:
        namespace = one.namespace
    if node is manifest.node and not (prefix or suffix) and namespace == manifest.namespace:
        return manifest
    return replace(
        manifest, node=node, name=f"{prefix}{manifest.name}{suffix}", namespace=namespace
    )


def _labelled_node(
    one: Kustomization, node: Node, manifest: Manifest, origins: merging.Origins
) -> Node:
    everywhere = one.node.at("commonLabels")
    sets = [(everywhere, True)] if everywhere.kind == "map" else []
    for item in one.node.at("labels").items():
        into_pods = any(item.at(k).value is True for k in ("includeSelectors", "includeTemplates"))
        if item.at("pairs").kind == "map":
            sets.append((item.at("pairs"), into_pods))
    for pairs, into_pods in sets:
        paths: list[tuple[str, ...]] = [_EVERYWHERE]
        if into_pods and manifest.pod_path:
            paths.append((*manifest.pod_path[:-1], *_EVERYWHERE))
        for path in paths:
            node = merging.with_value(node, path, pairs, pairs, one.file, origins)
    annotations = one.node.at("commonAnnotations")
    if annotations:
        path = ("metadata", "annotations")
        mark = one.node.key("commonAnnotations")
        node = merging.with_value(node, path, annotations, mark, one.file, origins)
    return node


def _with_replicas(
    one: Kustomization, node: Node, manifest: Manifest, origins: merging.Origins
) -> Node:
    for item in one.node.at("replicas").items():
        if item.at("name").text == manifest.name and node.at("spec").kind == "map":
            path, count, mark = ("spec", "replicas"), item.at("count"), item.key("count")
            node = merging.with_value(node, path, count, mark, one.file, origins)
    return node


def _with_images(
    one: Kustomization, node: Node, manifest: Manifest, origins: merging.Origins
) -> Node:
    wanted = images(one.node)
    if not wanted or not manifest.pod_path:
        return node
    for group in ("containers", "initContainers"):
        for container in node.at(*manifest.pod_path, group).items():
            entry = wanted.get(_image_name(container.at("image").text), NOTHING)
            if entry and container.at("name").text:
                node = _with_image(one, node, manifest, group, container, entry, origins)
    return node


def _with_image(
    one: Kustomization,
    node: Node,
    manifest: Manifest,
    group: str,
    container: Node,
    entry: Node,
    origins: merging.Origins,
) -> Node:
    image = container.at("image").text
    name = _image_name(image)
    ending = image[len(name) :]
    tag, digest = entry.at("newTag").text, entry.at("digest").text
    new = (entry.at("newName").text or name) + (
        f"@{digest}" if digest else f":{tag}" if tag else ending
    )
    place = entry.at("newTag") or entry.at("digest") or entry.at("newName") or entry
    made = Node("map", place.line, place.column)
    made._map = {"name": container.at("name"), "image": merging.scalar(new, place)}
    made._keys = {"name": container.key("name"), "image": place}
    members = Node("seq", place.line, place.column)
    members._seq = [made]
    return merging.with_value(node, (*manifest.pod_path, group), members, place, one.file, origins)


def _image_name(image: str) -> str:
    name = image.partition("@")[0]
    head, colon, tag = name.rpartition(":")
    return head if colon and "/" not in tag else name
