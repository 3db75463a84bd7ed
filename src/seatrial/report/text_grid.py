"""The grid of the text report: practices by environments."""

from __future__ import annotations

from seatrial.model.environment import Environment
from seatrial.model.record import AuditRecord, Verdict
from seatrial.model.struct import struct
from seatrial.model.verdict import Status
from seatrial.report.ink import BOLD, DIM, Ink, columns, cut, filled
from seatrial.report.phrases import STATUSES, foremost, proof_age, status_word, verdicts

_STATUS, _PROOF, _SHORTEST_SUMMARY = 9, 5, 36


@struct
class _Shape:
    ids: int
    environments: tuple[tuple[str, str], ...]  # name, heading
    left_out: int
    summary: int


def grid(record: AuditRecord, ink: Ink) -> list[str]:
    """Lines of the table; a practice's status word and glyph say the same, with and without colour.

    Environments that do not fit are left out, development first, and a last line says how many.
    """
    rows = verdicts(record)
    if not rows:
        return []
    shape = _shape(rows, record.environments, ink)
    lines = [_heading(shape, ink), *(_row(verdict, shape, ink) for verdict in rows)]
    lines.append(_legend(rows, ink))
    if shape.left_out:
        lines.append(ink.paint(f"  {shape.left_out} more environments: --format json", DIM))
    return lines


def _shape(rows: tuple[Verdict, ...], known: tuple[Environment, ...], ink: Ink) -> _Shape:
    ids = max(8, *(len(verdict.practice.id) for verdict in rows))
    room = ink.width - (4 + 2 + ids + 2 + _STATUS + 2 + _PROOF)
    most = len(known)
    names = _headings(known, room, ink)
    while _span(names) > room and most > 1:
        most -= 1
        names = _headings(foremost(known, most), room, ink)
    spare = room - _span(names) - 2
    summary = spare if spare >= _SHORTEST_SUMMARY else 0
    return _Shape(ids, names, len(known) - most, summary)


def _headings(known: tuple[Environment, ...], room: int, ink: Ink) -> tuple[tuple[str, str], ...]:
    for longest in (12, 10, 8, 6, 4):
        names = tuple((e.name, cut(ink.plain(e.name), longest, ".")) for e in known)
        if _span(names) <= room:
            break
    return names


def _span(names: tuple[tuple[str, str], ...]) -> int:
    return sum(columns(heading) + 2 for _, heading in names)


def _heading(shape: _Shape, ink: Ink) -> str:
    cells = ["   #", filled("practice", shape.ids), *(heading for _, heading in shape.environments)]
    cells += [filled("status", _STATUS), "proof"]
    cells += ["summary"] if shape.summary else []
    return ink.paint("  ".join(cells), BOLD)


def _row(verdict: Verdict, shape: _Shape, ink: Ink) -> str:
    statuses = dict(verdict.by_environment)
    cells = [f"{verdict.practice.number:>4}", filled(verdict.practice.id, shape.ids)]
    for name, heading in shape.environments:
        glyph = ink.glyph(statuses[name]) if name in statuses else " "
        before = (columns(heading) - 1) // 2
        cells.append(" " * before + glyph + " " * (columns(heading) - 1 - before))
    cells += [ink.status(verdict.status, _STATUS), _proof(verdict, ink)]
    if shape.summary:
        cells.append(ink.paint(cut(ink.plain(verdict.summary), shape.summary, ink.ellipsis), DIM))
    return "  ".join(cells).rstrip()


def _proof(verdict: Verdict, ink: Ink) -> str:
    age = proof_age(verdict)
    return ink.paint(age, DIM) + " " * (_PROOF - len(age))


def _legend(rows: tuple[Verdict, ...], ink: Ink) -> str:
    seen = {status for verdict in rows for _, status in verdict.by_environment}
    seen |= {verdict.status for verdict in rows}
    marks = [f"{ink.glyph(status)} {_meaning(status)}" for status in STATUSES if status in seen]
    return "      " + "   ".join(marks)


def _meaning(status: Status) -> str:
    return "not applicable" if status is Status.NOT_APPLICABLE else status_word(status)
