"""Comments in place: `# seatrial: ignore[RULE] reason` on the finding's line or just above it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

from seatrial.engine.own import NO_REASON, own_finding
from seatrial.model.finding import Finding, Severity
from seatrial.model.place import Place
from seatrial.model.struct import replace, struct
from seatrial.repo.files import File, Root

MARK: Final = "seatrial: ignore["
OPENERS: Final = ("#", "//", "<!--", "{{/*", "{{- /*", "/*", "--", ";")
CLOSERS: Final = ("-->", "*/}}", "*/ -}}", "*/")


@struct
class Ignore:
    """One comment.

    Attributes:
        rules: `<practice>/<rule>` or `<practice>/*`.
        line: 1-based line of the comment.
    """

    rules: tuple[str, ...]
    reason: str
    line: int

    def names(self, finding: Finding) -> bool:
        """True when the comment names the finding's rule."""
        return finding.rule in self.rules or f"{finding.practice}/*" in self.rules


def silence(finding: Finding, roots: Mapping[str, Root]) -> list[Finding]:
    """The finding, waived by a comment that names it; a comment without a reason is a fault."""
    if not finding.counts or finding.place is None:
        return [finding]
    file = _file(finding.place, roots)
    if file is None or MARK not in file.text:
        return [finding]
    for ignore in _near(file, finding.place.line):
        if not ignore.names(finding):
            continue
        if ignore.reason:
            return [replace(finding, waiver=f"{ignore.reason} (comment in place)")]
        place = file.place(ignore.line)
        message = f"the comment that ignores {finding.rule} gives no reason, so it hides nothing"
        return [finding, own_finding(NO_REASON, Severity.MEDIUM, message, place, _digest(finding))]
    return [finding]


def parse_comment(text: str, line: int) -> Ignore | None:
    """The ignore that a line holds, or None; it counts only inside a comment."""
    before, found, after = text.partition(MARK)
    if not found or not before.rstrip().endswith(OPENERS):
        return None
    names, closed, reason = after.partition("]")
    if not closed:
        return None
    reason = reason.strip()
    for closer in CLOSERS:
        reason = reason.removesuffix(closer).rstrip()
    rules = tuple(name.strip() for name in names.split(",") if name.strip())
    return Ignore(rules, reason.strip(" :-"), line)


def _near(file: File, line: int) -> Iterator[Ignore]:
    lines = file.lines
    for number in range(min(line, len(lines)), 0, -1):
        text = lines[number - 1]
        ignore = parse_comment(text, number)
        if number != line and (ignore is None or not text.strip().startswith(OPENERS)):
            return  # above the line only whole-line ignore comments are looked at
        if ignore is not None:
            yield ignore


def _file(place: Place, roots: Mapping[str, Root]) -> File | None:
    root = roots.get(place.repository)
    return root.files.get(place.path) if root else None


def _digest(finding: Finding) -> str:
    return hashlib.sha256(
        f"{NO_REASON}\0{finding.fingerprint}".encode("utf-8", "surrogateescape")
    ).hexdigest()[:16]
