"""From YAML nodes to frozen structs; every error names its line and what was meant."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import date
from typing import NoReturn

from seatrial.model.errors import SpecError
from seatrial.model.struct import struct
from seatrial.repo.yaml import Node
from seatrial.spec.shapes import SCALARS, Entry, Limits, Shape, entries


@struct
class Reader:
    """Reads nodes of one file.

    Attributes:
        file: how errors name the file.
        hint: what to do when an error has no better hint.
    """

    file: str
    hint: str = "`seatrial schema spec` prints the form of this file"

    def fail(self, node: Node, message: str, hint: str = "") -> NoReturn:
        """Raise the error of this place; values stay out of it, since they may be secret."""
        raise SpecError(message, hint=hint or self.hint, place=f"{self.file}:{max(node.line, 1)}")

    def fields(self, node: Node, path: str, known: Iterable[str]) -> None:
        """Check that a mapping has known keys only."""
        names = list(known)
        if node.is_null:
            return
        if node.kind != "map":
            self.fail(node, f"{path or 'the file'}: expected keys and values, found {said(node)}")
        for name in node.names():
            if name not in names:
                where = f"{path}: " if path else ""
                self.fail(node.key(name), f"{where}unknown key {name!r}", nearest(name, names))

    def record(self, node: Node, path: str, kind: type) -> object:
        """Decode a mapping into a frozen dataclass; missing keys take the defaults."""
        known = {entry.name: entry for entry in entries(kind)}
        self.fields(node, path, known)
        given = {}
        for name, entry in known.items():
            if node.has(name):
                given[name] = self.value(node.at(name), f"{path}.{name}", entry.shape)
            elif entry.required:
                self.fail(node, f"{path}: {name} is missing", _about(entry))
        try:
            return kind(**given)
        except ValueError as error:
            self.fail(node, f"{path}: {error}")

    def value(self, node: Node, path: str, shape: Shape) -> object:
        """Decode one value."""
        if node.is_null and shape.optional:
            return None
        if shape.kind == "record":
            return self.record(node, path, shape.type)
        if shape.kind == "list" and shape.item is not None:
            return self._list(node, path, shape, shape.item)
        if shape.kind == "map" and shape.item is not None:
            item = shape.item
            if node.kind != "map":
                self.fail(node, f"{path}: expected keys and values, found {said(node)}")
            return {key: self.value(child, f"{path}.{key}", item) for key, child in node.pairs()}
        return self._scalar(node, path, shape)

    def text(self, node: Node, path: str) -> str:
        """Decode a text; a number or a boolean is taken as written."""
        if node.kind != "scalar" or node.is_null:
            self.fail(node, f"{path}: expected text, found {said(node)}")
        return node.text

    def choice(self, node: Node, path: str, choices: Iterable[str]) -> str:
        """Decode one of several words."""
        words = list(choices)
        text = self.text(node, path)
        if text not in words:
            self.fail(node, f"{path}: not one of {', '.join(words)}", nearest(text, words))
        return text

    def date(self, node: Node, path: str) -> date:
        """Decode a day."""
        try:
            return date.fromisoformat(self.text(node, path))
        except ValueError:
            self.fail(node, f"{path}: not a date", "write it like 2027-01-31")

    def _list(self, node: Node, path: str, shape: Shape, item: Shape) -> object:
        if node.kind != "seq":
            self.fail(node, f"{path}: expected a list, found {said(node)}", "write [a, b]")
        values = [
            self.value(child, f"{path}[{index}]", item) for index, child in enumerate(node.items())
        ]
        return shape.type(values)

    def _scalar(self, node: Node, path: str, shape: Shape) -> object:
        if node.kind != "scalar":
            self.fail(node, f"{path}: expected {wanted(shape)}, found {said(node)}")
        if shape.limits.choices:
            word = self.choice(node, path, shape.limits.choices)
            return shape.type(word) if issubclass(shape.type, enum.Enum | int) else word
        if shape.type is date:
            return self.date(node, path)
        if shape.type is str:
            return self.text(node, path)
        found = node.value
        if shape.type is float and isinstance(found, int) and not isinstance(found, bool):
            found = float(found)
        if type(found) is not shape.type:
            self.fail(node, f"{path}: expected {wanted(shape)}, found {said(node)}")
        if isinstance(found, int | float):
            self._within(node, path, found, shape.limits)
        return found

    def _within(self, node: Node, path: str, found: float, limits: Limits) -> None:
        unit = f" {limits.unit}" if limits.unit else ""
        if limits.low is not None and found < limits.low:
            self.fail(node, f"{path}: {found} is below the least, {limits.low}{unit}", limits.text)
        if limits.high is not None and found > limits.high:
            self.fail(node, f"{path}: {found} is above the most, {limits.high}{unit}", limits.text)


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint with the nearest known word, or with all of them."""
    import difflib

    words = list(known)
    close = difflib.get_close_matches(word.lower().replace("-", "_"), words, n=1, cutoff=0.6)
    close = close or difflib.get_close_matches(word.lower(), words, n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(words)}"


def said(node: Node) -> str:
    """What stands there, by its kind only."""
    if node.kind == "scalar":
        if node.is_null:
            return "nothing"
        names = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}
        return names.get(type(node.value), "text")
    return {"map": "keys and values", "seq": "a list"}.get(node.kind, "nothing")


def wanted(shape: Shape) -> str:
    """What a scalar should be, with its unit."""
    unit = f" ({shape.limits.unit})" if shape.limits.unit else ""
    return f"{SCALARS.get(shape.type, 'text')}{unit}"


def _about(entry: Entry) -> str:
    return entry.shape.limits.text or f"add {entry.name}:"
