"""A new value: what it means, and its lines wherever it is put."""

from __future__ import annotations

import re
from typing import Final

from seatrial.model.edit import Block, Scalar
from seatrial.model.struct import struct
from seatrial.repo.edit.error import Refusal
from seatrial.repo.edit.marks import parse
from seatrial.repo.edit.nodes import Node, Numbers
from seatrial.repo.edit.restyle import restyled
from seatrial.repo.edit.scalars import literal, meaning_of, written, written_key

_COMMENTS: Final = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)+")
_RIGID: Final = frozenset({"|", ">"})


@struct
class Lines:
    """How a value is written: behind its key or dash, and below, at full indentation."""

    inline: str
    below: tuple[str, ...] = ()
    above: tuple[str, ...] = ()


@struct
class Content:
    """A value to be put somewhere.

    Attributes:
        meaning: number of its data.
        scalar: the value, if it came as one.
        text: its lines without indentation, if it came as text; ends with a line end.
        node: the parsed text.
    """

    meaning: int
    scalar: Scalar = None
    text: str = ""
    node: Node | None = None

    @property
    def is_collection(self) -> bool:
        """True for a block mapping or sequence."""
        return self.node is not None and self.node.is_block

    def behind_key(self, indent: int, step: int, dash: int, old: Node | None = None) -> Lines:
        """Write it behind a key.

        Args:
            indent: column of the key.
            step: how far a mapping goes in.
            dash: how far the dashes of a list go in.
            old: the scalar that stood there, for its quotes.
        """
        if self.node is None:
            return _scalar(self.scalar, indent + step, old)
        if self.node.is_block:
            far = indent + (step if self.node.kind == "map" else dash)
            return Lines("", tuple(_shifted(self.styled(step, dash), far)))
        lead = _COMMENTS.match(self.text)
        if lead:
            return Lines("", tuple(_shifted(self.text, indent + step)))
        lines = _shifted(self.text, indent)
        return Lines(lines[0].strip(), tuple(lines[1:]))

    def behind_dash(self, indent: int, step: int, dash: int) -> Lines:
        """Write it as an item whose dash stands at a column."""
        if self.node is None:
            return _scalar(self.scalar, indent + step, None)
        text = self.styled(step, dash)
        lead = _COMMENTS.match(text)
        above = tuple(_shifted(lead.group(), indent)) if lead else ()
        rest = text[lead.end() :] if lead else text
        rigid = self.node.kind == "scalar" and self.node.style in _RIGID
        lines = _shifted(rest, indent if rigid else indent + 2)
        return Lines(lines[0].strip(), tuple(lines[1:]), above)

    def styled(self, step: int, dash: int) -> str:
        """The text with the file's indentation."""
        if self.node is None or not self.node.is_block:
            return self.text
        return restyled(self.text, self.node, step, dash)

    def in_flow(self) -> str:
        """Write it inside `{}` or `[]`, comments left out."""
        return written(self.scalar, flow=True) if self.node is None else _flow(self.node)

    def identity(self, key: str) -> str | None:
        """Value of a key of a mapping."""
        return self.node.named(key) if self.node else None


def content_of(value: Scalar | Block, numbers: Numbers) -> Content:
    """Understand a new value.

    Raises:
        Refusal: a text that is not one YAML value.
    """
    if not isinstance(value, Block):
        return Content(numbers.of(meaning_of(value)), value)
    text = value.text.replace("\r\n", "\n").rstrip("\n") + "\n"
    if text.endswith("\n") and value.text.endswith("\n\n") and "|+" in text:
        text = value.text.replace("\r\n", "\n")
    documents = parse(text, numbers)
    if len(documents) > 1:
        raise Refusal("the text to be put in holds more than one document")
    root = documents[0].root if documents else None
    if root is None or root.is_null:
        return Content(numbers.of(meaning_of(None)), None)
    return Content(root.meaning, None, text, root)


def _scalar(value: Scalar, indent: int, old: Node | None) -> Lines:
    style = old.style if old else ""
    if isinstance(value, str) and ("\n" in value or style in _RIGID):
        block = literal(value, indent=indent, folded=style == ">")
        if block:
            return Lines(block[0], tuple(block[1]))
    return Lines(written(value, quote=style if style in {"'", '"'} else ""))


def _shifted(text: str, far: int) -> list[str]:
    return [" " * far + line if line else "" for line in text.removesuffix("\n").split("\n")]


def _flow(node: Node) -> str:
    real = node.real
    if real.kind == "scalar":
        if real.style:
            return written(real.value, quote='"' if real.style in _RIGID else real.style, flow=True)
        return real.value or "null"
    if real.kind == "seq":
        return "[" + ", ".join(_flow(i) for i in real.items) + "]"
    return (
        "{"
        + ", ".join(f"{written_key(k.value, flow=True)}: {_flow(v)}" for k, v in real.pairs)
        + "}"
    )
