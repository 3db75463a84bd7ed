"""Texts of rules, for reports and for `seatrial explain`."""

from __future__ import annotations

from collections.abc import Iterable

from seatrial.engine import load
from seatrial.engine.own import TEXTS
from seatrial.model.practice import Practice
from seatrial.report.options import Doc


def docs(practices: Iterable[Practice]) -> dict[str, Doc]:
    """Text of every rule of the practices, and of seatrial's own rules."""
    found = {rule: Doc(text.partition("\n")[0].rstrip("."), text) for rule, text in TEXTS.items()}
    for practice in practices:
        for check in load.rules(practice).checks:
            found[check.rule] = Doc(check.title, check.doc)
    return found
