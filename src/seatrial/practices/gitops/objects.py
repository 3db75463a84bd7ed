"""Faults of Argo CD's and Flux's own objects: projects, prune, values files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databases import Source as DatabaseSource
from seatrial.kit.data.databases import databases
from seatrial.kit.platform.gitops import ARGO, Delivery, deliveries, objects
from seatrial.kit.platform.gitops_files import files_of, missing_files
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.practices.gitops.grouping import Said, faults, mets
from seatrial.practices.gitops.settings import Settings
from seatrial.repo.kubernetes.manifests import Manifest

_KEEPS: Final = ("Prune=false", "Prune=confirm", "PruneLast=true", "Delete=false")
_FLUX_PRUNE: Final = "kustomize.toolkit.fluxcd.io/prune"


@check("gitops/default-project", severity=Severity.MEDIUM, requirement=True)
def default_project(site: Site[Settings]) -> Iterator[Observation]:
    """An Application lives in the project `default`.

    Why: that project allows every repository, every namespace and every kind, cluster roles
    included: whoever can change the Application's source owns the cluster.
    Fix: `seatrial apply gitops` writes one AppProject per environment with exact sources and
    destinations.
    """
    bad: list[Said] = []
    good: list[Said] = []
    for one in deliveries(site):
        if one.tool != ARGO or not one.spec:
            continue
        place = one.at(*one.steps, "project")
        if one.project in {"", "default"}:
            bad.append((one, place, "is in the project default, which allows everything"))
        elif "{{" not in one.project:
            good.append((one, place, f"is in the project {one.project}"))
    yield from faults(bad)
    yield from mets(good)


@check("gitops/wildcard-project", severity=Severity.HIGH)
def wildcard_project(site: Site[Settings]) -> Iterator[Observation]:
    """An AppProject allows any repository, any destination or any kind of the cluster.

    Why: it looks like a fence and is none.
    Fix: list the repositories, the cluster with its namespaces, and no cluster-wide kinds.
    """
    for manifest in objects(site, "argoproj.io", "AppProject"):
        spec = manifest.node.at("spec")
        wide: list[tuple[str, str]] = []
        if any(n.text == "*" for n in spec.at("sourceRepos").items()):
            wide.append(("any repository", "sourceRepos"))
        if any(d.at("namespace").text == "*" for d in spec.at("destinations").items()):
            wide.append(("any namespace", "destinations"))
        kinds = spec.at("clusterResourceWhitelist").items()
        if any(k.at("group").text == "*" and k.at("kind").text == "*" for k in kinds):
            wide.append(("any kind of the cluster", "clusterResourceWhitelist"))
        if wide:
            yield fault(
                manifest.place("spec", wide[0][1]),
                f"AppProject/{manifest.name} allows {' and '.join(w for w, _ in wide)}",
                environments=manifest.environments,
                severity=Severity.HIGH if len(wide) > 1 else Severity.MEDIUM,
            )


@check("gitops/prune-with-state", severity=Severity.HIGH)
def prune_with_state(site: Site[Settings]) -> Iterator[Observation]:
    """Prune is on for a delivery that holds a database or a volume.

    Why: a renamed folder, a moved values file or a condition that turns false deletes the object,
    and with it the data.
    Fix: `argocd.argoproj.io/sync-options: Prune=false` (Flux: `kustomize.toolkit.fluxcd.io/prune:
    disabled`) on what holds data, or a delivery of its own for it, without prune.
    """
    for one in deliveries(site):
        if not one.prunes or any(option in _KEEPS for option in one.options):
            continue
        held = stateful(site, one)
        if held:
            first = held[0]
            more = f" and {len(held) - 1} more" if len(held) > 1 else ""
            steps = (*one.steps, "syncPolicy", "automated", "prune")
            yield fault(
                one.at(*(steps if one.tool == ARGO else (*one.steps, "prune"))),
                f"{one.label} prunes, and {first.kind}/{first.name}{more} in it holds data",
                environments=one.environments,
                related=(first.place(),),
            )


def stateful(site: Site[Settings], one: Delivery) -> list[Manifest]:
    """Objects of a delivery that hold data and that nothing protects from prune."""
    if one.kind == "HelmRelease" or not one.spec:
        return []
    files = set(files_of(site, one))
    kinds = {DatabaseSource.WORKLOAD, DatabaseSource.OPERATOR}
    places = {d.place for d in databases(site) if d.source in kinds}
    found: dict[tuple[str, str], Manifest] = {}
    for manifest in live_manifests(site):
        here = not manifest.environments or not one.environments
        here = here or bool(set(manifest.environments) & set(one.environments))
        if not here or manifest.file not in files:
            continue
        holds = manifest.kind == "PersistentVolumeClaim" or manifest.place() in places
        if holds and not _is_kept(manifest):
            found.setdefault((manifest.kind, manifest.name), manifest)
    return list(found.values())


def _is_kept(manifest: Manifest) -> bool:
    notes = manifest.annotations
    options = notes.get("argocd.argoproj.io/sync-options", "")
    return (
        any(option in options for option in _KEEPS)
        or notes.get(_FLUX_PRUNE) == "disabled"
        or notes.get("helm.sh/resource-policy") == "keep"
    )


@check("gitops/values-file-missing", severity=Severity.HIGH)
def values_file_missing(site: Site[Settings]) -> Iterator[Observation]:
    """An Application names a values file that is not there.

    Why: it does not sync, and says so only in Argo CD's own screen.
    Fix: name the file as it is called; never hide it behind `ignoreMissingValueFiles`.
    """
    for one in deliveries(site):
        for lost in missing_files(site, one):
            steps = (*lost.source.steps, "helm", "valueFiles", lost.index)
            yield fault(
                one.at(*steps),
                f"{one.label} names {lost.written}, which is not in {lost.source.path}",
                environments=one.environments,
            )
