"""Sentences that every form of a plan shares."""

from __future__ import annotations

from seatrial.model.change import Risk
from seatrial.model.plan import Action, FileChange, Left, Plan
from seatrial.report.phrases import plural

NOTHING = "No changes. What the repositories hold is what the practices ask for."
WORDS = {
    Action.CREATE: "will be created",
    Action.UPDATE: "will be changed in place",
    Action.UNTRACK: "will no longer be tracked by git; the file stays",
    Action.DELETE: "will be deleted (only with --allow-delete)",
}
RISKS = {Risk.LOW: "low", Risk.MEDIUM: "medium", Risk.HIGH: "high"}


def closing(plan: Plan) -> str:
    """Terraform's closing line."""
    if plan.empty:
        return NOTHING
    add, change, destroy = plan.counts
    return f"Plan: {add} to add, {change} to change, {destroy} to destroy."


def conflicts_line(plan: Plan) -> str:
    """How many files are left alone, or an empty string."""
    count = len(plan.conflicts)
    return f"{plural(count, 'file')} left alone, see above." if count else ""


def where(plan: Plan, repository: str, path: str) -> str:
    """A file as the plan names it: with its repository where there are several."""
    return f"{repository}/{path}" if len(plan.repositories) > 1 else path


def reasons(change: FileChange) -> list[tuple[str, str]]:
    """Practice and reason of a change, each once."""
    return list(dict.fromkeys((r.practice, r.text) for r in change.reasons))


def left_place(plan: Plan, left: Left) -> str:
    """Place of what is left, or an empty string."""
    if left.place is None:
        return ""
    return f"{where(plan, left.place.repository, left.place.path)}:{left.place.line}"


def stat(change: FileChange) -> str:
    """`+12 -3`."""
    parts = [f"+{change.added}"] if change.added else []
    parts += [f"-{change.removed}"] if change.removed else []
    return " ".join(parts)
