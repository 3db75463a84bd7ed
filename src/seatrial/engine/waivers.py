"""Waivers of `seatrial.yaml`: who accepted which finding, why, and until when."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import Final

from seatrial.engine.own import EXPIRED, own_finding
from seatrial.engine.scope import called
from seatrial.model.environment import Environment
from seatrial.model.finding import Finding, Severity
from seatrial.model.place import Place
from seatrial.model.struct import field, replace, struct
from seatrial.spec.document import Waiver

NOTICE_DAYS: Final = 14
"""A waiver that ends within so many days is announced."""


@struct(frozen=False)
class Waivers:
    """The waivers of one audit.

    Attributes:
        today: the day of the audit.
        file: place of the file (its line is replaced by each waiver's).
        used: lines of the waivers that covered something.
    """

    listed: tuple[Waiver, ...]
    environments: tuple[Environment, ...]
    today: date
    file: Place
    used: set[int] = field(default_factory=set)

    def cover(self, finding: Finding) -> list[Finding]:
        """The finding with what is waived of it split off; it stays whole where nothing is."""
        if not finding.counts:
            return [finding]
        for waiver in self.listed:
            if waiver.expires >= self.today and _speaks_of(waiver, finding):
                covered, rest = self._split(waiver, finding)
                if covered is not None:
                    self.used.add(waiver.line)
                    return [covered, *(self.cover(rest) if rest else [])]
        return [finding]

    def expired(self, practice: str) -> list[Finding]:
        """One fault for each waiver of the practice whose last day is over."""
        found = []
        for waiver in self.listed:
            if waiver.expires < self.today and waiver.rule.partition("/")[0] == practice:
                self.used.add(waiver.line)
                message = (
                    f"the waiver of {waiver.rule} expired on {waiver.expires} "
                    f"(owner: {waiver.owner}; reason: {waiver.reason})"
                )
                place = replace(self.file, line=waiver.line)
                mark = _digest(f"{EXPIRED}\0{waiver.rule}\0{waiver.path}\0{waiver.environment}")
                found.append(own_finding(EXPIRED, Severity.HIGH, message, place, mark))
        return found

    def notices(self, practices: Iterable[str], *, whole: bool) -> list[str]:
        """Those that have ended or end soon, and with `whole` those that cover nothing."""
        said = []
        soon = self.today + timedelta(days=NOTICE_DAYS)
        chosen = set(practices)
        for waiver in self.listed:
            where = f"{self.file.path}:{waiver.line}: the waiver of {waiver.rule}"
            if waiver.expires < self.today and waiver.rule.split("/")[0] in chosen:
                said.append(f"{where} EXPIRED on {waiver.expires} (owner: {waiver.owner})")
            if self.today <= waiver.expires <= soon:
                said.append(f"{where} ends on {waiver.expires} (owner: {waiver.owner})")
            if whole and waiver.line not in self.used and waiver.rule.split("/")[0] in chosen:
                said.append(f"{where} covers no finding; delete it when the fault is mended")
        return said

    def _split(self, waiver: Waiver, finding: Finding) -> tuple[Finding | None, Finding | None]:
        text = f"{waiver.reason} ({waiver.owner}, until {waiver.expires})"
        if not waiver.environment:
            return replace(finding, waiver=text), None
        meant = {e.name for e in self.environments if called(e, waiver.environment)}
        scope = finding.environments or tuple(e.name for e in self.environments)
        covered = tuple(name for name in scope if name in meant)
        rest = tuple(name for name in scope if name not in meant)
        if not covered:
            return None, finding
        if not rest:
            return replace(finding, waiver=text), None
        mark = _digest(f"{finding.fingerprint}\0waived")
        waived = replace(finding, waiver=text, environments=covered, fingerprint=mark)
        return waived, replace(finding, environments=rest)


def _speaks_of(waiver: Waiver, finding: Finding) -> bool:
    if waiver.rule not in {finding.rule, f"{finding.practice}/*"}:
        return False
    if waiver.path and not _path_matches(waiver.path, finding.place):
        return False
    word = rf"(?<![\w-]){re.escape(waiver.resource)}(?![\w-])"
    return not waiver.resource or re.search(word, finding.message) is not None


def _path_matches(glob: str, place: Place | None) -> bool:
    if place is None:
        return False
    folder = glob.rstrip("/") + "/"
    return fnmatchcase(place.path, glob) or place.path.startswith(folder)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]
