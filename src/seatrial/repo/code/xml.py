"""XML with lines, read safely: a document with a document type or entities is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.model.struct import field, struct
from seatrial.repo.files import File
from seatrial.repo.yaml import Trouble

MAX_DEPTH: Final = 200


@struct(frozen=False)
class Element:
    """An XML element.

    Attributes:
        tag: name without its namespace.
    """

    tag: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict, repr=False)
    children: list[Element] = field(default_factory=list, repr=False)
    text: str = field(default="", repr=False)

    def at(self, *tags: str) -> Element:
        """The first element below with these names in turn; an empty one when absent."""
        found = self
        for tag in tags:
            found = next((c for c in found.children if c.tag == tag), Element("", self.line))
        return found

    def all(self, tag: str) -> Iterator[Element]:
        """Yield every element below with this name, in document order."""
        for child in self.children:
            if child.tag == tag:
                yield child
            yield from child.all(tag)

    def value(self, *tags: str) -> str:
        """Text of the element below, without spaces around it."""
        return self.at(*tags).text.strip()


def parse(file: File) -> Element:
    """Parse a file; a broken or refused one is noted and empty."""
    from xml.parsers import expat

    top = Element("", 1)
    stack = [top]
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
        element = Element(name.rpartition(" ")[2], parser.CurrentLineNumber, attributes)
        stack[-1].children.append(element)
        stack.append(element)

    def end(_name: str) -> None:
        stack.pop()

    def text(data: str) -> None:
        stack[-1].text += data

    def refuse(*_: object) -> None:
        raise ValueError("it has a document type, which is not read")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(file.text.encode(), True)  # noqa: FBT003 # expat takes it by position
    except (expat.ExpatError, ValueError) as error:
        line = max(parser.CurrentLineNumber, 1)
        reason = str(error).partition(":")[0]
        file.root.note(file.path, Trouble(line, f"not readable XML: {reason}"))
        return Element("", 1)
    return top.children[0] if top.children else top
