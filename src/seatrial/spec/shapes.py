"""What a field of a Settings struct may be, read once from its type and metadata."""

from __future__ import annotations

import enum
import types
import typing
from collections.abc import Mapping
from datetime import date
from typing import Final

from seatrial.model.struct import MISSING, Field, fields_of, is_struct, replace, struct

SCALARS: Final[dict[type, str]] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date like 2027-01-31",
}
"""Types of single values, and how an error names them."""


@struct
class Limits:
    """What a field's metadata allows: `min`, `max`, `choices`; `unit` and `help` are for people."""

    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    text: str = ""


@struct
class Shape:
    """The form of a value.

    Attributes:
        kind: `scalar`, `list`, `map` or `record`.
        type: the scalar's type, or the struct of a record.
        item: form of the members of a list or of the values of a map.
        optional: True when null is a value.
    """

    kind: str
    type: type
    item: Shape | None = None
    optional: bool = False
    limits: Limits = Limits()


@struct
class Entry:
    """A field of a record."""

    name: str
    shape: Shape
    required: bool
    default: object = None


def entries(record: type) -> tuple[Entry, ...]:
    """Fields of a struct.

    Raises:
        TypeError: a field has a type that YAML cannot give: a fault of the practice folder.
    """
    hints = typing.get_type_hints(record)
    return tuple(_entry(field, hints[field.name]) for field in fields_of(record))


def _entry(field: Field, hint: object) -> Entry:
    shape = shape_of(hint, _limits(field.metadata))
    if field.default is not MISSING:
        return Entry(field.name, shape, required=False, default=field.default)
    if field.factory is not None:
        return Entry(field.name, shape, required=False, default=field.factory())
    return Entry(field.name, shape, required=True)


def shape_of(hint: object, limits: Limits) -> Shape:
    """Form of a type annotation; limits go to the innermost scalar."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        rest = [a for a in arguments if a is not type(None)]
        if len(rest) == 1:
            return replace(shape_of(rest[0], limits), optional=True)
    if origin in {tuple, frozenset, list} and arguments:
        return Shape("list", origin, shape_of(arguments[0], limits), limits=limits)
    if origin is typing.Literal:
        choices = replace(limits, choices=tuple(str(a) for a in arguments))
        return Shape("scalar", str, limits=choices)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return Shape("map", dict, shape_of(arguments[1], limits), limits=limits)
    if isinstance(hint, type):
        return _of_class(hint, limits)
    raise TypeError(f"a setting cannot have the type {hint}")


def _of_class(hint: type, limits: Limits) -> Shape:
    if is_struct(hint):
        return Shape("record", hint, limits=limits)
    if issubclass(hint, enum.Enum):
        words = tuple(str(member.value) for member in hint)
        return Shape("scalar", hint, limits=replace(limits, choices=words))
    if hint in SCALARS:
        return Shape("scalar", hint, limits=limits)
    raise TypeError(f"a setting cannot have the type {hint.__name__}")


def _limits(metadata: Mapping[str, object]) -> Limits:
    low, high = metadata.get("min"), metadata.get("max")
    choices = metadata.get("choices", ())
    return Limits(
        low if isinstance(low, int | float) else None,
        high if isinstance(high, int | float) else None,
        tuple(str(c) for c in choices) if isinstance(choices, tuple | list | frozenset) else (),
        str(metadata.get("unit", "")),
        str(metadata.get("help", "")),
    )
