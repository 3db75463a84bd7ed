"""YAML as people write it, for property tests: every style, with comments in odd places."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import strategies as st

Draw = st.DrawFn
Lines = list[str]

KEYS = st.sampled_from(["a", "b", "name", "on", "x-y", "image", "run", "z9", "env", "spec"])
PLAIN = st.sampled_from(["1", "true", "text", "two words", "a:b", "~", "1.10", "yes", "-x", "é…"])
QUOTED = st.sampled_from(["", "a # b", "x: y", "it's", 'say "hi"', "{a}", "0123", " lead", "ünï"])
COMMENTS = st.sampled_from(["# note", "# a: b", "#x", "# - item"])


@st.composite
def yaml_texts(draw: Draw) -> str:
    """One file, of one to three documents."""
    count = draw(st.sampled_from([1, 1, 1, 2, 3]))
    texts = [_document(draw) for _ in range(count)]
    text = "---\n".join(texts)
    if draw(st.booleans()) and count == 1:
        text = "---\n" + text
    if draw(st.integers(0, 5)) == 0:
        text = text.removesuffix("\n")
    if draw(st.integers(0, 3)) == 0:
        text = text.replace("\n", "\r\n")
    return "\ufeff" + text if draw(st.integers(0, 9)) == 0 else text


def _document(draw: Draw) -> str:
    names: list[str] = []
    header = [draw(COMMENTS), ""] if draw(st.integers(0, 3)) == 0 else []
    step = draw(st.sampled_from([2, 2, 2, 4, 3]))
    dash = draw(st.sampled_from([0, step]))
    body = _Writer(draw, step, dash, names).collection(0, 3)
    footer = draw(st.sampled_from([[], [], [""], ["# end"], ["", "# end", ""]]))
    return "".join(f"{line}\n" for line in [*header, *body, *footer])


class _Writer:
    def __init__(self, draw: Draw, step: int, dash: int, names: list[str]) -> None:
        self.draw = draw
        self.step = step
        self.dash = dash
        self.names = names
        self.anchors = 0
        self.spaced = draw(st.booleans())

    def pick(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def collection(self, indent: int, depth: int) -> Lines:
        return self.map(indent, depth) if self.pick(1, 1, 0) else self.seq(indent, depth)

    def map(self, indent: int, depth: int) -> Lines:
        keys = self.draw(st.lists(KEYS, min_size=1, max_size=4, unique=True))
        lines: Lines = []
        for i, key in enumerate(keys):
            lines += self.gap(indent, first=not i)
            written = f'"{key}"' if self.pick(*[0] * 5, 1) else key
            inline, below = self.value(indent, depth, self.dash)
            lines += [f"{' ' * indent}{written}:{inline}", *below]
        return lines

    def seq(self, indent: int, depth: int) -> Lines:
        lines: Lines = []
        for i in range(self.pick(1, 2, 3)):
            lines += self.gap(indent, first=not i)
            if depth and self.pick(0, 1, 1):
                inner = self.map(indent + 2, depth - 1)
                lead = next(n for n, line in enumerate(inner) if line.strip()[:1] not in {"", "#"})
                lines += [f"{' ' * indent}- {inner[lead].lstrip()}", *inner[lead + 1 :]]
            else:
                inline, below = self.value(indent, 0, 2)
                lines += [f"{' ' * indent}-{inline}", *below]
        return lines

    def gap(self, indent: int, *, first: bool) -> Lines:
        lines = [""] if self.spaced and not first else []
        if self.pick(0, 0, 0, 0, 1):
            lines.append(" " * indent + self.draw(COMMENTS))
        if self.pick(*[0] * 8, 1) and not first:
            lines.append(" " * (indent + 1) + self.draw(COMMENTS))
        return lines

    def value(self, indent: int, depth: int, dash: int) -> tuple[str, Lines]:
        kind = self.pick(
            "plain", "plain", "quoted", "literal", "flow", "null", "alias", "block", "block"
        )
        anchor = self.anchor()
        if kind == "block" and depth:
            comment = " " + self.draw(COMMENTS) if self.pick(0, 0, 1) else ""
            named, self.names = self.names, list(self.names)
            if anchor:
                self.names.pop()
            below = (
                self.map(indent + self.step, depth - 1)
                if self.pick(1, 1, 0)
                else self.seq(indent + dash, depth - 1)
            )
            self.names = named
            return anchor + comment, below
        if kind == "literal":
            sign = self.pick("|", ">", "|-", "|+", ">-")
            pad = " " * (indent + self.step)
            body = self.pick(["one"], ["one", "two"], ["one", "", "  two # no"], ["# no comment"])
            return f"{anchor} {sign}", [pad + line if line else "" for line in body]
        if kind == "alias" and self.names and not anchor:
            return f" *{self.pick(*self.names)}", []
        comment = "  " + self.draw(COMMENTS) if self.pick(0, 0, 0, 1) else ""
        return anchor + self.inline(kind) + comment, []

    def anchor(self) -> str:
        if self.pick(*[0] * 9, 1):
            self.anchors += 1
            name = f"n{self.anchors}"
            self.names.append(name)
            return f" &{name}"
        return ""

    def inline(self, kind: str) -> str:
        if kind == "null":
            return ""
        if kind == "quoted":
            value = self.draw(QUOTED)
            single = "'" + value.replace("'", "''") + "'"
            double = '"' + value.replace('"', '\\"') + '"'
            return f" {self.pick(single, double)}"
        if kind == "flow":
            pad = self.pick("", " ")
            inside = self.pick("a: 1", "a: 1, b: [x, 'y']", "", "on: {c: d}")
            items = self.pick("1, two", "", "{a: b}, c", "'x'")
            return str(self.pick(f" {{{pad}{inside}{pad}}}", f" [{pad}{items}{pad}]"))
        return " " + self.draw(PLAIN)


Data = Any
Way = tuple[str | int, ...]


def load(text: str) -> list[Data]:
    """The documents, scalars as text."""
    return list(yaml.load_all(text.removeprefix("\ufeff"), Loader=yaml.CBaseLoader))


def ways(data: Data, way: Way = ()) -> list[tuple[Way, Data]]:
    """Everything in a document with the way to it."""
    found: list[tuple[Way, Data]] = [(way, data)]
    inner = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    for step, value in inner:
        found += ways(value, (*way, step))
    return found


def at(data: Data, way: Way) -> Data:
    """What stands at the end of a way."""
    for step in way:
        data = data[step]
    return data
