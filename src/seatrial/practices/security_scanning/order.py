"""Whether an image is scanned before it is pushed."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.paths import routes_to
from seatrial.kit.delivery.releases import Act, Kind, Release, releases
from seatrial.kit.delivery.scans import Scanned, scans_of
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.practice import check
from seatrial.practices.security_scanning.evidence import runs
from seatrial.practices.security_scanning.settings import Settings

_PUSHES = ("docker", "podman", "buildah", "crane", "skopeo", "ko", "kaniko", "buildx", "bake")


@check("security-scanning/push-before-scan", severity=Severity.HIGH, requirement=True)
def push_before_scan(site: Site[Settings]) -> Iterator[Observation]:
    """An image is pushed before anything has scanned it.

    Why: whoever pulls the tag in between runs it, and a red scan afterwards takes nothing back.
    Fix: build without pushing, scan that image, then push the same digest.
    """
    if not any(run.scan.scanned is Scanned.IMAGE for run in runs(site)):
        return
    for release in releases(site):
        pushed = next((act for act in release.acts if pushes_image(act)), None)
        if pushed is None:
            continue
        if scanned_before(site, release, pushed):
            yield met(pushed.place, f"job {release.job.id} pushes an image that was scanned before")
        else:
            yield fault(
                pushed.place,
                f"job {release.job.id} pushes the image ({pushed.what}) before a scan could"
                " stop it",
            )


def pushes_image(act: Act) -> bool:
    """True for an act that pushes an image."""
    if act.kind is not Kind.PUBLISH:
        return False
    if act.command is not None:
        return act.command.program in _PUSHES
    return any(word in act.what.lower() for word in _PUSHES)


def scanned_before(site: Site[object], release: Release, pushed: Act) -> bool:
    """True when a scan that can fail looks at the image on every way to its push."""
    steps = release.job.all_steps
    until = steps.index(pushed.step) if pushed.step in steps else 0
    for scan in scans_of(site, release.job):
        if scan.scanned is Scanned.IMAGE and scan.counts and scan.step in steps[:until]:
            return True
    routes = routes_to(site, release)
    return bool(routes) and all(
        any(
            scan.scanned is Scanned.IMAGE and scan.counts
            for job in route.before
            for scan in scans_of(site, job)
        )
        for route in routes
    )
