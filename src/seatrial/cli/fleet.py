"""`seatrial audit --fleet`: one table for many applications."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from seatrial.cli.answer import NO, OPEN, WRONG, YES, answer
from seatrial.cli.audit import access_of, deliver
from seatrial.cli.flags import Flags
from seatrial.cli.screen import Screen
from seatrial.engine.fleet import Audited, Broken, Member, audit_fleet, read_fleet
from seatrial.engine.survey import AuditRequest
from seatrial.model.errors import SeatrialError
from seatrial.model.verdict import Status
from seatrial.report import FORMATS, Options

COLUMNS = (
    Status.ABSENT,
    Status.PARTIAL,
    Status.PRESENT,
    Status.PROVEN,
    Status.UNKNOWN,
    Status.NOT_APPLICABLE,
)


def obey_fleet(flags: Flags, practices: tuple[str, ...], screen: Screen) -> int:
    """Audit every application; a broken one is reported and the rest goes on."""
    if flags.fleet is None:
        return WRONG
    members = read_fleet(flags.fleet)
    now = datetime.now(UTC).replace(microsecond=0)
    wish = AuditRequest(
        now=now,
        practices=practices,
        environments=flags.environments,
        live=access_of(flags),
        debug=flags.debug,
    )
    results = audit_fleet(members, wish, screen)
    for member, result in results:
        for error in result.errors:
            place = error.place or member.place
            screen.complain(SeatrialError(f"{member.name}: {error}", hint=error.hint, place=place))
    text = _json(results) if flags.format == "json" else _table(results)
    deliver(text, flags.output, screen)
    return _answer(results, flags)


def _answer(results: Iterable[tuple[Member, Audited | Broken]], flags: Flags) -> int:
    codes = [
        WRONG
        if isinstance(result, Broken)
        else answer(
            result.record,
            fail_on=flags.fail_on,
            strict=flags.strict,
            complained=bool(result.errors),
        )
        for _, result in results
    ]
    return next((code for code in (WRONG, NO, OPEN) if code in codes), YES)


def _table(results: Iterable[tuple[Member, Audited | Broken]]) -> str:
    rows = [("application", "score", *(status.value for status in COLUMNS), "worst gap")]
    for member, result in results:
        if isinstance(result, Broken):
            rows.append((member.name, "-", *("-" for _ in COLUMNS), "could not be audited"))
            continue
        record = result.record
        counts = (str(record.count(status)) for status in COLUMNS)
        gap = record.worst[0].finding.rule if record.worst else ""
        rows.append((member.name, str(record.score), *counts, gap))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "".join(_line(row, widths) for row in rows)


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    last = len(row) - 1
    cells = [
        cell.ljust(width) if column in {0, last} else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    plain = "".join(c if c.isprintable() else "?" for c in "  ".join(cells))
    return plain.rstrip() + "\n"


def _json(results: Iterable[tuple[Member, Audited | Broken]]) -> str:
    applications = []
    for member, result in results:
        errors = [
            {"message": str(error), "hint": error.hint, "place": error.place}
            for error in result.errors
        ]
        audit = None
        if isinstance(result, Audited):
            audit = json.loads(FORMATS["json"](result.record, Options()))
        applications.append({"name": member.name, "errors": errors, "audit": audit})
    document = {"schema_version": 1, "applications": applications}
    return json.dumps(document, indent=2) + "\n"
