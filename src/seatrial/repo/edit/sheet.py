"""What an edit of YAML works on, and what it makes."""

from __future__ import annotations

from seatrial.model.struct import struct
from seatrial.repo.edit import block, flow
from seatrial.repo.edit.content import Content, Lines
from seatrial.repo.edit.layout import (
    Entry,
    column,
    dash_of,
    entries,
    line_start,
    next_line,
    step_of,
)
from seatrial.repo.edit.nodes import Document, Node, Numbers
from seatrial.repo.edit.splice import Splice
from seatrial.repo.edit.walk import Spot


@struct(eq=False)
class Sheet:
    """A text with its tree.

    Attributes:
        path: path in the repository, for what kind of file it is.
        document: the one in question; None if the file holds none.
    """

    path: str
    text: str
    documents: list[Document]
    document: Document | None
    numbers: Numbers

    @property
    def step(self) -> int:
        """Columns by which the file goes in."""
        return step_of(self.text, self.documents)

    @property
    def dash(self) -> int:
        """Columns by which dashes go in under their key."""
        return dash_of(self.text, self.documents)

    def entry(self, node: Node, position: int) -> Entry:
        """One entry of a block collection."""
        return entries(self.text, node)[position]

    def is_root(self, node: Node) -> bool:
        """True for the node that is the document."""
        return self.document is not None and self.document.root is node

    def with_value(self, spot: Spot, content: Content, comment: str = "") -> list[Splice]:
        """Put a value where a spot ends."""
        if not spot.trail:
            return self._with_root(content)
        parent, position = spot.trail[-1]
        if parent.flow:
            key = parent.pairs[position][0] if parent.kind == "map" else None
            value = parent.pairs[position][1] if parent.kind == "map" else parent.items[position]
            flow.spans(self.text, parent)
            return flow.put_value(self.text, key, value, content.in_flow())
        entry = self.entry(parent, position)
        return block.put_value(self.text, entry, self._lines(entry, content), comment)

    def _lines(self, entry: Entry, content: Content) -> Lines:
        indent = column(self.text, entry.head)
        if entry.key is None:
            return content.behind_dash(indent, self.step, self.dash)
        return content.behind_key(indent, self.step, self.dash, entry.value)

    def _with_root(self, content: Content) -> list[Splice]:
        new = content.styled(self.step, self.dash) or f"{content.in_flow()}\n"
        root = self.document.root if self.document else None
        if root is not None and root.start < root.end and not root.is_block:
            lone = not self.text[line_start(self.text, root.start) : root.start].strip()
            if lone or not content.is_collection:
                end = next_line(self.text, root.end) if lone else root.end
                return [(root.start, end, new if lone else new.rstrip("\n"))]
            start = len(self.text[: root.start].rstrip(" "))
            at = next_line(self.text, root.end)
            return [(start, root.end, ""), (at, at, new)]
        at = self._empty_end()
        return [(at, at, new)]

    def _empty_end(self) -> int:
        start, end = (
            (self.document.start, self.document.end) if self.document else (0, len(self.text))
        )
        used = len(self.text[start:end].rstrip())
        if not used and not start:
            return 0
        return min(next_line(self.text, start + used), max(end, start))


@struct
class Change:
    """What to do.

    Attributes:
        meaning: number of the document's data afterwards.
        at: index to name when it goes wrong.
    """

    splices: list[Splice]
    meaning: int
    at: int = -1
