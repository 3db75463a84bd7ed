"""What a field of a Settings dataclass may be, read once from its type and metadata."""

from __future__ import annotations

import dataclasses
import enum
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

SCALARS: Final[dict[type, str]] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date like 2027-01-31",
}
"""Types of single values, and how an error names them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a field's metadata allows: `min`, `max`, `choices`; `unit` and `help` are for people."""

    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of a value.

    Attributes:
        kind: `scalar`, `list`, `map` or `record`.
        type: the scalar's type, or the dataclass of a record.
        item: form of the members of a list or of the values of a map.
        optional: True when null is a value.
    """

    kind: str
    type: type
    item: Shape | None = None
    optional: bool = False
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Entry:
    """A field of a record."""

    name: str
    shape: Shape
    required: bool
    default: object = None


def entries(record: type) -> tuple[Entry, ...]:
    """Fields of a frozen dataclass.

    Raises:
        TypeError: a field has a type that YAML cannot give: a fault of the practice folder.
    """
    hints = typing.get_type_hints(record)
    return tuple(_entry(field, hints[field.name]) for field in dataclasses.fields(record))


def _entry(field: dataclasses.Field[object], hint: object) -> Entry:
    shape = shape_of(hint, _limits(field.metadata))
    if field.default is not dataclasses.MISSING:
        return Entry(field.name, shape, required=False, default=field.default)
    if field.default_factory is not dataclasses.MISSING:
        return Entry(field.name, shape, required=False, default=field.default_factory())
    return Entry(field.name, shape, required=True)


def shape_of(hint: object, limits: Limits) -> Shape:
    """Form of a type annotation; limits go to the innermost scalar."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        rest = [a for a in arguments if a is not type(None)]
        if len(rest) == 1:
            return dataclasses.replace(shape_of(rest[0], limits), optional=True)
    if origin in {tuple, frozenset, list} and arguments:
        return Shape("list", origin, shape_of(arguments[0], limits), limits=limits)
    if origin is typing.Literal:
        choices = dataclasses.replace(limits, choices=tuple(str(a) for a in arguments))
        return Shape("scalar", str, limits=choices)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return Shape("map", dict, shape_of(arguments[1], limits), limits=limits)
    if isinstance(hint, type):
        return _of_class(hint, limits)
    raise TypeError(f"a setting cannot have the type {hint}")


def _of_class(hint: type, limits: Limits) -> Shape:
    if dataclasses.is_dataclass(hint):
        return Shape("record", hint, limits=limits)
    if issubclass(hint, enum.Enum):
        words = tuple(str(member.value) for member in hint)
        return Shape("scalar", hint, limits=dataclasses.replace(limits, choices=words))
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
