"""Keys that a plan adds to a container, in a manifest or in the template of a chart."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk
from seatrial.model.edit import At, Block, FileEdit, InsertText, Item, SetKey
from seatrial.repo.files import File
from seatrial.repo.kubernetes.manifests import Manifest

_NEAR: Final = 8
"""Lines behind a container's first in which its image is looked for."""


def container_edit(
    site: Site[object],
    manifest: Manifest,
    index: int,
    keys: tuple[tuple[str, str], ...],
    why: str,
    risk: Risk = Risk.MEDIUM,
) -> Edit | Leave:
    """Add keys to a container that lacks them.

    Args:
        site: the site.
        manifest: the object as it is rendered.
        index: position of the container in its pods.
        keys: each key with its value as YAML text at no indentation.
        why: the reason of the edit.
        risk: what it can do.
    """
    place = manifest.place(*manifest.pod_path, "containers", index)
    file = next(r.files[place.path] for r in site.repo.roots if r.name == place.repository)
    if manifest.source in {"file", "kustomize"} and not _is_template(file):
        edits = tuple(_by_key(file, manifest, index, keys))
    else:
        edits = tuple(_by_line(file, place.line, keys))
    if not edits:
        names = ", ".join(key for key, _ in keys)
        return Leave(f"add {names} to this container: its lines are not unique", place)
    return Edit(file.root.name, file.path, edits, why, risk)


def _is_template(file: File) -> bool:
    return "{{" in file.text


def _by_key(
    file: File, manifest: Manifest, index: int, keys: tuple[tuple[str, str], ...]
) -> Iterator[FileEdit]:
    documents = file.yaml.documents
    number = next(
        (i for i, d in enumerate(documents) if d is manifest.node or d.line == manifest.node.line),
        None,
    )
    name = manifest.containers[index].at("name").text
    if number is None or not name:
        return
    at: At = (*manifest.pod_path, "containers", Item("name", name))
    for key, text in keys:
        yield SetKey(at, key, Block(text), replace=False, document=number)


def _by_line(file: File, line: int, keys: tuple[tuple[str, str], ...]) -> Iterator[FileEdit]:
    """Behind the container's image, known by the lines from its first one on."""
    lines = file.lines
    first = lines[line - 1] if 0 < line <= len(lines) else ""
    start = first.lstrip()
    if not start.startswith("- "):
        return
    indent = len(first) - len(start) + 2
    image = next(
        (
            number
            for number in range(line - 1, min(line - 1 + _NEAR, len(lines)))
            if lines[number].lstrip("- ").startswith("image:")
            and (number == line - 1 or len(lines[number]) - len(lines[number].lstrip()) == indent)
        ),
        None,
    )
    if image is None:
        return
    anchor = "".join(f"{text}\n" for text in lines[line - 1 : image + 1])
    if file.text.replace("\r\n", "\n").count(anchor) != 1:
        return
    body = "".join(f"{key}:\n{textwrap.indent(text, '  ')}" for key, text in keys)
    margin = " " * indent
    # What a workload may use is put behind its image as well, by another practice.
    past = (f"{margin}resources:", f"{margin}  {{{{- toYaml*")
    yield InsertText(textwrap.indent(body, margin), after=anchor, past=past)
