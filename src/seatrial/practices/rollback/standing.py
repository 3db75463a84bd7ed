"""Releases that their own tool could take back: Helm in scripts and Terraform, ECS, Flux."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.guards import guarded
from seatrial.kit.platform.installs import resources
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import AddBlock, FileEdit, ReplaceText, SetAttribute, SetKey
from seatrial.model.place import Place
from seatrial.practices.rollback.scripted import deploy_scripts, unguarded_upgrades
from seatrial.practices.rollback.settings import Settings
from seatrial.repo.infrastructure.hcl import Block


def standing(site: Site[Settings]) -> Iterator[Wish]:
    """Yield the switches that let a tool take its failed release back."""
    yield from _scripts(site)
    yield from _terraform(site)
    yield from _flux(site)


def _scripts(site: Site[Settings]) -> Iterator[Wish]:
    lines: dict[Place, str] = {}
    for _, place, _ in unguarded_upgrades(site):
        for script in deploy_scripts(site):
            file = script.file
            if file.path == place.path and file.root.name == place.repository:
                lines[place] = file.lines[place.line - 1]
                same = file.lines.count(lines[place]) == 1 and guarded(lines[place]) != lines[place]
                if same:
                    yield Edit(
                        file.root.name,
                        file.path,
                        (_guard(lines[place]),),
                        "Helm takes an upgrade back that fails",
                        Risk.MEDIUM,
                    )
                else:
                    yield Leave("add `--atomic --timeout 10m` to this upgrade", place)


def _guard(line: str) -> ReplaceText:
    """The guard; practice 11 may have replaced the whole command meanwhile."""
    return ReplaceText(f"{line}\n", f"{guarded(line)}\n", optional=True)


def _terraform(site: Site[Settings]) -> Iterator[Wish]:
    for _, block in resources(site, "helm_release"):
        waits = block.attr("wait")
        if block.labels[0] == "helm_release" and block.attr("atomic") is None:
            if waits and waits.text == "false":
                continue
            edit = SetAttribute((_header(block),), "atomic", "true")
            yield _hcl(block, edit, "Helm takes the release back when it fails")
    for module, block in resources(site, "aws_ecs_service"):
        controller = block.child("deployment_controller")
        kind = module.text(controller.attr("type")) if controller else ""
        if kind in {"CODE_DEPLOY", "EXTERNAL"} or any(b.type == "alarms" for b in block.walk()):
            continue
        breaker = block.child("deployment_circuit_breaker")
        if breaker is None:
            text = "deployment_circuit_breaker {\n  enable   = true\n  rollback = true\n}\n"
            yield _hcl(
                block, AddBlock((_header(block),), text), "ECS returns to the version before"
            )
        elif module.text(breaker.attr("rollback")) == "false" and not breaker.repeat:
            way = (_header(block), "deployment_circuit_breaker")
            yield _hcl(block, SetAttribute(way, "rollback", "true"), "ECS returns by itself")
    for _, block in resources(site, "aws_codedeploy_deployment_group"):
        if not any(b.type == "auto_rollback_configuration" for b in block.walk()):
            text = (
                "auto_rollback_configuration {\n  enabled = true\n"
                '  events  = ["DEPLOYMENT_FAILURE"]\n}\n'
            )
            yield _hcl(block, AddBlock((_header(block),), text), "CodeDeploy returns by itself")


def _header(block: Block) -> str:
    return " ".join((block.type, *block.labels))


def _hcl(block: Block, edit: FileEdit, reason: str) -> Edit:
    place = block.place
    return Edit(place.repository, place.path, (edit,), f"{block.address}: {reason}", Risk.MEDIUM)


def _flux(site: Site[Settings]) -> Iterator[Edit]:
    for manifest in live_manifests(site):
        flux = manifest.kind == "HelmRelease" and "flux" in manifest.group
        if not flux or manifest.source != "file":
            continue
        remediation = manifest.node.at("spec", "upgrade", "remediation")
        kept = remediation.at("remediateLastFailure").value is True
        if remediation.at("retries").value in (None, 0) and not kept:
            nodes = manifest.file.yaml.documents
            number = next((i for i, n in enumerate(nodes) if n.line == manifest.node.line), 0)
            way = ("spec", "upgrade", "remediation")
            yield Edit(
                manifest.file.root.name,
                manifest.file.path,
                (
                    SetKey(way, "retries", 3, document=number),
                    SetKey(way, "remediateLastFailure", value=True, document=number),
                ),
                f"Flux takes HelmRelease/{manifest.name} back when its upgrade fails",
                Risk.MEDIUM,
            )
