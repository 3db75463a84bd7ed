"""Approvals that code declares: environments in Terraform, targets and stages of clouds."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.environment_protection.settings import Settings
from seatrial.repo.environments import environment_of
from seatrial.repo.infrastructure.hcl import Block


@check("environment-protection/settings-as-code", severity=Severity.HIGH)
def settings_as_code(site: Site[Settings]) -> Iterator[Observation]:
    """Environments that Terraform declares lack reviewers or a branch rule.

    Why: an environment without reviewers is a name, no protection.
    Fix: add `reviewers` and `deployment_branch_policy` to the resource.
    """
    for module in site.repo.terraform.modules:
        for block in module.resources("github_repository_environment"):
            if block.labels[0] == "github_repository_environment" and not module.is_example:
                yield from _declared(block)


@check("environment-protection/approval-elsewhere", severity=Severity.HIGH)
def approval_elsewhere(site: Site[Settings]) -> Iterator[Observation]:
    """A delivery service of a cloud takes production without an approval.

    Why: where Cloud Deploy or CodePipeline delivers, the approval belongs on their target or stage.
    Fix: `require_approval = true` on the production target, or a manual approval stage.
    """
    for module in site.repo.terraform.modules:
        if not module.is_example:
            for block in module.blocks:
                yield from _cloud_approval(block)
    for manifest in site.repo.manifests:
        if manifest.kind == "Target" and manifest.group == "deploy.cloud.google.com":
            approved = manifest.node.at("requireApproval").value is True
            yield from _target(manifest.name, manifest.place(), approved=approved)


def _cloud_approval(block: Block) -> Iterator[Observation]:
    kind = block.labels[0] if block.type == "resource" and block.labels else ""
    if kind == "google_clouddeploy_target":
        written = block.attr("require_approval")
        name = block.attr("name")
        title = f"{block.labels[-1]} {name.text if name else ''}"
        yield from _target(title, block.place, approved=bool(written and written.text == "true"))
    if kind == "aws_codepipeline":
        for action in (b for b in block.walk() if b.type == "action"):
            category = action.attr("category")
            if category and category.text.strip('"') == "Approval":
                yield met(action.place, f"{block.address} waits for a manual approval")


def _target(name: str, place: Place, *, approved: bool) -> Iterator[Observation]:
    if approved:
        yield met(place, f"the delivery target {name} asks for an approval")
    elif environment_of(name.strip(' "').replace(" ", "/").replace('"', "")) == "production":
        yield fault(
            place, "the delivery target of production asks for no approval", severity=Severity.HIGH
        )


def _declared(block: Block) -> Iterator[Observation]:
    name = environment_of(block.labels[-1]) or ""
    environments = (name,) if name else ()
    if block.children("reviewers"):
        yield met(block.place, f"{block.address} lists reviewers", environments=environments)
    elif name == "production":
        yield fault(block.place, f"{block.address} lists no reviewers", environments=environments)
