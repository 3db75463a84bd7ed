"""JSON that came over the wire, asked for by type: what is missing is empty, never a crash."""

from __future__ import annotations

import json
from collections.abc import Mapping


class Answer:
    """A JSON value of an answer."""

    def __init__(self, value: object) -> None:
        """Wrap it."""
        self.value = value

    def at(self, *names: str) -> Answer:
        """What lies below these keys; empty when a step is missing."""
        value = self.value
        for name in names:
            value = value.get(name) if isinstance(value, Mapping) else None
        return Answer(value)

    def has(self, name: str) -> bool:
        """Whether the object has this key, be it null."""
        return isinstance(self.value, Mapping) and name in self.value

    def __bool__(self) -> bool:
        """False for null and for what is missing."""
        return self.value is not None

    def text(self, *names: str) -> str:
        """A text, or an empty one."""
        value = self.at(*names).value
        return value if isinstance(value, str) else ""

    def number(self, *names: str) -> int:
        """A whole number, or 0."""
        value = self.at(*names).value
        return value if isinstance(value, int) and not isinstance(value, bool) else 0

    def true(self, *names: str) -> bool:
        """True only for true."""
        return self.at(*names).value is True

    def items(self, *names: str) -> list[Answer]:
        """The members of a list, or none."""
        value = self.at(*names).value
        return [Answer(item) for item in value] if isinstance(value, list) else []

    def texts(self, *names: str) -> tuple[str, ...]:
        """The texts of a list."""
        return tuple(i.value for i in self.items(*names) if isinstance(i.value, str))

    def canonical(self) -> str:
        """JSON text with sorted keys, equal for equal values."""
        return json.dumps(self.value, sort_keys=True, separators=(",", ":"))
