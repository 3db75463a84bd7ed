"""How a new version gets into git."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.gitedits import Edit, edits
from seatrial.kit.delivery.releases import releases
from seatrial.kit.platform.gitops import ARGO, all_deliveries, deliveries, objects
from seatrial.kit.platform.gitops_files import read_by_deliveries
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.practice import check
from seatrial.practices.gitops.settings import Settings
from seatrial.repo.environments import environment_of
from seatrial.repo.kubernetes.manifests import Manifest

_TAG_WORDS: Final = ("tag", "image", "version", "digest")
_UPDATER: Final = "argocd-image-updater.argoproj.io/"


@check("gitops/direct-promotion", severity=Severity.MEDIUM, requirement=True)
def direct_promotion(site: Site[Settings]) -> Iterator[Observation]:
    """A new version reaches production's files without a pull request.

    Why: nobody sees what will run before it runs, and the branch that rules production must let a
    machine write past its reviews.
    Fix: let the pipeline open a pull request (`seatrial promote ENV` does), or let Flux and Kargo
    push to a branch of their own.
    """
    if not deliveries(site):
        return
    for edit in edits(site):
        yield from _edited(site, edit)
    for manifest in objects(site, "image.toolkit.fluxcd.io", "ImageUpdateAutomation"):
        yield from _automated(site, manifest)
    for manifest in objects(site, "kargo.akuity.io", "Stage"):
        steps = manifest.node.at("spec", "promotionTemplate", "spec", "steps").items()
        if any(step.at("uses").text == "git-open-pr" for step in steps):
            what = f"Stage/{manifest.name} of Kargo promotes by pull request"
            yield met(manifest.place(), what, environments=manifest.environments)


def _edited(site: Site[Settings], edit: Edit) -> Iterator[Observation]:
    read = read_by_deliveries(site)
    files = [f for f in edit.files if f in read]
    if not files:
        return
    reached = {e for f in files for one in read[f] for e in one.environments}
    reached |= {e for f in files if (e := environment_of(f.path))}
    # A chart's folder holds the files of all environments; each serves the one that it names.
    named = {environment_of(f.path) or environment_of(edit.written) for f in files}
    reached = {name for name in named if name} if None not in named else reached
    tiers = {e.name: e.tier for e in site.environments}
    closed = sorted(e for e in reached if tiers.get(e, "other") not in site.settings.direct_in)
    job = edit.job.id
    if edit.proposal:
        what = f"job {job} changes {edit.written} by a pull request"
        yield met(edit.place, what, environments=tuple(sorted(reached)))
    elif closed or not reached:
        yield fault(
            edit.place,
            f"job {job} writes into {edit.written} and pushes without a pull request",
            environments=tuple(closed),
        )


def _automated(site: Site[Settings], manifest: Manifest) -> Iterator[Observation]:
    git = manifest.node.at("spec", "git")
    base = git.at("checkout", "ref", "branch").text
    target = git.at("push", "branch").text or base
    tiers = {e.name: e.tier for e in site.environments}
    closed = [
        e for e in manifest.environments if tiers.get(e, "other") not in site.settings.direct_in
    ]
    label = f"ImageUpdateAutomation/{manifest.name}"
    if target != base:
        yield met(
            manifest.place("spec", "git", "push"),
            f"{label} pushes to {target}, which a pull request brings in",
            environments=manifest.environments,
        )
    elif closed or not manifest.environments:
        yield fault(
            manifest.place("spec", "git"),
            f"{label} pushes new versions straight to {base or 'the branch that it reads'}",
            environments=tuple(closed),
        )


@check("gitops/parameter-override", severity=Severity.MEDIUM)
def parameter_override(site: Site[Settings]) -> Iterator[Observation]:
    """An image's tag is set on the Application and not in the files.

    Why: a parameter wins over every values file, so that a change there does nothing; set by a
    command it lies in the cluster alone, and git does not know what runs.
    Fix: keep the tag in the values file that the Application reads.
    """
    for one in all_deliveries(site):
        if one.tool != ARGO or one.is_preview:
            continue
        for source in one.sources:
            for index, entry in enumerate(source.node.at("helm", "parameters").items()):
                name, value = entry.at("name").text, entry.at("value").text
                if "{{" not in value and name.rpartition(".")[2].lower() in _TAG_WORDS:
                    steps = (*source.steps, "helm", "parameters", index)
                    what = f"{one.label} sets {name} as a parameter, which voids the values files"
                    yield fault(one.at(*steps), what, environments=one.environments)
        notes = one.root.at("metadata", "annotations")
        method = notes.at(f"{_UPDATER}write-back-method").text
        if notes.at(f"{_UPDATER}image-list") and not method.startswith("git"):
            place = one.at("metadata", "annotations", f"{_UPDATER}image-list")
            what = f"Image Updater writes the tags of {one.label} into the cluster, not into git"
            yield fault(place, what, environments=one.environments, severity=Severity.HIGH)
    for release in releases(site):
        for act in release.acts:
            if act.command and act.command.starts("argocd", "app", "set"):
                what = f"job {release.job.id} sets a parameter in the cluster, not in git"
                yield fault(act.place, what, severity=Severity.HIGH)
