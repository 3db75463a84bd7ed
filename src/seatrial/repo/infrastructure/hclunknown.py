"""The value that says so: what only a run of Terraform knows."""

from __future__ import annotations

from typing import Final


class Unresolved:
    """Type of UNRESOLVED."""

    def __repr__(self) -> str:
        """Name it for test output."""
        return "UNRESOLVED"

    def __bool__(self) -> bool:
        """Falsy, so that `value or default` does not take it for a value."""
        return False


UNRESOLVED: Final = Unresolved()
"""The one value of its type: compare with `is`."""
Value = str | int | float | bool | None | Unresolved | list["Value"] | dict[str, "Value"]

MAX_NODES: Final = 20_000
"""Members that a value may hold in all; one that is larger is UNRESOLVED."""
MAX_CHARACTERS: Final = 1_000_000


def kind_of(value: Value) -> str:
    """HCL's word for the type: `string`, `number`, `bool`, `null`, `list`, `object`, `unknown`."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    names = {str: "string", list: "list", dict: "object", type(None): "null"}
    return names.get(type(value), "unknown")


def is_small(value: Value) -> bool:
    """True when the value can be copied and written out: bounds what locals can multiply to."""
    nodes, characters = MAX_NODES, MAX_CHARACTERS
    stack = [value]
    while stack:
        nodes -= 1
        item = stack.pop()
        if isinstance(item, str):
            characters -= len(item)
        elif isinstance(item, list):
            stack.extend(item[: nodes + 1])
            nodes -= max(0, len(item) - nodes - 1)
        elif isinstance(item, dict):
            stack.extend(item.values())
        if nodes < 0 or characters < 0:
            return False
    return True


def is_whole(value: Value) -> bool:
    """True when neither the value nor a member of it is UNRESOLVED; False for a huge one."""
    if not is_small(value):
        return False
    stack = [value]
    while stack:
        item = stack.pop()
        if item is UNRESOLVED:
            return False
        if isinstance(item, list):
            stack.extend(item)
        elif isinstance(item, dict):
            stack.extend(item.values())
    return True
