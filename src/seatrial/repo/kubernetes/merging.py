"""Kubernetes patches over YAML nodes: strategic merge by name, and JSON 6902; sources stay intact.

A changed map or list is a new node; what was not touched is shared with the source. Where a part
came from is remembered by identity, so that places stay exact.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from seatrial.repo.files import File
from seatrial.repo.yaml import NOTHING, Node

Origins = dict[Node, File]
# Nodes are keys by identity, which also keeps them alive: an id alone could be given away again.


_MERGE_KEYS: Final = {
    # list -> key that tells its members apart
    "containers": "name",
    "initContainers": "name",
    "ephemeralContainers": "name",
    "env": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "volumeDevices": "devicePath",
    "imagePullSecrets": "name",
    "hostAliases": "ip",
    "topologySpreadConstraints": "topologyKey",
    "ports": "containerPort",
}
_MAX_DEPTH: Final = 60


def strategic(base: Node, patch: Node, file: File, origins: Origins, depth: int = 0) -> Node:
    """The base with a strategic merge patch over it.

    Args:
        base: the object.
        patch: the fragment.
        file: the file that holds the patch.
        origins: takes the parts that come from it.
        depth: levels above; patches that nest deeper than any object are taken over whole.
    """
    if base.kind != "map" or patch.kind != "map" or depth > _MAX_DEPTH:
        _mark(patch, file, origins)
        return patch
    if patch.at("$patch").text == "replace":
        return _put_in(base, patch, file, origins)
    result = copy(base, origins)
    for key, value in patch.pairs():
        if key == "$patch":
            continue
        under = base.at(key)
        if value.is_null:
            _drop(result, key)
        elif under.kind == "seq" and value.kind == "seq" and _merge_key(key, under):
            merged = _members(key, under, value, file, origins, depth)
            _set(result, key, merged, base.key(key) or patch.key(key))
        else:
            merged = strategic(under, value, file, origins, depth + 1)
            inner = under.kind == "map" and value.kind == "map"
            mark = base.key(key) if inner else patch.key(key)
            if not inner:
                _mark(mark, file, origins)
            _set(result, key, merged, mark)
    return result


def _put_in(base: Node, patch: Node, file: File, origins: Origins) -> Node:
    result = Node("map", patch.line, patch.column)
    result.end_line = patch.end_line
    for key, value in patch.pairs():
        if key != "$patch":
            _set(result, key, value, patch.key(key))
    _mark(result, file, origins)
    return result if patch.names() != ["$patch"] else base


def _members(name: str, base: Node, patch: Node, file: File, origins: Origins, depth: int) -> Node:
    key = _merge_key(name, base)
    result = copy(base, origins)
    for member in patch.items():
        identity = member.at(key).text
        index = next(
            (i for i, m in enumerate(result.items()) if identity and m.at(key).text == identity), -1
        )
        if member.at("$patch").text == "delete":
            if index >= 0:
                del result._seq[index]
        elif index >= 0:
            result._seq[index] = strategic(result._seq[index], member, file, origins, depth + 1)
        else:
            _mark(member, file, origins)
            result._seq.append(member)
    return result


def _merge_key(name: str, members: Node) -> str:
    key = _MERGE_KEYS.get(name, "")
    if name == "ports" and not any(m.has(key) for m in members.items()):
        return "port"  # of a Service
    return key


def operations(base: Node, patch: Node, file: File, origins: Origins) -> Node:
    """The base after the operations of a JSON 6902 patch; ones that do not fit are left out."""
    result = base
    for operation in patch.items():
        path = [
            p.replace("~1", "/").replace("~0", "~") for p in operation.at("path").text.split("/")
        ]
        verb = operation.at("op").text
        value = operation.at("value")
        if len(path) > 1 and verb in {"add", "replace", "remove"}:
            if verb != "remove":
                _mark(value, file, origins)
                _mark(operation.key("value"), file, origins)
            change = _Change(verb, value, operation.key("value"), file)
            result = _at_path(result, path[1:], change, origins)
    return result


class _Change:
    """What one operation does at its path."""

    __slots__ = ("file", "mark", "value", "verb")

    def __init__(self, verb: str, value: Node, mark: Node, file: File) -> None:
        self.verb = verb
        self.value = value
        self.mark = mark
        self.file = file


def _at_path(base: Node, path: list[str], change: _Change, origins: Origins) -> Node:
    step, rest = path[0], path[1:]
    if base.kind == "seq":
        return _in_list(base, step, rest, change, origins)
    if base.kind != "map":
        return base
    result = copy(base, origins)
    if rest:
        under = base.at(step)
        if under:
            _set(result, step, _at_path(under, rest, change, origins), base.key(step))
    elif change.verb == "remove":
        _drop(result, step)
    else:
        _set(result, step, change.value, change.mark)
    return result


def _in_list(base: Node, step: str, rest: list[str], change: _Change, origins: Origins) -> Node:
    result = copy(base, origins)
    members = result._seq
    index = len(members) if step == "-" else int(step) if step.isdecimal() else -1
    if rest and 0 <= index < len(members):
        members[index] = _at_path(members[index], rest, change, origins)
    elif rest or index < 0 or index > len(members):
        return base
    elif change.verb == "add":
        members.insert(index, change.value)
    elif index < len(members):
        if change.verb == "remove":
            del members[index]
        else:
            members[index] = change.value
    return result


def with_value(
    base: Node, path: Iterable[str], value: Node, mark: Node, file: File, origins: Origins
) -> Node:
    """The base with one value set at a path of keys; missing maps are made."""
    steps = list(path)
    _mark(value, file, origins)
    _mark(mark, file, origins)
    patch, key = value, mark
    for step in reversed(steps):
        outer = Node("map", mark.line, mark.column)
        _set(outer, step, patch, key)
        patch = outer
    return strategic(base, patch, file, origins)


def scalar(text: str, near: Node) -> Node:
    """A made string that stands where another node stands."""
    node = Node("scalar", near.line, near.column)
    node._raw = text
    node.plain_style = False
    return node


def copy(node: Node, origins: Origins) -> Node:
    """A shallow copy of a node, from the same file."""
    made = Node(node.kind, node.line, node.column)
    made.end_line = node.end_line
    made.plain_style, made.block = node.plain_style, node.block
    made._raw, made._tag = node._raw, node._tag
    made._map, made._keys, made._seq = dict(node._map), dict(node._keys), list(node._seq)
    if node in origins:
        origins[made] = origins[node]
    return made


def _set(node: Node, key: str, value: Node, mark: Node) -> None:
    node._map[key] = value
    node._keys[key] = mark or value


def _drop(node: Node, key: str) -> None:
    node._map.pop(key, None)
    node._keys.pop(key, None)


def _mark(node: Node, file: File, origins: Origins) -> None:
    if node is NOTHING:
        return
    for _, part in node.walk():
        origins[part] = file
        for key in part.names():
            origins[part.key(key)] = file
