"""`AddItem` and `DropItem`."""

from __future__ import annotations

from seatrial.model.edit import AddItem, Block, DropItem, Item, SetKey
from seatrial.repo.edit import block, flow
from seatrial.repo.edit.content import Content, Lines, content_of
from seatrial.repo.edit.error import Refusal
from seatrial.repo.edit.keys import drop_entry, put_key
from seatrial.repo.edit.layout import column, entries
from seatrial.repo.edit.nodes import Node
from seatrial.repo.edit.placing import behind_smaller
from seatrial.repo.edit.scalars import is_plain, meaning_of, written
from seatrial.repo.edit.sheet import Change, Sheet
from seatrial.repo.edit.walk import Spot, positions_of, rebuilt, walk

_SHORT = frozenset({"needs"})
"""Lists of names that people write on one line."""


def add_item(sheet: Sheet, edit: AddItem) -> Change | None:
    """Plan an `AddItem`; None if it is true already."""
    spot = walk(sheet.document, edit.at)
    content = content_of(edit.value, sheet.numbers)
    node = spot.node
    if spot.missing or node is None or node.is_null or (node.kind == "seq" and not node.items):
        return _begin(sheet, spot, edit, content)
    if node.kind == "scalar":
        return _beside_scalar(sheet, spot, node, edit, content)
    if node.kind != "seq":
        raise Refusal("an item needs a list, and here is a mapping", at=node.start)
    there = _there(node, edit, content)
    if there is not None:
        if not edit.replace or node.items[there].real.meaning == content.meaning:
            return None
        spot.check()
        inner = Spot([*spot.trail, (node, there)], node.items[there])
        splices = sheet.with_value(inner, content)
        return Change(
            splices, rebuilt(sheet.numbers, inner.trail, content.meaning), inner.trail[-1][0].start
        )
    spot.check()
    return _insert(sheet, spot, node, edit, content)


def _there(node: Node, edit: AddItem, content: Content) -> int | None:
    for i, item in enumerate(node.items):
        if item.real.meaning == content.meaning:
            return i
    wanted = content.identity(edit.identity) if edit.identity else None
    found = positions_of(node, Item(edit.identity, wanted)) if wanted is not None else []
    return found[0] if found else None


def _begin(sheet: Sheet, spot: Spot, edit: AddItem, content: Content) -> Change | None:
    """Make the list with its first item."""
    spot.check()
    if edit.at and edit.at[-1] in _SHORT and content.node is None:
        whole = content_of(Block(f"[{content.in_flow()}]"), sheet.numbers)
    else:
        lines = content.behind_dash(0, sheet.step, sheet.dash)
        whole = content_of(Block("\n".join(_item_lines(lines, 0)) + "\n"), sheet.numbers)
    if not spot.missing:
        splices = sheet.with_value(spot, whole)
        return Change(splices, rebuilt(sheet.numbers, spot.trail, whole.meaning))
    key = spot.missing[-1]
    spot.missing = spot.missing[:-1]
    return put_key(sheet, spot, SetKey(edit.at[:-1], key, Block(whole.text)), whole)


def _beside_scalar(
    sheet: Sheet, spot: Spot, node: Node, edit: AddItem, content: Content
) -> Change | None:
    if node.meaning == content.meaning:
        return None
    spot.check()
    value = node.value
    kept = sheet.text[node.inner : node.end]
    if node.style in {"|", ">"} or (not node.style and not is_plain(value, flow=True)):
        kept = written(value, flow=True, quote='"') if node.style else kept
        kept = (
            kept
            if node.style or sheet.numbers.of(meaning_of(value)) != node.meaning
            else written(value, flow=True)
        )
    first = edit.sort and content.node is None and str(edit.value) < value
    if content.node is None:
        pair = [content.in_flow(), kept] if first else [kept, content.in_flow()]
        text = f"[{', '.join(pair)}]"
    else:
        text = (
            "\n".join(
                [f"- {kept}", *_item_lines(content.behind_dash(0, sheet.step, sheet.dash), 0)]
            )
            + "\n"
        )
    whole = content_of(Block(text), sheet.numbers)
    splices = sheet.with_value(spot, whole)
    meanings = [content.meaning, node.meaning] if first else [node.meaning, content.meaning]
    return Change(
        splices, rebuilt(sheet.numbers, spot.trail, sheet.numbers.of_seq(meanings)), node.start
    )


def _insert(sheet: Sheet, spot: Spot, node: Node, edit: AddItem, content: Content) -> Change:
    index = _index(node, edit, content)
    if node.flow:
        splices = flow.inserted(sheet.text, node, index, content.in_flow())
    else:
        all_ = entries(sheet.text, node)
        indent = column(sheet.text, all_[0].head)
        lines = _item_lines(content.behind_dash(indent, sheet.step, sheet.dash), indent)
        splices = block.inserted(sheet.text, all_, index, lines, root=sheet.is_root(node))
    meanings = [i.meaning for i in node.items]
    meanings.insert(index, content.meaning)
    meaning = sheet.numbers.of_seq(meanings, node.tag)
    return Change(splices, rebuilt(sheet.numbers, spot.trail, meaning), node.start)


def _index(node: Node, edit: AddItem, content: Content) -> int:
    behind = [i for one in edit.after for i in positions_of(node, one)]
    if behind:
        return max(behind) + 1
    before = positions_of(node, edit.before) if edit.before is not None else []
    if before:
        return before[0]
    if edit.sort:
        return behind_smaller([_name(i, edit.identity) for i in node.items], _own(edit, content))
    return len(node.items)


def _name(item: Node, identity: str) -> str:
    if item.real.kind == "scalar":
        return item.real.value
    return item.real.named(identity) or ""


def _own(edit: AddItem, content: Content) -> str:
    if isinstance(edit.value, Block):
        return content.identity(edit.identity) or (content.node.value if content.node else "")
    return written(edit.value) if not isinstance(edit.value, str) else edit.value


def _item_lines(lines: Lines, indent: int) -> list[str]:
    head = f"{' ' * indent}- {lines.inline}".rstrip()
    return [*lines.above, head, *lines.below]


def drop_item(sheet: Sheet, edit: DropItem) -> Change | None:
    """Plan a `DropItem`; None if it is true already."""
    spot = walk(sheet.document, edit.at)
    node = spot.node
    if spot.missing or node is None or node.kind != "seq":
        return None
    if isinstance(edit.item, Item):
        found = positions_of(node, edit.item)
    else:
        meaning = sheet.numbers.of(meaning_of(edit.item))
        found = [i for i, item in enumerate(node.items) if item.real.meaning == meaning]
    if not found:
        return None
    spot.check()
    left = [item.meaning for i, item in enumerate(node.items) if i != found[0]]
    meaning = sheet.numbers.of_seq(left, node.tag)
    splices = drop_entry(sheet, spot, node, found[0])
    return Change(splices, rebuilt(sheet.numbers, spot.trail, meaning), node.start)
