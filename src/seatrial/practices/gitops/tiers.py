"""Whether a change is tried in one environment before it reaches production."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.gitops import ARGO, FLUX, At, Delivery, Source, deliveries, objects
from seatrial.kit.platform.gitops_files import folders_of
from seatrial.kit.platform.images import image_of
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.model.struct import struct
from seatrial.practices.gitops.grouping import Said, faults
from seatrial.practices.gitops.settings import Settings
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import Node

_SOURCES: Final = "source.toolkit.fluxcd.io"
_FLUX_PINS: Final = ("patches", "patchesStrategicMerge", "images", "postBuild", "components",
                     "values", "valuesFrom")  # fmt: skip
_BOOTSTRAPPED: Final = "flux-system"
_ARGO_PINS: Final = ("helm", "kustomize", "plugin", "directory")

Key = tuple[str, str, str]
"""Address, revision and folder."""


_Followed = tuple[str, Node, tuple[str | int, ...], At]
"""Who follows, the branch, its keys, and where keys stand."""


@struct
class _Taken:
    """What a delivery takes, where that moves by itself."""

    delivery: Delivery
    source: Source
    key: Key

    @property
    def steps(self) -> tuple[str | int, ...]:
        """Keys to where another revision or folder would be written."""
        if self.delivery.tool == ARGO:
            return (*self.source.steps, "targetRevision")
        return (*self.delivery.steps, "path")


@check("gitops/no-promotion", severity=Severity.MEDIUM, requirement=True, fix="promote")
def no_promotion(site: Site[Settings]) -> Iterator[Observation]:
    """A change reaches production at the same moment as every other environment.

    Why: nothing is tried first: the commit that breaks staging has broken production as well, and
    where the source is somebody else's branch, their push alone decides what production runs.
    Fix: let production name a tag, a commit or a folder of its own, moved by a pull request
    (`seatrial promote production --from staging`).
    """
    foreign = list(_foreign(site))
    said = {one.place for one in foreign}
    yield from foreign
    yield from faults(one for one in _together(site) if one[1] not in said)


def _together(site: Site[Settings]) -> Iterator[Said]:
    tiers = {e.name: e.tier for e in site.environments}
    groups: dict[Key, list[_Taken]] = {}
    for taken in _taken(site):
        groups.setdefault(taken.key, []).append(taken)
    for (_, revision, path), members in groups.items():
        others = {e for t in members for e in t.delivery.environments if tiers.get(e) == "staging"}
        others = others or {
            e for t in members for e in t.delivery.environments
            if tiers.get(e, "production") != "production"
        }  # fmt: skip
        if not others:
            continue
        for taken in members:
            names = [e for e in taken.delivery.environments if tiers.get(e) == "production"]
            if names:
                where = f"takes {path} from the same {revision} as {min(others)}"
                text = f"{where}: a change reaches production at the same moment"
                yield taken.delivery, taken.delivery.at(*taken.steps), text


def _taken(site: Site[Settings]) -> Iterator[_Taken]:
    for one in deliveries(site):
        if one.tool == ARGO:
            yield from (t for s in one.sources if len(one.sources) == 1 and (t := _argo(one, s)))
        elif one.tool == FLUX and one.kind == "Kustomization" and len(one.environments) == 1:
            url, revision = _tree(site, one)
            path = one.spec.at("path").text
            pinned = any(one.spec.at(key) for key in _FLUX_PINS) or "$" in path
            if revision and path and not pinned:
                yield _Taken(one, one.sources[0], (url, revision, path))


def _tree(site: Site[Settings], one: Delivery) -> tuple[str, str]:
    """Address and moving revision of what a Kustomization of Flux reads; empty for a fixed one."""
    for held in _repositories(site, one):
        branch = _branch(held)
        return held.node.at("spec", "url").text, f"branch {branch}" if branch else ""
    ref = one.spec.at("sourceRef")
    # `flux bootstrap` writes the source of the tree itself: a branch, the same for all clusters
    # that are folders of one tree.
    own = ref.at("kind").text == "GitRepository" and ref.at("name").text == _BOOTSTRAPPED
    here = own and any(True for _ in folders_of(site, one.sources[0]))
    return ("", f"source {_BOOTSTRAPPED}") if here else ("", "")


def _argo(one: Delivery, source: Source) -> _Taken | None:
    written = f"{source.path}{source.revision}{source.url}"
    pinned = source.values or any(source.node.at(key) for key in _ARGO_PINS)
    if not source.path or source.chart or pinned or "{{" in written or "$" in written:
        return None
    if source.revision not in {"", "HEAD"} and not _moves(source.revision):
        return None
    shown = f"branch {source.revision}" if source.revision not in {"", "HEAD"} else "HEAD"
    return _Taken(one, source, (source.url, shown, source.path))


def _moves(revision: str) -> bool:
    """True for a name that is a branch for sure, not a tag or commit."""
    return image_of(f"x:{revision}").moves and revision.lower() not in {"current", "release"}


def _branch(manifest: Manifest) -> str:
    """The branch that a GitRepository follows; empty for a tag, commit or range."""
    ref = manifest.node.at("spec", "ref")
    if any(ref.at(key).text for key in ("commit", "tag", "semver", "name")):
        return ""
    return ref.at("branch").text or "master"


def _repositories(site: Site[Settings], one: Delivery) -> Iterator[Manifest]:
    """GitRepositories that a Flux delivery names, those of its own environment first."""
    ref = one.spec.at("sourceRef") or one.spec.at("chart", "spec", "sourceRef")
    if ref.at("kind").text != "GitRepository":
        return
    namespace = ref.at("namespace").text or one.root.at("metadata", "namespace").text
    named = [
        m
        for m in objects(site, _SOURCES, "GitRepository")
        if m.name == ref.at("name").text and m.namespace in {namespace, ""}
    ]
    yield from sorted(named, key=lambda m: not set(m.environments) & set(one.environments))


def _foreign(site: Site[Settings]) -> Iterator[Observation]:
    production = set(site.production)
    seen: set[tuple[str, int]] = set()
    for one in deliveries(site):
        names = tuple(e for e in one.environments if e in production)
        if not names:
            continue
        for label, node, steps, at in _followed(site, one):
            place = at(*steps)
            if (place.path, place.line) not in seen:
                seen.add((place.path, place.line))
                yield fault(
                    place,
                    f"{label} follows the head of branch {node.text}: whoever pushes there changes"
                    " production",
                    environments=names,
                    severity=Severity.HIGH,
                )


def _followed(site: Site[Settings], one: Delivery) -> Iterator[_Followed]:
    if one.tool == ARGO:
        for source in one.sources:
            branch = source.node.at("targetRevision")
            if _moves(branch.text) and source.path and not _is_own(site, source.url, source):
                yield one.label, branch, (*source.steps, "targetRevision"), one.at
    elif one.tool == FLUX and one.sources:
        for held in list(_repositories(site, one))[:1]:
            branch = held.node.at("spec", "ref", "branch")
            url = held.node.at("spec", "url").text
            if _branch(held) and branch.text and not _is_own(site, url, one.sources[0]):
                label = f"GitRepository/{held.name}"
                yield label, branch, ("spec", "ref", "branch"), held.place


def _is_own(site: Site[Settings], url: str, source: Source) -> bool:
    """True for the repository that is audited: its folder is here, or it is called the same."""
    if source.path not in {"", "."}:
        return any(True for _ in folders_of(site, source)) or "$" in source.path
    name = url.rstrip("/").rpartition("/")[2].removesuffix(".git").lower()
    return name in {root.name.lower() for root in site.repo.roots} or name == _BOOTSTRAPPED
