"""Volumes of compose services: named ones, and what is mounted from the host."""

from __future__ import annotations

from typing import Final

from seatrial.model.struct import struct
from seatrial.repo.yaml import Node

_PATH_MARKS: Final = ("./", "../", "/", "~", "$PWD", "${PWD")


@struct
class Mount:
    """A volume of a service.

    Attributes:
        source: name of a volume or path of the host; empty for an anonymous one.
        is_bind: True when a folder or file of the host is mounted.
    """

    source: str
    target: str
    line: int
    is_bind: bool


def mount_of(node: Node) -> Mount | None:
    """The volume that a node of `volumes` describes; None for none."""
    if node.kind == "map":
        kind, source = node.at("type").text, node.at("source").text
        return Mount(source, node.at("target").text, node.line, kind == "bind")
    text = node.text
    if not text:
        return None
    source, colon, rest = text.partition(":")
    if source.startswith("${") and "}" not in source:
        # `${DIR:-./data}:/data`: the colon belongs to the default.
        inside, _, rest = text.partition("}:")
        source, colon = inside + "}", ":"
    if not colon:
        return Mount("", text, node.line, is_bind=False)
    path = source.partition(":-")[2].rstrip("}") or source
    bind = path.startswith(_PATH_MARKS) or path == "."
    return Mount(source, rest.partition(":")[0], node.line, bind)
