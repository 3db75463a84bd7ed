"""What a delivery names loosely: branches by default, chart ranges, tags that move."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.gitops import ARGO, Delivery, Source, deliveries, objects
from seatrial.kit.platform.gitops_files import charts_of, read_by_deliveries
from seatrial.kit.platform.images import image_of
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.model.struct import struct
from seatrial.practices.gitops.settings import Settings
from seatrial.repo.kubernetes import kustomize
from seatrial.repo.kubernetes.charts import Chart
from seatrial.repo.kubernetes.manifests import Manifest

_RANGE_MARKS: Final = ("^", "~", ">", "<", "|", "*", " - ", ",")
_WHOLE: Final = 3
_SOURCES_OF_FLUX: Final = "source.toolkit.fluxcd.io"


@struct
class _Loose:
    what: str
    place: Place
    environments: tuple[str, ...] = ()
    severity: Severity | None = None


@check("gitops/floating-revision", severity=Severity.HIGH, fix="apply")
def floating_revision(site: Site[Settings]) -> Iterator[Observation]:
    """A delivery follows something that moves by itself.

    Why: with a chart range, a moving tag or HEAD the same commit means something else tomorrow:
    what runs is no longer what was reviewed, and going back in git brings nothing back.
    Fix: name a chart version, a tag, a commit or a digest; let Renovate or `seatrial promote` move
    it by a pull request. A branch that is named is a choice and no fault.
    """
    for loose in _all(site):
        yield fault(
            loose.place,
            loose.what,
            environments=loose.environments,
            severity=loose.severity,
        )


def _all(site: Site[object]) -> Iterator[_Loose]:
    for delivery in deliveries(site):
        for source in delivery.sources:
            if delivery.tool == ARGO:
                yield from _argo(site, delivery, source)
            elif delivery.kind == "HelmRelease":
                yield from _helm_release(delivery, source)
        for chart in charts_of(site, delivery):
            yield from _dependencies(chart, delivery.environments)
    for manifest in objects(site, _SOURCES_OF_FLUX, "OCIRepository", "GitRepository"):
        yield from _flux_source(manifest)
    yield from _bases(site)


def _argo(site: Site[object], delivery: Delivery, source: Source) -> Iterator[_Loose]:
    written = source.revision
    if "{{" in written or "$" in written or not source.url:
        return
    place = delivery.at(*source.steps, "targetRevision")
    if source.chart:
        if is_range(written):
            what = f"{delivery.label} takes chart {source.chart} in {_said(written)}"
            yield _Loose(what, place, delivery.environments)
    elif written in {"", "HEAD"}:
        hit = set(delivery.environments) & set(site.production)
        if hit or not delivery.environments:
            said = "names no targetRevision" if not written else "follows HEAD"
            what = f"{delivery.label} {said}: any commit on the default branch goes live"
            weight = Severity.HIGH if hit else Severity.MEDIUM
            yield _Loose(what, place, tuple(sorted(hit)), weight)


def _helm_release(delivery: Delivery, source: Source) -> Iterator[_Loose]:
    chart, written = source.chart, source.revision
    if not chart or source.steps[-1] == "chartRef" or "$" in written or not is_range(written):
        return
    place = delivery.at(*source.steps, "version" if written else "chart")
    what = f"{delivery.label} takes chart {chart} in {_said(written)}"
    yield _Loose(what, place, delivery.environments)


def _dependencies(chart: Chart, environments: tuple[str, ...]) -> Iterator[_Loose]:
    locks = (f"{chart.folder}/{name}".strip("/") for name in ("Chart.lock", "requirements.lock"))
    if any(lock in chart.root.files for lock in locks):
        return
    for dependency in chart.dependencies:
        remote = not dependency.vendored and not dependency.local
        if remote and is_range(dependency.version):
            said = _said(dependency.version)
            what = f"chart {chart.name} takes {dependency.name} in {said} and has no Chart.lock"
            yield _Loose(what, dependency.place, environments)


def _flux_source(manifest: Manifest) -> Iterator[_Loose]:
    ref = manifest.node.at("spec", "ref")
    names = manifest.environments
    if ref.at("digest").text or ref.at("commit").text:
        return
    label = f"{manifest.kind}/{manifest.name}"
    if ref.at("semver").text:
        what = f"{label} follows the range {ref.at('semver').text}"
        yield _Loose(what, manifest.place("spec", "ref", "semver"), names)
    elif manifest.kind == "OCIRepository":
        tag = ref.at("tag").text
        if "$" not in tag and image_of(f"x:{tag}").moves:
            what = f"{label} follows the tag {tag or 'latest'}, which moves"
            yield _Loose(what, manifest.place("spec", "ref", "tag"), names)


def _bases(site: Site[object]) -> Iterator[_Loose]:
    read = read_by_deliveries(site)
    for root in site.repo.roots:
        for one in kustomize.read(root):
            for remote in one.remotes if one.file in read else ():
                if _is_loose_base(remote.url):
                    what = f"{one.file.path} takes a base from a branch: {_shown(remote.url)}"
                    yield _Loose(what, remote.place, severity=Severity.MEDIUM)


def _is_loose_base(url: str) -> bool:
    in_git = "github.com" in url or ".git" in url
    if not in_git or "/releases/download/" in url or "/v" in url:
        return False
    revision = url.rpartition("ref=")[2] if "ref=" in url else ""
    return not revision or image_of(f"x:{revision}").moves


def _shown(url: str) -> str:
    return url.rpartition("@")[2].partition("://")[2] or url.rpartition("@")[2]


def _said(version: str) -> str:
    return f"any version that matches {version}" if version else "whatever version is newest"


def is_range(version: str) -> bool:
    """True for a chart version that can mean several: none, a range, or only its first parts."""
    plain = version.strip().removeprefix("=").removeprefix("v").strip()
    if plain in {"", "latest", "x", "X"} or any(mark in plain for mark in _RANGE_MARKS):
        return True
    parts = plain.partition("-")[0].partition("+")[0].split(".")
    return any(p in {"x", "X"} for p in parts) or (
        len(parts) < _WHOLE and all(p.isdigit() for p in parts)
    )
