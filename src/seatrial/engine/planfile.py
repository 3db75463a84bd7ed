"""A saved plan: what was planned, by digest; contents stay out of it, so it holds no secret.

`apply FILE` plans again with the same words and refuses when the digests differ: either an input
changed since, or the file was tampered with.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Final

from seatrial.engine.baseline import replace_file
from seatrial.engine.survey import AuditRequest
from seatrial.model.errors import UsageError
from seatrial.model.plan import Plan

VERSION: Final = 1
KIND: Final = "seatrial plan"


def save(file: Path, plan: Plan, request: AuditRequest) -> None:
    """Write the plan's file.

    Raises:
        NotReadableError: it cannot be written.
    """
    body = {
        "kind": KIND,
        "version": VERSION,
        "tool_version": plan.tool_version,
        "at": request.now.isoformat(),
        "paths": [str(path.resolve()) for path in request.paths or (Path(),)],
        "practices": list(request.practices),
        "environments": list(request.environments),
        "config": str(request.config.resolve()) if request.config else None,
        "plan": plan.digest,
        "counts": list(plan.counts),
    }
    replace_file(file, json.dumps(body | {"checksum": _checksum(body)}, indent=2) + "\n")


def is_plan_file(path: Path) -> bool:
    """Whether this is a plan's file (or claims to be one)."""
    try:
        with path.open(encoding="utf-8") as stream:
            return f'"{KIND}"' in stream.read(200)
    except (OSError, UnicodeDecodeError):
        return False


def read(file: Path, tool_version: str) -> tuple[AuditRequest, str]:
    """The request that a saved plan answers, and the digest that the plan must have.

    Raises:
        UsageError: the file is damaged, tampered with, or of another version.
    """
    again = "make it again with `seatrial plan --out`"
    try:
        body = json.loads(file.read_text("utf-8"))
        checksum = body.pop("checksum")
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise UsageError(f"{file} is no plan that can be read", hint=again) from error
    if body.get("version") != VERSION or body.get("tool_version") != tool_version:
        made = body.get("tool_version", "?")
        raise UsageError(f"{file} was made by seatrial {made}, this is {tool_version}", hint=again)
    if checksum != _checksum(body):
        raise UsageError(f"{file} was changed since it was made", hint=again)
    try:
        return _request(body), str(body["plan"])
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{file} is no plan that can be read", hint=again) from error


def _request(body: dict[str, str]) -> AuditRequest:
    return AuditRequest(
        now=datetime.fromisoformat(body["at"]),
        paths=tuple(Path(path) for path in body["paths"]),
        practices=tuple(body["practices"]),
        environments=tuple(body["environments"]),
        config=Path(body["config"]) if body["config"] else None,
    )


def _checksum(body: dict[str, object]) -> str:
    # No signature: it finds damage and careless edits. What decides is that the plan is made again.
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
