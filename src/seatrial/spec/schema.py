"""The JSON Schema (draft-07) of `seatrial.yaml`, made of the same types that the reader uses."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import date
from typing import Final

from seatrial.spec.document import ROLES, TIERS
from seatrial.spec.shapes import Shape, entries

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

_TYPES: Final[dict[type, str]] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    date: "string",
}
_DATE: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def json_schema(settings_types: Mapping[str, type]) -> dict[str, Json]:
    """Schema of the whole file, for editors and for `seatrial schema spec`."""
    practices: dict[str, Json] = {
        name: _record(kind) for name, kind in sorted(settings_types.items())
    }
    properties: dict[str, Json] = {
        "version": {"const": 1, "description": "Version of this format."},
        "name": _text("Name of the system, for reports."),
        "repositories": _repositories(),
        "environments": _environments(),
        "exclude": {
            "type": ["array", "null"],
            "description": "Globs of paths that are not the system's: fixtures, samples, copies.",
            "items": {"type": "string", "pattern": "^(?!/|\\.\\.)"},
        },
        "practices": _object(practices, "Settings by practice; what is not named keeps defaults."),
        "waivers": {
            "type": ["array", "null"],
            "description": "Findings that somebody answers for until a day.",
            "items": _waiver(list(settings_types)),
        },
    }
    whole = _object(properties, "What seatrial cannot see by itself; every key may be left out.")
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": "seatrial.yaml"} | whole


def _object(properties: dict[str, Json], description: str) -> dict[str, Json]:
    return {
        "type": ["object", "null"],
        "description": description,
        "additionalProperties": False,
        "properties": properties,
    }


def _text(description: str) -> dict[str, Json]:
    return {"type": ["string", "number", "boolean"], "description": description}


def _repositories() -> Json:
    path: Json = {"type": "string", "pattern": "^[^/\\\\]"}
    properties: dict[str, Json] = {
        role: {
            "description": f"Folder of the repository with the role {role}, relative to this file.",
            "anyOf": [path, {"type": "array", "items": path}],
        }
        for role in ROLES
    }
    return _object(properties, "The repositories of the system, by role.")


def _environments() -> Json:
    tier: dict[str, Json] = {"enum": list(TIERS), "description": "What the environment is for."}
    properties: dict[str, Json] = {
        "tier": tier,
        "namespace": _text("Kubernetes namespace."),
        "url": _text("Address at which its users reach it."),
        "branch": _text("Branch that is deployed to it."),
        "values": _text("Its Helm values file, from the application repository's root."),
    }
    return {
        "type": ["object", "null"],
        "description": "Environments by name: a tier, or a mapping.",
        "additionalProperties": {"anyOf": [tier, _object(properties, "One environment.")]},
    }


def _waiver(practices: list[str]) -> Json:
    ids = "|".join(sorted(practices)) or "[a-z0-9-]+"
    properties: dict[str, Json] = {
        "rule": {
            "type": "string",
            "pattern": rf"^({ids})/(\*|[a-z0-9-]+)$",
            "description": "Rule as a finding shows it; <practice>/* covers all of its rules.",
        },
        "path": _text("Glob of paths from the repository's root."),
        "environment": _text("Name or tier of an environment."),
        "resource": _text("A name that the finding's message contains."),
        "reason": _text("Why the finding is accepted.") | {"minLength": 1},
        "owner": _text("Who answers for it.") | {"minLength": 1},
        "expires": {"type": "string", "pattern": _DATE, "description": "Last day, YYYY-MM-DD."},
    }
    waiver = _object(properties, "A finding that is accepted.")
    required: list[Json] = ["rule", "reason", "owner", "expires"]
    return waiver | {"type": "object", "required": required}


def _record(kind: type) -> dict[str, Json]:
    properties: dict[str, Json] = {}
    required: list[Json] = []
    for entry in entries(kind):
        schema = _value(entry.shape)
        if entry.required:
            required.append(entry.name)
        elif (default := _plain(entry.default)) is not None:
            schema["default"] = default
        properties[entry.name] = schema
    description = (kind.__doc__ or "").strip().partition("\n")[0]
    record = _object(properties, description)
    return record | {"required": required, "type": "object"} if required else record


def _value(shape: Shape) -> dict[str, Json]:
    schema: dict[str, Json]
    if shape.kind == "record":
        schema = _record(shape.type)
    elif shape.kind == "list" and shape.item:
        schema = {"type": "array", "items": _value(shape.item)}
    elif shape.kind == "map" and shape.item:
        schema = {"type": "object", "additionalProperties": _value(shape.item)}
    else:
        schema = _scalar(shape)
    text = shape.limits.text + (f" (unit: {shape.limits.unit})" if shape.limits.unit else "")
    if text.strip():
        schema["description"] = text.strip()
    return {"anyOf": [schema, {"type": "null"}]} if shape.optional else schema


def _scalar(shape: Shape) -> dict[str, Json]:
    limits = shape.limits
    if limits.choices:
        return {"enum": [shape.type(c) if shape.type is int else c for c in limits.choices]}
    schema: dict[str, Json] = {"type": _TYPES[shape.type]}
    if shape.type is str:
        schema["type"] = ["string", "number", "boolean"]
    if shape.type is date:
        schema["pattern"] = _DATE
    if limits.low is not None:
        schema["minimum"] = limits.low
    if limits.high is not None:
        schema["maximum"] = limits.high
    return schema


def _plain(value: object) -> Json:
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list | frozenset):
        return [_plain(member) for member in value]
    return None
