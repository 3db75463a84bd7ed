"""Operators and the pure functions of HCL that decide what a configuration means."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Final, cast

from seatrial.repo.infrastructure.hclunknown import (
    UNRESOLVED,
    Unresolved,
    Value,
    is_small,
    is_whole,
    kind_of,
)

_MAX_PATTERN: Final = 2000
Function = Callable[[list[Value]], Value]


def call(name: str, given: Sequence[Value]) -> Value:
    """Value of a function call; UNRESOLVED for a function that is not known or fails."""
    given = list(given)
    if name in _LENIENT:
        return _LENIENT[name](given)
    function = _FUNCTIONS.get(name.removeprefix("core::"))
    if function is None or not is_whole(given):
        return UNRESOLVED
    try:
        made = function(given)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, RecursionError):
        return UNRESOLVED
    return made if is_small(made) else UNRESOLVED


def truth(value: Value) -> bool | None:
    """A condition's truth; None when it is not known or no boolean."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None


def equal(left: Value, right: Value) -> bool | Unresolved:
    """HCL's `==`: values of different types are unequal."""
    if not (is_whole(left) and is_whole(right)):
        return UNRESOLVED
    return kind_of(left) == kind_of(right) and left == right


def member(value: Value, key: Value) -> Value:
    """`value[key]`; UNRESOLVED when there is no such member."""
    if isinstance(value, dict) and isinstance(key, str):
        return value.get(key, UNRESOLVED)
    if isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value):
        return value[key]
    return UNRESOLVED


def operate(sign: str, left: Value, right: Value) -> Value:
    """Value of a binary operation; `&&` and `||` may be known although one side is not."""
    if sign in {"&&", "||"}:
        deciding, sides = sign == "||", (truth(left), truth(right))
        if deciding in sides:
            return deciding
        return UNRESOLVED if None in sides else not deciding
    if sign in {"==", "!="}:
        same = equal(left, right)
        return same if isinstance(same, Unresolved) else same is (sign == "==")
    if kind_of(left) != "number" or kind_of(right) != "number":
        return UNRESOLVED
    return _arithmetic(sign, cast("float", left), cast("float", right))


def _arithmetic(sign: str, a: float, b: float) -> Value:
    made: dict[str, Callable[[], Value]] = {
        "+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b,
        "%": lambda: a % b, "<": lambda: a < b, ">": lambda: a > b,
        "<=": lambda: a <= b, ">=": lambda: a >= b,
    }  # fmt: skip
    return made[sign]() if sign in made else UNRESOLVED


def encode(value: Value) -> tuple[str, bool]:
    """JSON (which is YAML) of a value, and whether it is whole; unknown members become `${...}`."""
    if not is_small(value):
        return "", False
    return json.dumps(value, default=lambda _: "${...}", ensure_ascii=False), is_whole(value)


def _encoded(given: list[Value]) -> Value:
    return encode(given[0])[0]


def _decoded(given: list[Value]) -> Value:
    from seatrial.repo import yaml

    documents = yaml.parse(cast("str", given[0]))
    if documents.trouble or len(documents.documents) != 1:
        return UNRESOLVED
    return cast("Value", documents.first.plain())


def _first_known(given: list[Value]) -> Value:
    # `try(a, b)`: what cannot be resolved here may well succeed in the run.
    return given[0] if given and is_whole(given[0]) else UNRESOLVED


def _coalesce(given: list[Value]) -> Value:
    for value in given:
        if value is UNRESOLVED or value not in (None, "", []):
            return value
    return UNRESOLVED


def _merge(given: list[Value]) -> Value:
    if not all(isinstance(g, dict) or g is None for g in given) or not is_small(given):
        return UNRESOLVED
    return {k: v for g in given if isinstance(g, dict) for k, v in g.items()}


def _concat(given: list[Value]) -> Value:
    if not all(isinstance(g, list) for g in given) or not is_small(given):
        return UNRESOLVED
    return [item for g in given if isinstance(g, list) for item in g]


def _contains(given: list[Value]) -> Value:
    items, wanted = given
    if not isinstance(items, list) or not is_whole(wanted):
        return UNRESOLVED
    same = [equal(item, wanted) for item in items]
    if True in same:
        return True
    return UNRESOLVED if UNRESOLVED in same else False


def _lookup(given: list[Value]) -> Value:
    table, key = given[0], given[1]
    if not isinstance(table, dict) or not isinstance(key, str):
        return UNRESOLVED
    return table.get(key, given[2] if len(given) > 2 else UNRESOLVED)  # noqa: PLR2004 (arity)


def _length(given: list[Value]) -> Value:
    return len(given[0]) if isinstance(given[0], str | list | dict) else UNRESOLVED


def _keys(given: list[Value]) -> Value:
    return [*sorted(given[0])] if isinstance(given[0], dict) else UNRESOLVED


def _number(given: list[Value]) -> Value:
    text = str(given[0])
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _distinct(given: list[Value]) -> Value:
    made: list[Value] = []
    for item in cast("list[Value]", given[0])[:2000]:
        if not any(equal(item, kept) for kept in made):
            made.append(item)
    return made


def _flatten(given: list[Value]) -> Value:
    made: list[Value] = []
    for item in cast("list[Value]", given[0]):
        made.extend(cast("list[Value]", _flatten([item])) if isinstance(item, list) else [item])
    return made


def _format(given: list[Value]) -> Value:
    pattern, *values = given
    if not isinstance(pattern, str) or any(f in pattern for f in ("%v", "%[", "%q", "*")):
        pattern = str(pattern).replace("%v", "%s")
        if "%[" in pattern or "%q" in pattern or "*" in pattern:
            return UNRESOLVED
    plain = tuple(str(v).lower() if isinstance(v, bool) else v for v in values)
    return (
        pattern % plain
        if len(pattern) < _MAX_PATTERN and not any(c.isdigit() for c in pattern)
        else UNRESOLVED
    )


def _replace(given: list[Value]) -> Value:
    text, old, new = (cast("str", g) for g in given)
    return UNRESOLVED if old.startswith("/") and old.endswith("/") else text.replace(old, new)


def _texts(function: Callable[..., Value]) -> Function:
    def run(given: list[Value]) -> Value:
        return function(*given) if all(isinstance(g, str) for g in given) else UNRESOLVED

    return run


def _same(given: list[Value]) -> Value:
    return given[0] if given else UNRESOLVED


_LENIENT: Final[dict[str, Function]] = {
    "try": _first_known, "coalesce": _coalesce, "merge": _merge, "concat": _concat,
    "lookup": _lookup, "contains": _contains, "length": _length, "keys": _keys,
    "tolist": _same, "tomap": _same, "sensitive": _same, "nonsensitive": _same,
}  # fmt: skip
_FUNCTIONS: Final[dict[str, Function]] = {
    "toset": _distinct, "distinct": _distinct, "flatten": _flatten, "format": _format,
    "replace": _replace, "tonumber": _number, "tostring": lambda g: _text(g[0]),
    "tobool": lambda g: UNRESOLVED if (t := truth(g[0])) is None else t,
    "lower": _texts(str.lower), "upper": _texts(str.upper), "trimspace": _texts(str.strip),
    "trimprefix": _texts(str.removeprefix), "trimsuffix": _texts(str.removesuffix),
    "startswith": _texts(str.startswith), "endswith": _texts(str.endswith),
    "basename": _texts(lambda p: p.rpartition("/")[2]),
    "dirname": _texts(lambda p: p.rpartition("/")[0] or "."),
    "join": lambda g: cast("str", g[0]).join(str(_text(v)) for v in cast("list[Value]", g[1])),
    "split": lambda g: [*cast("str", g[1]).split(cast("str", g[0]))],
    "values": lambda g: [v for _, v in sorted(cast("dict[str, Value]", g[0]).items())],
    "compact": lambda g: [v for v in cast("list[Value]", g[0]) if v not in (None, "")],
    "element": lambda g: (i := cast("list[Value]", g[0]))[cast("int", g[1]) % len(i)],
    "jsonencode": _encoded, "yamlencode": _encoded, "jsondecode": _decoded, "yamldecode": _decoded,
}  # fmt: skip


def _text(value: Value) -> Value:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if kind_of(value) in {"number", "string"} else UNRESOLVED
