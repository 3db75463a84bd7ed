"""Where a reader would mend what is missing, and lists of names."""

from __future__ import annotations

from collections.abc import Iterable, Sized

from seatrial.kit.delivery.releases import Kind, deployments
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.place import Place

_NAMED = 3


def where(site: Site[object]) -> Place:
    """Where a reader would put the missing Role."""
    for kind in (Kind.DEPLOY, Kind.PROVISION):
        for release in deployments(site):
            if kind in release.kinds:
                return release.job.place
    for chart in site.repo.charts:
        return chart.file.place()
    for manifest in live_manifests(site):
        return manifest.place()
    for module in site.repo.terraform.roots:
        return module.place()
    return Place(site.repo.roots[0].name, "README.md")


def listed(names: Iterable[str]) -> str:
    """The names, or how many workloads and the first."""
    known = list(dict.fromkeys(names))
    shown = ", ".join(known[:_NAMED])
    return shown if len(known) <= _NAMED else f"{len(known)} workloads ({shown}, ...)"


def runs(names: Sized) -> str:
    """The verb for one or several."""
    return "runs" if len(names) == 1 else "run"
