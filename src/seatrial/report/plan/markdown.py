"""A plan as Markdown, for a pull request's comment."""

from __future__ import annotations

from seatrial.model.plan import Plan
from seatrial.report.options import Options
from seatrial.report.phrases import encodable
from seatrial.report.plan.phrases import (
    RISKS,
    closing,
    conflicts_line,
    left_place,
    reasons,
    stat,
    where,
)

LONGEST = 60_000
"""Characters: GitHub refuses comments above 65,536; diffs beyond this are left out and counted."""


def render(plan: Plan, options: Options) -> str:
    """Closing line first, then a table, then the diffs."""
    del options
    parts = [f"## seatrial plan\n\n**{closing(plan)}** {conflicts_line(plan)}".rstrip()]
    if plan.files:
        parts.append(_table(plan))
    if plan.systems:
        parts.append(
            "\n\n".join(
                f"### {_plain(step.change.target)}\n\n"
                + "\n".join(f"- `{sign}` {_plain(text)}" for sign, text in step.change.lines())
                for step in plan.systems
            )
        )
    if plan.conflicts:
        parts.append(
            "### Left alone\n\n"
            + "\n".join(
                f"- `{where(plan, c.repository, c.path)}` {_plain(c.message)}; {_plain(c.hint)}"
                for c in plan.conflicts
            )
        )
    if plan.left:
        parts.append(
            "### Left for people\n\n"
            + "\n".join(
                f"- **{one.practice}**: {_plain(one.message)}"
                + (f" (`{left_place(plan, one)}`)" if one.place else "")
                for one in plan.left
            )
        )
    return encodable(_with_diffs(plan, "\n\n".join(parts)) + "\n")


def _table(plan: Plan) -> str:
    rows = ["| | file | lines | risk | why |", "| --- | --- | --- | --- | --- |"]
    for change in plan.files:
        why = "; ".join(f"{_plain(text)} ({practice})" for practice, text in reasons(change))
        name = where(plan, change.repository, change.path)
        cells = (f"`{change.action.sign}`", f"`{name}`", stat(change), RISKS[change.risk], why)
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _with_diffs(plan: Plan, text: str) -> str:
    left_out = 0
    for change in plan.files:
        if not change.diff:
            continue
        longest = max((len(run) for line in change.diff for run in _ticks(line)), default=0)
        fence = "`" * max(3, longest + 1)
        body = "\n".join(change.diff)
        name = where(plan, change.repository, change.path)
        block = (
            f"\n\n<details><summary><code>{_plain(name)}</code></summary>\n\n"
            f"{fence}diff\n{body}\n{fence}\n\n</details>"
        )
        if len(text) + len(block) > LONGEST:
            left_out += 1
        else:
            text += block
    return text + (f"\n\n{left_out} diffs are left out here." if left_out else "")


def _ticks(line: str) -> list[str]:
    import re

    return re.findall("`+", line)


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
