"""Changes as JSON and back, for saved plans and journals. UNSET fields are left out."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import Final

from seatrial.model.errors import SpecError
from seatrial.model.struct import fields_of, is_struct
from seatrial.systems.github.changes import (
    GitHubChange,
    LimitActions,
    ProtectBranch,
    ProtectEnvironment,
    RemoveEnvironment,
    RestoreRuleset,
    Unset,
)

_KINDS: Final = {
    "protect-environment": ProtectEnvironment,
    "remove-environment": RemoveEnvironment,
    "protect-branch": ProtectBranch,
    "restore-ruleset": RestoreRuleset,
    "limit-actions": LimitActions,
}


def to_json(change: GitHubChange) -> dict[str, object]:
    """A change as plain JSON data; `kind` says which."""
    kind = next(name for name, cls in _KINDS.items() if isinstance(change, cls))
    return {"kind": kind, **_fields(change)}


def from_json(data: object) -> GitHubChange:
    """The change that `to_json` wrote.

    Raises:
        SpecError: the data is of another form, for example because somebody edited it.
    """
    kind = data.get("kind") if isinstance(data, Mapping) else None
    cls = _KINDS.get(kind) if isinstance(kind, str) else None
    if cls is None or not isinstance(data, Mapping):
        raise _wrong("change", data)
    return decoded(cls, {k: v for k, v in data.items() if k != "kind"})


def _fields(value: object) -> dict[str, object]:
    pairs = ((f.name, getattr(value, f.name)) for f in fields_of(type(value)))
    return {name: _plain(one) for name, one in pairs if not isinstance(one, Unset)}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return _fields(value) if is_struct(type(value)) else value


S = typing.TypeVar("S")


def decoded(cls: type[S], data: object) -> S:
    """The struct that JSON data stands for.

    Raises:
        SpecError: the data is of another form.
    """
    if not isinstance(data, Mapping):
        raise _wrong(cls.__name__, data)
    hints = typing.get_type_hints(cls)
    names = [field.name for field in fields_of(cls)]
    unknown = data.keys() - set(names)
    if unknown:
        raise _wrong(f"{cls.__name__}.{min(unknown, key=str)}", "a field that does not exist")
    given = {name: _typed(hints[name], data[name], name) for name in names if name in data}
    try:
        return cls(**given)
    except TypeError as error:
        raise _wrong(cls.__name__, "fields are missing") from error


def _typed(hint: object, value: object, name: str) -> object:
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    for option in options:
        if option is type(None) and value is None:
            return None
        if typing.get_origin(option) is tuple and isinstance(value, list):
            return _tuple(typing.get_args(option), value, name)
        if isinstance(option, type) and option is not Unset:
            if is_struct(option) and isinstance(value, Mapping):
                return decoded(option, value)
            if type(value) is option:
                return value
    raise _wrong(name, value)


def _tuple(items: tuple[object, ...], value: list[object], name: str) -> tuple[object, ...]:
    if items[-1] is not Ellipsis:
        if len(items) != len(value):
            raise _wrong(name, value)
        return tuple(_typed(item, one, name) for item, one in zip(items, value, strict=True))
    return tuple(_typed(items[0], one, name) for one in value)


def _wrong(name: str, value: object) -> SpecError:
    message = f"a saved change is not as seatrial wrote it: {name} is {type(value).__name__}"
    return SpecError(message, hint="make the plan again")
