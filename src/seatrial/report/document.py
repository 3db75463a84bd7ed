"""JSON documents: their type, and how they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from seatrial.report.phrases import encodable

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"


def written(document: Json) -> str:
    """The document as UTF-8 text with two spaces of indent and a last line break."""
    import json

    return encodable(json.dumps(document, ensure_ascii=False, indent=2)) + "\n"
