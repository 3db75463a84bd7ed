"""A plan as one page that needs nothing else."""

from __future__ import annotations

from html import escape

from seatrial.model.plan import FileChange, Plan
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

_STYLE = """
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
summary{cursor:pointer;padding:.3rem 0}
code,pre{font:13px/1.45 ui-monospace,monospace}
pre{overflow-x:auto;border:1px solid #8884;border-radius:6px;padding:.6rem;margin:.3rem 0 1rem}
.add{color:#187a34}.del{color:#b3261e}.hunk{color:#5b6bc0}.muted{opacity:.7}
@media (prefers-color-scheme:dark){.add{color:#5fd38a}.del{color:#ff8a80}.hunk{color:#a9b4ff}}
"""


def render(plan: Plan, options: Options) -> str:
    """The whole page."""
    del options
    names = escape(", ".join(plan.repositories))
    body = [f"<h1>seatrial plan: {names}</h1>", f"<p><strong>{escape(closing(plan))}</strong>"]
    body.append(f" {escape(conflicts_line(plan))}</p>")
    if plan.left:
        body.append("<h2>Left for people</h2><ul>" + "".join(_left(plan)) + "</ul>")
    if plan.conflicts:
        body.append("<h2>Left alone</h2><ul>")
        body += [
            f"<li><code>{escape(where(plan, c.repository, c.path))}</code> {escape(c.message)};"
            f" {escape(c.hint)}</li>"
            for c in plan.conflicts
        ]
        body.append("</ul>")
    body.append("<h2>Changes</h2>")
    body += [_file(plan, change) for change in plan.files]
    for step in plan.systems:
        lines = "".join(f"<li>{escape(s)} {escape(t)}</li>" for s, t in step.change.lines())
        body.append(f"<h3>{escape(step.change.target)}</h3><ul>{lines}</ul>")
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>seatrial plan: {names}</title><style>{_STYLE}</style></head><body>"
        + "".join(body)
        + "</body></html>\n"
    )
    return encodable(page)


def _left(plan: Plan) -> list[str]:
    return [
        f"<li><strong>{escape(one.practice)}</strong>: {escape(one.message)}"
        f' <span class="muted">{escape(left_place(plan, one))}</span></li>'
        for one in plan.left
    ]


def _file(plan: Plan, change: FileChange) -> str:
    name = escape(where(plan, change.repository, change.path))
    why = "<br>".join(f"{escape(p)}: {escape(text)}" for p, text in reasons(change))
    return (
        f"<details><summary><code>{change.action.sign} {name}</code>"
        f' <span class="muted">{stat(change)}, risk {RISKS[change.risk]}</span></summary>'
        f"<p>{why}</p><pre>{chr(10).join(map(_line, change.diff))}</pre></details>"
    )


def _line(line: str) -> str:
    kind = {"+": "add", "-": "del", "@": "hunk"}.get(line[:1])
    text = escape(line)
    return f'<span class="{kind}">{text}</span>' if kind else text
