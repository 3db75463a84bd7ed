"""Entries of `required_providers`."""

from __future__ import annotations

from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.infrastructure.hcl import Expression
from seatrial.repo.infrastructure.hclunknown import UNRESOLVED


@struct
class RequiredProvider:
    """An entry of `required_providers`.

    Attributes:
        source: `hashicorp/aws`, empty when it is not told.
        version: constraint, None when nothing limits it.
    """

    name: str
    source: str
    version: str | None
    place: Place


def word(expression: Expression | None) -> str:
    """A constant string, empty when it is missing or computed."""
    value = expression.constant if expression else UNRESOLVED
    return value if isinstance(value, str) else ""


def required(name: str, value: Expression) -> RequiredProvider:
    """Read one entry: an object, or the constraint alone as old Terraform had it."""
    if value.pairs():
        version = word(value.get("version")) or None
        return RequiredProvider(name, word(value.get("source")), version, value.place)
    return RequiredProvider(name, "", word(value) or None, value.place)
