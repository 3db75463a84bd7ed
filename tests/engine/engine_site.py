"""A throwaway practice folder, and ways to audit with it alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import seatrial.practices
from seatrial.engine import load
from seatrial.engine.survey import AuditRequest, survey
from seatrial.engine.watch import Silent
from seatrial.model.record import AuditRecord

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

INIT = '''"""Buoys mark the way.

Every harbour has at least one.
"""

from seatrial.model.practice import Level, Practice

PRACTICE = Practice(
    number={number}, id="{id}", title="Buoys", priority=Level.HIGH, effort=Level.LOW,
    impact=Level.HIGH, drill="pull one out",
)
'''
SETTINGS = '''"""Settings."""

from seatrial.model.struct import field, struct


@struct
class Settings:
    """What a harbour asks of its buoys."""

    word: str = field(default="BROKEN", metadata={"help": "marks a broken buoy"})
'''
AUDIT = '''"""Checks."""

from seatrial.model.finding import Severity, fault, met
from seatrial.model.practice import check


@check("ID/broken", severity=Severity.HIGH)
def broken(site):
    """A buoy is broken.

    Why: ships follow it.
    Fix: mend it.
    """
    for root in site.repo.roots:
        for file in root.files.values():
            if file.name.endswith(".buoy"):
                for number, line in enumerate(file.lines, 1):
                    if site.settings.word in line:
                        name = line.split()[1]
                        yield fault(file.place(number), f"buoy {name} is broken")


@check("ID/placed", severity=Severity.MEDIUM, requirement=True)
def placed(site):
    """No buoy is placed."""
    for root in site.repo.roots:
        for file in root.files.values():
            if file.name.endswith(".buoy"):
                if "EXPLODE" in file.text:
                    raise KeyError("s3cret-value")
                yield met(file.place(), "buoys are placed")
'''


def write_practice(folder: Path, name: str = "buoys", number: int = 90) -> None:
    """Write a practice folder that looks at files which end in .buoy."""
    target = folder / name.replace("-", "_")
    target.mkdir(parents=True)
    (target / "__init__.py").write_text(INIT.format(number=number, id=name))
    (target / "settings.py").write_text(SETTINGS)
    (target / "audit.py").write_text(AUDIT.replace("ID/", f"{name}/"))


@contextmanager
def only_practices(folder: Path) -> Iterator[None]:
    """Let the practices of a folder be the only ones; leaves no trace."""
    import sys

    before = list(seatrial.practices.__path__)
    modules = set(sys.modules)
    seatrial.practices.__path__ = [str(folder)]
    load.practices.cache_clear()
    try:
        yield
    finally:
        seatrial.practices.__path__ = before
        load.practices.cache_clear()
        for name in set(sys.modules) - modules:
            if name.startswith("seatrial.practices."):
                del sys.modules[name]
                delattr(seatrial.practices, name.split(".")[2]) if name.count(".") == 2 else None


def audit(*paths: Path, **wish: object) -> AuditRecord:
    """Audit folders at a fixed time."""
    return survey(AuditRequest(now=NOW, paths=paths, **wish), Silent())  # type: ignore[arg-type]  # keywords of the request
