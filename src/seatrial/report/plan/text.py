"""A plan on a terminal, in the form that people know from Terraform."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.model.change import Risk
from seatrial.model.plan import FileChange, Plan, SystemChange
from seatrial.report.ink import BOLD, COMMAND, DIM, Ink, wrapped
from seatrial.report.options import Options
from seatrial.report.phrases import encodable
from seatrial.report.plan.phrases import (
    RISKS,
    WORDS,
    closing,
    conflicts_line,
    left_place,
    reasons,
    stat,
    where,
)

_COLORS = {"+": "32", "-": "31", "~": "33", "@": "36"}
_LEGEND = (("+", "create"), ("~", "update in-place"), ("-", "destroy"))


def render(plan: Plan, options: Options) -> str:
    """Legend, changes with their diffs (with `details`), what is left, the closing line."""
    ink = Ink(options.color, options.ascii, min(max(options.width, 80), 120))
    lines: list[str] = []
    if not plan.empty:
        lines += _legend(ink)
        for change in plan.files:
            lines += _file(plan, change, ink, whole=options.details)
        for step in plan.systems:
            lines += _system(step, ink)
    lines += _conflicts(plan, ink)
    lines += _left(plan, ink)
    end = [line for line in (closing(plan), conflicts_line(plan)) if line]
    lines += ["", *(ink.paint(line, BOLD) for line in end)] if lines else end
    return encodable("\n".join(lines).lstrip("\n")) + "\n"


def _legend(ink: Ink) -> list[str]:
    lines = ["Changes are indicated with the following symbols:"]
    return lines + [f"  {_sign(sign, ink)} {word}" for sign, word in _LEGEND]


def _sign(sign: str, ink: Ink) -> str:
    return ink.paint(sign, _COLORS.get(sign, ""))


def _file(plan: Plan, change: FileChange, ink: Ink, *, whole: bool) -> Iterator[str]:
    name = ink.plain(where(plan, change.repository, change.path))
    if not whole:
        counted = stat(change) or "git only"
        who = ", ".join(dict.fromkeys(r.practice for r in change.reasons))
        yield f"  {_sign(change.action.sign, ink)} {name}  {ink.paint(f'{counted}  {who}', DIM)}"
        return
    yield ""
    yield ink.paint(f"  # {name} {WORDS[change.action]}", BOLD)
    for practice, reason in reasons(change):
        first, *rest = wrapped(f"{practice}: {ink.plain(reason)}", ink.width - 6)
        yield ink.paint(f"  # {first}", DIM)
        yield from (ink.paint(f"  #   {line}", DIM) for line in rest)
    if change.risk is not Risk.LOW:
        yield ink.paint(f"  # risk: {RISKS[change.risk]}", _COLORS["~"])
    for line in change.diff:
        shown = ink.plain(line)
        yield "    " + ink.paint(shown, _COLORS.get(line[:1], ""))


def _system(step: SystemChange, ink: Ink) -> Iterator[str]:
    yield ""
    yield ink.paint(f"  # {ink.plain(step.change.target)}", BOLD)
    yield ink.paint(f"  # {step.reason.practice}: {ink.plain(step.reason.text)}", DIM)
    for sign, line in step.change.lines():
        yield f"    {_sign(sign, ink)} {ink.plain(line)}"


def _conflicts(plan: Plan, ink: Ink) -> Iterator[str]:
    if plan.conflicts:
        yield ""
        yield ink.paint("Left alone", BOLD)
    for one in plan.conflicts:
        name = ink.plain(where(plan, one.repository, one.path))
        yield f"  ! {name} {ink.plain(one.message)} ({one.practice})"
        if one.hint:
            yield f"    hint: {ink.plain(one.hint)}"


def _left(plan: Plan, ink: Ink) -> Iterator[str]:
    if plan.left:
        yield ""
        yield ink.paint("Left for people", BOLD)
    for one in plan.left:
        first, *rest = wrapped(ink.plain(one.message), ink.width - 6)
        yield f"  {ink.paint('?', COMMAND)} {first}"
        yield from (f"    {line}" for line in rest)
        notes = [
            one.practice,
            left_place(plan, one),
            f"needs {one.credential}" * bool(one.credential),
        ]
        yield ink.paint("    " + ", ".join(note for note in notes if note), DIM)
