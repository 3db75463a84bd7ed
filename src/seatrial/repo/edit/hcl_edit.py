"""Edits of HCL: whole attributes and blocks, formatted as `terraform fmt` would."""

from __future__ import annotations

from seatrial.model.edit import AddBlock, DropAttribute, DropBlock, HclEdit, SetAttribute
from seatrial.repo.edit.error import Refusal
from seatrial.repo.edit.hcl_lines import aligned, formatted, lines_of
from seatrial.repo.edit.hcl_rows import (
    begin,
    is_comment,
    leading_attributes,
    neighbours,
    row_for_attribute,
    row_for_block,
    spaced,
)
from seatrial.repo.edit.hcl_tree import Facts, Part, facts, header, parse, same_value


class HclText:
    """An HCL file under edit."""

    def __init__(self, text: str) -> None:
        """Take a text with bare line feeds that ends with one.

        Raises:
            Refusal: it is not HCL.
        """
        self.text = text
        self._root = parse(text)

    def apply(self, edit: HclEdit) -> None:
        """Carry out one edit.

        Raises:
            Refusal: it is not possible, or would change something else.
        """
        if isinstance(edit, SetAttribute):
            self._set(edit)
        elif isinstance(edit, AddBlock):
            self._add(edit)
        elif isinstance(edit, DropAttribute):
            self._drop_attribute(edit)
        else:
            self._drop_block(edit)

    def _find(self, way: tuple[str, ...]) -> list[Part]:
        """The blocks on a way, the file first; empty if it is not there."""
        found = [self._root]
        for name in way:
            blocks = found[-1].blocks(header(name))
            if len(blocks) > 1:
                raise Refusal(
                    f"the block {header(name)} is there {len(blocks)} times",
                    at=self._index(blocks[1].first),
                )
            if not blocks:
                return []
            found.append(blocks[0])
        return found

    def _need(self, way: tuple[str, ...]) -> list[Part]:
        found = self._find(way)
        if not found:
            raise Refusal(f"the block {' / '.join(header(w) for w in way)} is not there")
        return found

    def _index(self, row: int) -> int:
        return sum(len(line) + 1 for line in self.text.split("\n")[:row])

    def _lines(self) -> list[str]:
        return self.text.split("\n")[:-1]

    def _set(self, edit: SetAttribute) -> None:
        way = self._need(edit.block)
        old = way[-1].attribute(edit.name)
        if old and (not edit.replace or same_value(old.value, edit.value)):
            return
        before = facts(self._root)
        self._open(way[-1])
        way = self._need(edit.block)
        old = way[-1].attribute(edit.name)
        lines = self._lines()
        new = formatted(f"{edit.name} = {edit.value}", len(edit.block))
        if old:
            rest = (
                lines[old.last].encode()[old.end :].decode().strip()
                if old.first == old.last
                else ""
            )
            new[-1] += f" {rest}" if rest else ""
            span = (old.first, old.last + 1)
        else:
            row = row_for_attribute(lines, way[-1], edit.name)
            if way[-1].parts and not leading_attributes(way[-1]) and lines[row].strip():
                new.append("")
            span = (row, row)
        expected = _with(before, way, old, edit)
        self._put(span, new, expected)

    def _open(self, block: Part) -> None:
        """Give a block that stands on one row rows of its own."""
        if block.first != block.last or block.first < 0:
            return
        lines = self._lines()
        line = lines[block.first]
        spaces = line[: len(line) - len(line.lstrip())]
        head = line.encode()[: block.brace + 1].decode()
        tail = line.encode()[block.end - 1 :].decode()
        inner = [f"{spaces}  {block.inside}"] if block.inside else []
        self._put((block.first, block.first + 1), [head, *inner, spaces + tail], facts(self._root))

    def _add(self, edit: AddBlock) -> None:
        way = self._need(edit.parent)
        block = _only_block(edit.text)
        there = way[-1].blocks(block.name)
        if there and (not edit.replace or facts(block) == facts(there[0])):
            return
        if len(there) > 1:
            raise Refusal(f"the block {block.name} is there {len(there)} times")
        added: Facts = facts(
            Part("", 0, 0, parts=(block,)), edit.parent and tuple(p.name for p in way[1:])
        )
        expected = facts(self._root) + added
        self._open(way[-1])
        way = self._need(edit.parent)
        lines = self._lines()
        new = formatted(edit.text, len(edit.parent))
        there = way[-1].blocks(block.name)
        if there:
            expected -= facts(Part("", 0, 0, parts=(there[0],)), tuple(p.name for p in way[1:]))
            first = begin(lines, there[0].first) if is_comment(new[0]) else there[0].first
            self._put((first, there[0].last + 1), new, expected)
            return
        row = row_for_block(lines, way[-1], block.name)
        self._put((row, row), spaced(lines, row, new), expected)

    def _drop_attribute(self, edit: DropAttribute) -> None:
        way = self._find(edit.block)
        old = way[-1].attribute(edit.name) if way else None
        if old is None:
            return
        expected = _with(facts(self._root), way, old, None)
        if way[-1].first == way[-1].last:
            line = self._lines()[old.first]
            data = line.encode()
            whole = data[: way[-1].brace + 1] + data[way[-1].end - 1 :]
            self._put((old.first, old.first + 1), [whole.decode()], expected)
            return
        self._cut(old, expected)

    def _drop_block(self, edit: DropBlock) -> None:
        way = self._find(edit.block)
        if len(way) < 2:  # noqa: PLR2004 - the file and the block
            return
        gone = facts(Part("", 0, 0, parts=(way[-1],)), tuple(p.name for p in way[1:-1]))
        self._cut(way[-1], facts(self._root) - gone)

    def _cut(self, part: Part, expected: Facts) -> None:
        lines = self._lines()
        first, end = begin(lines, part.first), part.last + 1
        above = (
            first == 0 or not lines[first - 1].strip() or lines[first - 1].rstrip().endswith("{")
        )
        while above and end < len(lines) and not lines[end].strip():
            end += 1
        closes = end == len(lines) or lines[end].lstrip().startswith("}")
        while closes and first and not lines[first - 1].strip():
            first -= 1
        self._put((first, end), [], expected)

    def _put(self, span: tuple[int, int], new: list[str], expected: Facts) -> None:
        lines = self._lines()
        first, end = span
        chain = neighbours(lines, first, end)
        changed = [*lines[:first], *new, *lines[end:]]
        if chain:
            low, high = chain
            high += len(new) - (end - first)
            if low < high:
                changed[low:high] = aligned(lines_of("\n".join(changed[low:high]) + "\n"))
        text = "".join(f"{line}\n" for line in changed)
        root = parse(text)
        if facts(root) != expected:
            raise Refusal("the edit would change something else as well", at=self._index(first))
        self.text, self._root = text, root


def _with(before: Facts, way: list[Part], old: Part | None, edit: SetAttribute | None) -> Facts:
    names = tuple(p.name for p in way[1:])
    found = before.copy()
    if old:
        found -= facts(Part("", 0, 0, parts=(old,)), names)
    if edit:
        found += facts(Part("", 0, 0, parts=(Part(edit.name, 0, 0, edit.value.strip()),)), names)
    return found


def _only_block(text: str) -> Part:
    parts = parse(text.rstrip("\n") + "\n").parts or ()
    if len(parts) != 1 or parts[0].parts is None:
        raise Refusal("the text to be put in is not exactly one block")
    return parts[0]
