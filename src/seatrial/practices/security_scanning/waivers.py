"""Files in which findings of scanners are waived, and whether each waiver ends."""

from __future__ import annotations

from collections.abc import Iterator

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
    for root in site.repo.roots:
        for name, look in _READERS.items():
            file = root.files.get(name)
            endless = list(look(file)) if file else []
            if file and endless:
                count = len(endless)
                yield fault(
                    file.place(endless[0]),
                    f"{count} waiver{'s' * (count > 1)} in {name} never end{'s' * (count == 1)}",
                )


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
    "osv-scanner.toml": _osv,
}
