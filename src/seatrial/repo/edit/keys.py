"""`SetKey` and `DropKey`."""

from __future__ import annotations

from seatrial.model.edit import At, Block, DropKey, Scalar, SetKey
from seatrial.repo.edit import block, flow
from seatrial.repo.edit.content import Content, Lines, content_of
from seatrial.repo.edit.error import Refusal
from seatrial.repo.edit.layout import column, entries
from seatrial.repo.edit.nodes import Node
from seatrial.repo.edit.orders import order_of
from seatrial.repo.edit.placing import place
from seatrial.repo.edit.scalars import meaning_of, written_key
from seatrial.repo.edit.sheet import Change, Sheet
from seatrial.repo.edit.walk import Spot, rebuilt, walk, with_pairs


def set_key(sheet: Sheet, edit: SetKey) -> Change | None:
    """Plan a `SetKey`; None if it is true already."""
    spot = walk(sheet.document, edit.at)
    content = content_of(edit.value, sheet.numbers)
    return put_key(sheet, spot, edit, content)


def put_key(sheet: Sheet, spot: Spot, edit: SetKey, content: Content) -> Change | None:
    """Give a key its value, at a spot that was found."""
    node = spot.node
    if spot.missing or node is None or node.is_null:
        return None if edit.over is not None else _make(sheet, spot, edit, content)
    if node.kind != "map":
        raise Refusal(f"{edit.key} needs a mapping, and here is something else", at=node.start)
    found = node.find(edit.key)
    value = found[1] if found else node.inherited(edit.key)
    if value is not None and (content.meaning in {value.meaning, value.real.meaning}):
        return _comment_only(sheet, spot, node, edit) if found and not spot.barred else None
    if value is not None and not edit.replace:
        return None
    if edit.over is not None and (value is None or not _is(sheet, value.real, edit.over)):
        return None
    spot.check()
    if found:
        return _replace(sheet, spot, node, edit, content)
    if not node.pairs:
        return _make(sheet, spot, edit, content)
    return _insert(sheet, spot, node, edit, content)


def _is(sheet: Sheet, node: Node, value: Scalar) -> bool:
    """True if a node has a value; line ends at the end of a text do not count."""
    if isinstance(value, str) and node.kind == "scalar" and node.style:
        return node.value.rstrip("\n") == value.rstrip("\n")
    return node.meaning == sheet.numbers.of(meaning_of(value))


def _comment_only(sheet: Sheet, spot: Spot, node: Node, edit: SetKey) -> Change | None:
    if not edit.comment or node.flow or isinstance(edit.value, Block):
        return None
    entry = sheet.entry(node, _position(node, edit.key))
    splices = block.commented(sheet.text, entry, edit.comment)
    if not splices:
        return None
    return Change(splices, rebuilt(sheet.numbers, spot.trail, node.meaning), entry.head)


def _position(node: Node, key: str) -> int:
    return max(i for i, (k, _) in enumerate(node.pairs) if k.kind == "scalar" and k.value == key)


def _replace(sheet: Sheet, spot: Spot, node: Node, edit: SetKey, content: Content) -> Change:
    position = _position(node, edit.key)
    inner = Spot([*spot.trail, (node, position)], node.pairs[position][1])
    splices = sheet.with_value(inner, content, edit.comment)
    return Change(
        splices, rebuilt(sheet.numbers, inner.trail, content.meaning), node.pairs[position][0].start
    )


def _insert(sheet: Sheet, spot: Spot, node: Node, edit: SetKey, content: Content) -> Change:
    root = sheet.document.root if sheet.document else None
    order = edit.order or order_of(sheet.path, edit.at, root)
    index = place([k.value for k, _ in node.pairs], edit.key, order)
    if node.flow:
        new = f"{written_key(edit.key, flow=True)}: {content.in_flow()}"
        splices = flow.inserted(sheet.text, node, index, new)
    else:
        all_ = entries(sheet.text, node)
        indent = column(sheet.text, all_[0].head)
        lines = content.behind_key(indent, sheet.step, sheet.dash)
        block_ = _key_lines(edit, lines, indent)
        splices = block.inserted(sheet.text, all_, index, block_, root=sheet.is_root(node))
    pairs = [(k, v.meaning) for k, v in node.pairs]
    meaning = with_pairs(sheet.numbers, node, pairs, (edit.key, content.meaning))
    return Change(splices, rebuilt(sheet.numbers, spot.trail, meaning), node.start)


def _key_lines(edit: SetKey, lines: Lines, indent: int) -> list[str]:
    head = " " * indent + written_key(edit.key) + ":"
    inline = f" {lines.inline}" if lines.inline and edit.value is not None else ""
    comment = f" # {edit.comment}" if edit.comment else ""
    return [head + inline + comment, *lines.below]


def _make(sheet: Sheet, spot: Spot, edit: SetKey, content: Content) -> Change:
    """Make the mappings that are missing, with the key in the innermost."""
    spot.check()
    inner = wrapped(sheet, spot.missing, edit, content)
    if spot.missing and spot.node is not None and spot.node.kind == "map" and spot.node.pairs:
        first, *_ = spot.missing
        at: At = edit.at[: len(edit.at) - len(spot.missing)]
        outer = SetKey(at, first, Block(inner.text))
        rest = wrapped(sheet, spot.missing[1:], edit, content)
        return _insert(sheet, spot, spot.node, outer, rest)
    splices = sheet.with_value(spot, inner)
    return Change(splices, rebuilt(sheet.numbers, spot.trail, inner.meaning))


def wrapped(sheet: Sheet, names: tuple[str, ...], edit: SetKey, content: Content) -> Content:
    """A value inside of mappings, one in the other."""
    step, dash = sheet.step, sheet.dash
    lines = [f"{' ' * step * i}{written_key(name)}:" for i, name in enumerate(names)]
    indent = step * len(names)
    lines += _key_lines(edit, content.behind_key(indent, step, dash), indent)
    return content_of(Block("\n".join(lines) + "\n"), sheet.numbers)


def drop_key(sheet: Sheet, edit: DropKey) -> Change | None:
    """Plan a `DropKey`; None if it is true already."""
    spot = walk(sheet.document, edit.at)
    node = spot.node
    if spot.missing or node is None or node.kind != "map":
        return None
    if node.find(edit.key) is None:
        if node.inherited(edit.key) is not None:
            raise Refusal(
                f"{edit.key} comes from a merge key (<<) and cannot be dropped here", at=node.start
            )
        return None
    spot.check()
    position = _position(node, edit.key)
    pairs = [(k, v.meaning) for i, (k, v) in enumerate(node.pairs) if i != position]
    meaning = with_pairs(sheet.numbers, node, pairs)
    splices = drop_entry(sheet, spot, node, position)
    return Change(splices, rebuilt(sheet.numbers, spot.trail, meaning), node.start)


def drop_entry(sheet: Sheet, spot: Spot, node: Node, position: int) -> list[tuple[int, int, str]]:
    """Take one entry out of a collection; an empty one becomes `{}` or `[]`."""
    if node.flow:
        return flow.dropped(sheet.text, node, position)
    all_ = entries(sheet.text, node)
    if len(all_) > 1:
        return block.dropped(sheet.text, all_, position, root=sheet.is_root(node))
    text = "{}\n" if node.kind == "map" else "[]\n"
    if spot.trail:
        return sheet.with_value(spot, content_of(Block(text), sheet.numbers))
    return block.dropped(sheet.text, all_, position, root=True, instead=text)
