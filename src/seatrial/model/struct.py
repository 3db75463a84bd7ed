"""Frozen values: what `dataclasses.dataclass(frozen=True)` gives, at a fiftieth of its price.

A dataclass compiles the source of each of its methods when the module is imported: half a
millisecond each, and an audit imports over two hundred. These classes share methods written once.
Type checkers know them through PEP 681. See docs/decisions/0005-structs.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar, dataclass_transform, overload

T = TypeVar("T")


class Missing:
    """Says that a field has no default."""

    def __repr__(self) -> str:
        """Name it in test output."""
        return "MISSING"


MISSING: Final = Missing()


class Field:
    """One field of a value.

    Attributes:
        name: the attribute's name.
        default: the value when none is given, or `MISSING`.
        factory: makes the value when none is given, or None.
        shown: False keeps it out of `repr`.
        metadata: what the owner says about it, for example limits.
    """

    __slots__ = ("default", "factory", "metadata", "name", "shown")

    def __init__(
        self,
        default: object,
        factory: Callable[[], object] | None,
        metadata: Mapping[str, object],
        *,
        shown: bool,
    ) -> None:
        """Keep what was said; the name comes with the class."""
        self.name = ""
        self.default = default
        self.factory = factory
        self.shown = shown
        self.metadata = metadata


@overload
def field(*, default: T, repr: bool = ..., metadata: Mapping[str, object] | None = ...) -> T: ...
@overload
def field(
    *,
    default_factory: Callable[[], T],
    repr: bool = ...,
    metadata: Mapping[str, object] | None = ...,
) -> T: ...
@overload
def field(*, repr: bool = ..., metadata: Mapping[str, object] | None = ...) -> Any: ...
def field(
    *,
    default: object = MISSING,
    default_factory: Callable[[], object] | None = None,
    repr: bool = True,  # noqa: A002 - the name that dataclasses use
    metadata: Mapping[str, object] | None = None,
) -> object:
    """Describe a field, as `dataclasses.field` does."""
    return Field(default, default_factory, metadata or {}, shown=repr)


@overload
def struct(cls: type[T], /) -> type[T]: ...
@overload
def struct(
    *, eq: bool = ..., frozen: bool = ..., order: bool = ...
) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(eq_default=True, frozen_default=True, field_specifiers=(field,))
def struct(
    cls: type[T] | None = None, /, *, eq: bool = True, frozen: bool = True, order: bool = False
) -> type[T] | Callable[[type[T]], type[T]]:
    """Make a struct of a class with annotated fields.

    Args:
        cls: the class.
        eq: False compares and hashes by identity.
        frozen: False allows attributes to be set.
        order: True orders by the fields, first one first.
    """

    def made(target: type[T]) -> type[T]:
        return _made(target, eq=eq, frozen=frozen, order=order)

    return made if cls is None else made(cls)


def replace(one: T, /, **changes: object) -> T:
    """Return a copy with some fields changed.

    Raises:
        TypeError: a name is no field.
    """
    given = {f.name: getattr(one, f.name) for f in fields_of(type(one))}
    unknown = changes.keys() - given.keys()
    if unknown:
        raise TypeError(f"no such field: {', '.join(sorted(unknown))}")
    return type(one)(**(given | changes))


def fields_of(cls: type) -> tuple[Field, ...]:
    """Fields of a struct class, in order.

    Raises:
        TypeError: the class is no struct.
    """
    found = cls.__dict__.get("__struct_fields__")
    if found is None:
        raise TypeError(f"{cls.__name__} is no struct")
    return tuple(found)


def is_struct(cls: object) -> bool:
    """True for a class made by `struct`."""
    return isinstance(cls, type) and "__struct_fields__" in cls.__dict__


def _made(target: type[T], *, eq: bool, frozen: bool, order: bool) -> type[T]:
    fields = _fields(target)
    own = target.__dict__
    methods: dict[str, object] = {"__struct_fields__": fields, "__init__": _init(target, fields)}
    if "__repr__" not in own:
        methods["__repr__"] = _shown
    if eq:
        methods["__eq__"] = _equal
        methods["__hash__"] = _hashed if frozen else None
    if frozen:
        methods["__setattr__"] = _refuse_set
        methods["__delattr__"] = _refuse_delete
    if order:
        methods["__lt__"] = _less
        methods["__le__"] = _less_or_equal
    for name, method in methods.items():
        if name not in own or name in {"__init__", "__hash__", "__struct_fields__"}:
            setattr(target, name, method)
    return target


def _fields(target: type) -> tuple[Field, ...]:
    found: dict[str, Field] = {}
    for base in reversed(target.__mro__[1:]):
        for inherited in base.__dict__.get("__struct_fields__", ()):
            found[inherited.name] = inherited
    for name, annotation in target.__dict__.get("__annotations__", {}).items():  # noqa: RUF063 - importing inspect costs 10 ms
        if "ClassVar" in str(annotation):
            continue
        written = target.__dict__.get(name, MISSING)
        one = written if isinstance(written, Field) else Field(written, None, {}, shown=True)
        one.name = name
        if isinstance(written, Field):
            delattr(target, name)
        found[name] = one
    return tuple(found.values())


def _init(target: type, fields: tuple[Field, ...]) -> Callable[..., None]:
    names = tuple(f.name for f in fields)
    defaults = {f.name: f.default for f in fields if f.default is not MISSING}
    factories = tuple((f.name, f.factory) for f in fields if f.factory)
    count, known = len(names), frozenset(names)
    after = getattr(target, "__post_init__", None)

    def __init__(self: object, *positional: object, **named: object) -> None:  # noqa: N807 - becomes the class's own
        state = self.__dict__
        state.update(defaults)
        state.update(zip(names, positional, strict=False))
        state.update(named)
        for name, make in factories:
            if name not in state:
                state[name] = make()
        if len(state) != count or len(positional) > count or not named.keys() <= known:
            raise TypeError(_complaint(target, names, positional, named, set(defaults)))
        if positional and not named.keys().isdisjoint(names[: len(positional)]):
            raise TypeError(f"{target.__name__} got an argument twice")
        if after is not None:
            after(self)

    return __init__


def _complaint(
    target: type,
    names: tuple[str, ...],
    positional: tuple[object, ...],
    named: Mapping[str, object],
    optional: set[str],
) -> str:
    unknown = sorted(named.keys() - set(names))
    if unknown or len(positional) > len(names):
        return f"{target.__name__} does not take {', '.join(unknown) or 'so many arguments'}"
    missing = set(names[len(positional) :]) - named.keys() - optional
    return f"{target.__name__} lacks {', '.join(sorted(missing))}"


def _content(one: object) -> tuple[object, ...]:
    state = one.__dict__
    return tuple(state[f.name] for f in type(one).__struct_fields__)  # type: ignore[attr-defined] # set by _made


def _shown(self: object) -> str:
    state = self.__dict__
    shown = ", ".join(
        f"{f.name}={state[f.name]!r}"
        for f in type(self).__struct_fields__  # type: ignore[attr-defined] # set by _made
        if f.shown
    )
    return f"{type(self).__qualname__}({shown})"


def _equal(self: object, other: object) -> bool:
    return _content(self) == _content(other) if type(other) is type(self) else NotImplemented


def _hashed(self: object) -> int:
    return hash(_content(self))


def _less(self: object, other: object) -> bool:
    return _content(self) < _content(other) if type(other) is type(self) else NotImplemented


def _less_or_equal(self: object, other: object) -> bool:
    return _content(self) <= _content(other) if type(other) is type(self) else NotImplemented


def _refuse_set(self: object, name: str, _: object) -> None:
    raise AttributeError(f"{type(self).__name__}.{name} cannot be changed")


def _refuse_delete(self: object, name: str) -> None:
    raise AttributeError(f"{type(self).__name__}.{name} cannot be deleted")
