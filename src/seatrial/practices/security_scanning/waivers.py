"""Files in which findings of scanners are waived, and whether each waiver ends."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.practices.security_scanning.settings import Settings
from seatrial.repo.files import File


@check("security-scanning/endless-waiver", severity=Severity.MEDIUM, requirement=True, fix="manual")
def endless_waiver(site: Site[Settings]) -> Iterator[Observation]:
    """Findings are waived for ever.

    Why: a waiver is granted for what is known that day; without an end nobody looks at it again.
    Fix: give each entry a date (`exp:2027-01-31` in .trivyignore, `expires:` in .snyk,
    `ignoreUntil` in osv-scanner.toml) and a reason.
    """
    for file in site.repo.files():
        look = _READERS.get(file.name) or (
            _suppressions if "suppression" in file.name and file.suffix == ".xml" else None
        )
        endless = list(look(file)) if look and not is_aside(file.path) else []
        if endless:
            count = len(endless)
            yield fault(
                file.place(endless[0]),
                f"{count} waiver{'s' * (count > 1)} in {file.path} never end{'s' * (count == 1)}",
                # Below the root it holds for one component only.
                severity=Severity.LOW if file.folder else None,
            )


def _suppressions(file: File) -> Iterator[int]:
    for number, line in enumerate(file.lines, 1):
        if "<suppress>" in line or ("<suppress " in line and "until=" not in line):
            yield number


def _better_audit(file: File) -> Iterator[int]:
    starts = [n for n, line in enumerate(file.lines, 1) if line.strip().endswith("{")][1:]
    for start, after in pairwise([*starts, len(file.lines) + 1]):
        if not any('"expiry"' in line for line in file.lines[start - 1 : after - 1]):
            yield start


def _trivy_lines(file: File) -> Iterator[int]:
    for number, line in enumerate(file.lines, 1):
        text = line.strip()
        if text and not text.startswith("#") and "exp:" not in text:
            yield number


def _trivy_yaml(file: File) -> Iterator[int]:
    for _, entries in file.yaml.first.pairs():
        for entry in entries.items():
            if not entry.has("expired_at"):
                yield entry.line


def _snyk(file: File) -> Iterator[int]:
    for _, paths in file.yaml.first.at("ignore").pairs():
        for path in paths.items():
            for _, body in path.pairs():
                if not body.has("expires"):
                    yield body.line


def _osv(file: File) -> Iterator[int]:
    blocks: list[tuple[int, bool]] = []
    for number, line in enumerate(file.lines, 1):
        text = line.strip()
        if text.lower() == "[[ignoredvulns]]":
            blocks.append((number, False))
        elif text.startswith("ignoreUntil") and blocks:
            blocks[-1] = (blocks[-1][0], True)
    return (number for number, ends in blocks if not ends)


_READERS = {
    ".trivyignore": _trivy_lines,
    ".trivyignore.yaml": _trivy_yaml,
    ".snyk": _snyk,
    ".trivyignore.yml": _trivy_yaml,
    "osv-scanner.toml": _osv,
    ".nsprc": _better_audit,
}
