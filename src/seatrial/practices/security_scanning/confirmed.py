"""What GitHub shows of the scans: whether results arrive, and what they found; read live."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.hosted import hosted
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.security_scanning.evidence import runs
from seatrial.practices.security_scanning.settings import Settings
from seatrial.systems.github.branch_facts import RequiredChecks
from seatrial.systems.github.facts import CODE_SCANNING, REQUIRED_CHECKS, Scanning

_GRAVE = ("critical", "high")


@check("security-scanning/open-alerts", severity=Severity.HIGH, fix="manual")
def open_alerts(site: Site[Settings]) -> Iterator[Observation]:
    """The Security tab lists grave alerts that nobody closed.

    Why: a scan that finds and is not followed by a repair only documents the hole.
    Fix: repair them, or dismiss each with its reason.
    """
    for root, (slug, seen) in hosted(site, CODE_SCANNING, Scanning).items():
        place = _place(site, root)
        counts = dict(seen.open)
        grave = [f"{counts[word]} {word}" for word in _GRAVE if counts.get(word)]
        if place and grave:
            yield fault(place, f"{slug} has open alerts: {' and '.join(grave)}")
        elif place and seen.tools:
            yield met(place, f"{slug}: {', '.join(seen.tools)} reports, nothing grave is open")


@check("security-scanning/not-required", severity=Severity.MEDIUM)
def not_required(site: Site[Settings]) -> Iterator[Observation]:
    """A pull request with a red scan can be merged.

    Why: a check that GitHub does not wait for only informs.
    Fix: name the scan's check as `required_checks` of environment-protection in `seatrial.yaml`.
    """
    for root, (slug, seen) in hosted(site, REQUIRED_CHECKS, RequiredChecks).items():
        place = _place(site, root)
        if place and not seen.checks:
            yield fault(place, f"{slug}: {seen.branch} takes pull requests with red scans")


def _place(site: Site[Settings], root: str) -> Place | None:
    """The first scan of a repository's pipelines."""
    return next((r.scan.place for r in runs(site) if r.scan.place.repository == root), None)
