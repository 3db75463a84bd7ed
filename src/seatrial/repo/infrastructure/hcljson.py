"""Terraform's JSON syntax as the same blocks and expressions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from seatrial.repo import yaml
from seatrial.repo.infrastructure.hcl import (
    MAX_NESTING,
    MAX_TEXT,
    Block,
    Document,
    Expression,
    Locate,
)
from seatrial.repo.infrastructure.hcl import parse as parse_native
from seatrial.repo.yaml import Node, Trouble

_LABELS: Final = {
    "resource": 2, "data": 2, "ephemeral": 2, "module": 1, "variable": 1, "output": 1,
    "provider": 1, "backend": 1, "provisioner": 1, "dynamic": 1,
}  # fmt: skip


def parse(text: str, locate: Locate) -> Document:
    """Parse `*.tf.json` or `*.tfvars.json`.

    JSON does not tell blocks from attributes: an object stands under both.
    """
    if len(text) > MAX_TEXT:
        return Document(trouble=Trouble(1, "over 2 Mi characters, left out"))
    documents = yaml.parse(text)
    top = documents.first
    attributes = {name: _expression(value, locate) for name, value in top.pairs()}
    blocks = [b for name, value in top.pairs() for b in _blocks(name, value, locate, 0)]
    return Document(tuple(blocks), attributes, documents.trouble)


def _blocks(kind: str, value: Node, locate: Locate, depth: int) -> Iterator[Block]:
    if depth < MAX_NESTING:
        yield from _labelled(kind, (), value, locate, depth)


def _labelled(
    kind: str, labels: tuple[str, ...], value: Node, locate: Locate, depth: int
) -> Iterator[Block]:
    for body in value.listed():
        if body.kind != "map":
            continue
        if len(labels) < _LABELS.get(kind, 0):
            for label, inside in body.pairs():
                yield from _labelled(kind, (*labels, label), inside, locate, depth)
        else:
            yield _block(kind, labels, body, locate, depth)


def _block(kind: str, labels: tuple[str, ...], body: Node, locate: Locate, depth: int) -> Block:
    attributes = {name: _expression(value, locate) for name, value in body.pairs() if name != "//"}
    inside = [b for name, value in body.pairs() for b in _blocks(name, value, locate, depth + 1)]
    place = locate(body.line, body.column)
    return Block(kind, labels, attributes, tuple(inside), place, max(body.end_line, body.line))


def _expression(value: Node, locate: Locate) -> Expression:
    # A JSON value on one line is an HCL expression: strings are templates in both.
    source = f"x = {json.dumps(value.plain(), ensure_ascii=False)}\n"
    line, column = value.line, value.column
    document = parse_native(source, lambda _line, _column: locate(line, column))
    empty = parse_native('x = ""\n', lambda _line, _column: locate(line, column))
    return document.attributes.get("x") or empty.attributes["x"]
