"""Who would see a change by hand, and who would refuse it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releases import command_place
from seatrial.kit.platform.gitops import ARGO, Delivery, deliveries
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site, once
from seatrial.model.finding import Observation, fault
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.commands.shell import Command
from seatrial.repo.workflows import Job

_SHOWN: Final = 3
_TERRAFORM: Final = frozenset({"terraform", "tofu", "terragrunt"})
_RESOURCES: Final = (
    "spacelift_drift_detection",
    "aws_config_configuration_recorder",
    "env0_environment_drift_detection",
    "scalr_drift_detection",
)
_DIFFS: Final = frozenset(
    {("kubectl", "diff"), ("helm", "diff"), ("helmfile", "diff"), ("flux", "diff"),
     ("argocd", "app"), ("seatrial", "drift"), ("kapp", "diff"), ("kubediff", "")}
)  # fmt: skip
_ACTIONS: Final = (
    "dflook/terraform-check",
    "dflook/tofu-check",
    "cloudposse/github-action-atmos-terraform-drift",
    "snyk/driftctl-action",
)


@struct
class Watch:
    """Something that sees drift.

    Attributes:
        side: `cluster` or `terraform`.
        blind: what keeps it from telling anybody, empty when nothing does.
    """

    side: str
    what: str
    place: Place
    environments: tuple[str, ...] = ()
    blind: str = ""


@once
def watches(site: Site[object]) -> tuple[Watch, ...]:
    """Everything that compares what runs with the code."""
    return (*_of_deliveries(site), *_of_resources(site), *_of_schedules(site))


def _of_deliveries(site: Site[object]) -> Iterator[Watch]:
    seen: set[tuple[str, ...]] = set()
    for one in deliveries(site):
        if one.kind == "HelmRelease":
            mode = one.spec.at("driftDetection", "mode").text
            if mode in {"enabled", "warn"}:
                what = f"{one.label} compares the release with the cluster"
                yield Watch("cluster", what, one.at("spec", "driftDetection"), one.environments)
        elif one.environments not in seen:
            seen.add(one.environments)
            undone = " and undoes changes by hand" if one.heals else ""
            what = f"{one.label} compares git with the cluster{undone}"
            yield Watch("cluster", what, one.place, one.environments)
    for manifest in live_manifests(site):
        if manifest.group == "infra.contrib.fluxcd.io" and manifest.kind == "Terraform":
            what = f"Terraform/{manifest.name} plans at every interval"
            yield Watch("terraform", what, manifest.place(), manifest.environments)


def _of_resources(site: Site[object]) -> Iterator[Watch]:
    for module in site.repo.terraform.modules:
        if module.is_example:
            continue
        for block in module.resources():
            kind = "".join(block.labels[:1])
            assessed = block.attr("assessments_enabled")
            if kind in _RESOURCES or (kind == "tfe_workspace" and assessed is not None
                                      and assessed.constant is True):  # fmt: skip
                yield Watch("terraform", f"{block.address} looks for drift", block.place)


def _of_schedules(site: Site[object]) -> Iterator[Watch]:
    for workflow in site.repo.workflows:
        if workflow.trigger("schedule") is None:
            continue
        for job in workflow.jobs:
            if not job.is_off:
                yield from _of_job(site, job)


def _of_job(site: Site[object], job: Job) -> Iterator[Watch]:
    for step in job.all_steps:
        uses = step.uses
        if uses and uses.name.lower().startswith(_ACTIONS):
            yield Watch("terraform", f"{uses.name} in job {job.id}", uses.place)
        for command in site.repo.followed(step.commands, step.file):
            side = _compares(command)
            if side:
                place = command_place(step, command)
                what = f"the scheduled {command.text} in job {job.id}"
                yield Watch(side, what, place, blind=_blind(command, job))


def _compares(command: Command) -> str:
    words = command.words[:2]
    if command.program in _TERRAFORM and "plan" in words:
        return "terraform"
    if command.program in {"driftctl", "driftive"} or command.starts("pulumi", "preview"):
        return "terraform"
    if (command.program, "".join(words[:1])) in _DIFFS:
        return "cluster" if words[:2] != ("app", "sync") else ""
    return ""


def _blind(command: Command, job: Job) -> str:
    if command.program not in _TERRAFORM:
        return "its result is thrown away" if command.masked else ""
    read = ("-detailed-exitcode" in command.argv or "--detailed-exitcode" in command.argv
            or "No changes" in job.text or "show -json" in job.text)  # fmt: skip
    told = any(w in job.text for w in ("slack", "issues", "gh issue", "webhook", "pagerduty"))
    if read or told:
        return ""
    return "it ends well whether there is drift or not (no -detailed-exitcode)"


def unseen(site: Site[object]) -> list[Delivery]:
    """HelmReleases whose drift their controller does not look at."""
    return [
        one
        for one in deliveries(site)
        if one.kind == "HelmRelease"
        and one.spec.at("driftDetection", "mode").text not in {"enabled", "warn"}
    ]


def unseen_releases(site: Site[object]) -> Iterator[Observation]:
    """HelmReleases whose drift their controller does not look at, as one fault."""
    found = unseen(site)
    if not found:
        return
    names = ", ".join(dict.fromkeys(one.label for one in found[:_SHOWN]))
    rest = len(found) - _SHOWN
    tied = all(one.environments for one in found)
    yield fault(
        found[0].at("spec"),
        f"drift inside {names}{f' and {rest} more' if rest > 0 else ''} is not looked at"
        " (no driftDetection)",
        environments=tuple(dict.fromkeys(e for one in found for e in one.environments))
        if tied
        else (),
    )


@struct
class Guard:
    """Something that refuses a change by hand, or undoes it and tells."""

    what: str
    place: Place
    environments: tuple[str, ...] = ()


@once
def guards(site: Site[object]) -> tuple[Guard, ...]:
    """Admission policies that look at who changes, and deliveries that undo changes."""
    found = list(_policies(site))
    told = any(
        m.kind == "Alert" and m.group == "notification.toolkit.fluxcd.io"
        for m in live_manifests(site)
    )
    for one in deliveries(site):
        if one.tool == ARGO and one.is_automatic and one.heals:
            place = one.at(*one.steps, "syncPolicy", "automated", "selfHeal")
            found.append(Guard(f"{one.label} undoes changes by hand", place, one.environments))
        elif one.tool != ARGO and one.kind != "HelmRelease" and told:
            what = f"{one.label} undoes changes by hand and tells about it"
            found.append(Guard(what, one.place, one.environments))
    return tuple(found)


def _policies(site: Site[object]) -> Iterator[Guard]:
    bound = {
        m.node.at("spec", "policyName").text
        for m in live_manifests(site)
        if m.kind == "ValidatingAdmissionPolicyBinding"
    }
    for manifest in live_manifests(site):
        spec = manifest.node.at("spec")
        name = f"{manifest.kind}/{manifest.name}"
        if manifest.kind == "ValidatingAdmissionPolicy" and manifest.name in bound:
            texts = [n.text for _, n in spec.walk() if n.kind == "scalar"]
            if any("request.userInfo" in text for text in texts):
                yield Guard(f"{name} looks at who changes objects", manifest.place(),
                            manifest.environments)  # fmt: skip
        elif manifest.kind in {"ClusterPolicy", "Policy"} and "kyverno" in manifest.group:
            keys = {str(p[-1]) for p, _ in spec.walk() if p}
            texts = [n.text for _, n in spec.walk() if n.kind == "scalar"]
            asks = keys & {"subjects", "clusterRoles"} or any(
                "request.userInfo" in t for t in texts
            )
            if asks and "validate" in keys:
                yield Guard(f"{name} looks at who changes objects", manifest.place(),
                            manifest.environments)  # fmt: skip
