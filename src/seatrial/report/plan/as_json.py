"""A plan as JSON: `schema_version` 1; contents stay out, diffs are masked."""

from __future__ import annotations

import json

from seatrial.model.place import Place
from seatrial.model.plan import FileChange, Plan
from seatrial.report.options import Options
from seatrial.report.plan.phrases import RISKS


def render(plan: Plan, options: Options) -> str:
    """The whole document."""
    del options
    return json.dumps(document(plan), indent=2, ensure_ascii=False) + "\n"


def document(plan: Plan) -> dict[str, object]:
    """The plan as plain data."""
    add, change, destroy = plan.counts
    return {
        "schema_version": 1,
        "tool_version": plan.tool_version,
        "generated_at": plan.at.isoformat(),
        "digest": plan.digest,
        "summary": {"add": add, "change": change, "destroy": destroy},
        "practices": list(plan.practices),
        "environments": list(plan.environments),
        "repositories": [{"name": n, "path": dict(plan.shown)[n]} for n in plan.repositories],
        "files": [_file(one) for one in plan.files],
        "systems": [
            {
                "system": step.change.system,
                "target": step.change.target,
                "practice": step.reason.practice,
                "reason": step.reason.text,
                "risk": RISKS[step.reason.risk],
                "changes": [{"sign": sign, "text": text} for sign, text in step.change.lines()],
            }
            for step in plan.systems
        ],
        "conflicts": [
            {
                "repository": one.repository,
                "path": one.path,
                "practice": one.practice,
                "message": one.message,
                "hint": one.hint,
            }
            for one in plan.conflicts
        ],
        "left": [
            {
                "practice": one.practice,
                "message": one.message,
                "location": _place(one.place),
                "credential": one.credential or None,
            }
            for one in plan.left
        ],
    }


def _file(change: FileChange) -> dict[str, object]:
    return {
        "repository": change.repository,
        "path": change.path,
        "action": change.action.value,
        "risk": RISKS[change.risk],
        "generated": "/base/" in change.kept,
        "reasons": [{"practice": r.practice, "text": r.text} for r in change.reasons],
        "added": change.added,
        "removed": change.removed,
        "diff": list(change.diff),
    }


def _place(place: Place | None) -> dict[str, object] | None:
    if place is None:
        return None
    return {
        "repository": place.repository,
        "path": place.path,
        "line": place.line,
        "column": place.column,
    }
