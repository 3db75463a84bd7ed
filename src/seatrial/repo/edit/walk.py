"""The way into a document, and what the data is when something on it changes."""

from __future__ import annotations

from seatrial.model.edit import At, Item, Step
from seatrial.model.struct import field, struct
from seatrial.repo.edit.error import Gone, Refusal
from seatrial.repo.edit.nodes import Document, Node, Numbers


@struct(frozen=False)
class Spot:
    """Where a way ends.

    Attributes:
        trail: the collections passed, each with the position of what was entered.
        node: what is there, or the last thing that is when steps are missing; None in an empty
            document.
        missing: keys that are not there.
        barred: why nothing can be changed here, or empty; looking is always possible.
    """

    trail: list[tuple[Node, int]] = field(default_factory=list)
    node: Node | None = None
    missing: tuple[str, ...] = ()
    barred: str = ""

    def check(self) -> None:
        """Refuse a change where none is possible."""
        if self.barred:
            raise Refusal(
                self.barred,
                at=self.node.start if self.node else -1,
                hint="edit it where the anchor stands, or write the value out",
            )


def walk(document: Document | None, at: At) -> Spot:
    """Go into a document.

    Raises:
        Refusal: an item is not there or not the only one, or a step does not fit what stands there.
    """
    spot = Spot(node=document.root if document else None)
    for i, step in enumerate(at):
        _follow_alias(spot)
        if _is_empty(spot.node) or not _enter(spot, step):
            spot.missing = tuple(_key(one) for one in at[i:])
            return spot
    _follow_alias(spot)
    return spot


def _follow_alias(spot: Spot) -> None:
    node = spot.node
    if node is not None and node.target is not None:
        spot.barred = f"*{node.value} is an alias; what it stands for is shared"
        spot.node = node.target


def _is_empty(node: Node | None) -> bool:
    return node is None or node.is_null or (node.kind == "map" and not node.pairs)


def _enter(spot: Spot, step: Step) -> bool:
    node = spot.node
    if node is None:
        return False
    if node.kind == "map" and isinstance(step, str):
        return _enter_map(spot, node, step)
    if node.kind == "seq" and not isinstance(step, str):
        position = index_of(node, step)
        spot.trail.append((node, position))
        spot.node = node.items[position]
        return True
    raise Refusal(f"{_shown(step)} cannot be looked up in this {_NAMES[node.kind]}", at=node.start)


def _enter_map(spot: Spot, node: Node, key: str) -> bool:
    found = node.find(key)
    if found is None:
        inherited = node.inherited(key)
        if inherited is None:
            return False
        spot.barred = f"{key} comes from a merge key (<<); what it brings is shared"
        spot.node = inherited
        return True
    spot.trail.append((node, next(i for i, p in enumerate(node.pairs) if p is found)))
    spot.node = found[1]
    return True


def index_of(node: Node, step: int | Item) -> int:
    """Position of the one item that is meant.

    Raises:
        Refusal: there is none, or more than one.
    """
    found = positions_of(node, step)
    if not found:
        raise Gone(f"the item {_shown(step)} is not there", at=node.start)
    if len(found) > 1:
        raise Refusal(f"the item {_shown(step)} is there {len(found)} times", at=node.start)
    return found[0]


def positions_of(node: Node, step: int | Item) -> list[int]:
    """Positions of all items that are meant."""
    if isinstance(step, int):
        return [step] if 0 <= step < len(node.items) else []
    found = [i for i, item in enumerate(node.items) if item.real.named(step.key) == step.value]
    if found or step.key != "uses" or "@" not in step.value:
        return found
    # An action is known by its name: another edit may have pinned it to a commit before.
    name = step.value.partition("@")[0]
    used = [(item.real.named(step.key) or "").partition("@")[0] for item in node.items]
    return [i for i, one in enumerate(used) if one == name]


def _key(step: Step) -> str:
    if not isinstance(step, str):
        raise Refusal(f"the item {_shown(step)} is not there")
    return step


def _shown(step: Step) -> str:
    return f"{step.key}: {step.value}" if isinstance(step, Item) else str(step)


_NAMES = {"map": "mapping", "seq": "list", "scalar": "scalar", "alias": "alias"}


def rebuilt(numbers: Numbers, trail: list[tuple[Node, int]], meaning: int) -> int:
    """Number of the whole document when what the trail ends at has another meaning."""
    for node, position in reversed(trail):
        if node.kind == "seq":
            items = [i.meaning for i in node.items]
            items[position] = meaning
            meaning = numbers.of_seq(items, node.tag)
        else:
            values = [v.meaning for _, v in node.pairs]
            values[position] = meaning
            meaning = with_pairs(
                numbers, node, [(k, v) for (k, _), v in zip(node.pairs, values, strict=True)]
            )
    return meaning


def with_pairs(
    numbers: Numbers, node: Node, pairs: list[tuple[Node, int]], *more: tuple[str, int]
) -> int:
    """Number of a mapping that has these pairs instead."""
    entries = {numbers.of_key(k.value) if k.kind == "scalar" else k.meaning: v for k, v in pairs}
    entries |= {numbers.of_key(name): value for name, value in more}
    return numbers.of_map(entries, node.tag)
