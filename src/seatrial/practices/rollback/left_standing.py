"""Releases that stay as they failed although their tool could take them back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.grouping import named
from seatrial.kit.platform.installs import resources, scope_of
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.model.struct import struct
from seatrial.practices.rollback.scripted import unguarded_upgrades
from seatrial.practices.rollback.settings import Settings
from seatrial.repo.infrastructure.hcl import Block

_MANY: Final = 5
_AWAY: Final = ("CODE_DEPLOY", "EXTERNAL")


@struct
class _Left:
    """Something that stays as it failed.

    Attributes:
        group: those of one group are told together.
        lacks: what would take it back.
    """

    group: str
    name: str
    place: Place
    lacks: str
    severity: Severity
    environments: tuple[str, ...] = ()


@check("rollback/left-standing", severity=Severity.MEDIUM)
def left_standing(site: Site[Settings]) -> Iterator[Observation]:
    """A failed release stays, although the tool that made it could take it back.

    Why: half of the new version stays in place until a person notices, and the next release is
    refused or starts from a broken state.
    Fix: switch the tool's own way back on: `deployment_circuit_breaker { rollback = true }` on ECS,
    `--rollback-on-failure` (`--atomic` before Helm 4), `upgrade.remediation` of Flux, `atomic` of
    a `helm_release`, a repair rule of Cloud Deploy.
    """
    groups: dict[tuple[str, str], list[_Left]] = {}
    for one in _all(site):
        groups.setdefault((one.group, one.lacks), []).append(one)
    for members in groups.values():
        first = members[0]
        names = named(m.name for m in members)
        everywhere = any(not m.environments for m in members)
        scope = tuple(dict.fromkeys(e for m in members for e in m.environments))
        places = dict.fromkeys(m.place for m in members)
        yield fault(
            first.place,
            f"{names}: a release that fails stays ({first.lacks})",
            environments=() if everywhere else scope,
            severity=first.severity,
            related=tuple(places)[1:],
        )


def _all(site: Site[Settings]) -> Iterator[_Left]:
    yield from _services(site)
    yield from _terraform_releases(site)
    yield from _pipelines(site)
    yield from _flux(site)
    for name, place, environments in unguarded_upgrades(site):
        lacks = "neither `--rollback-on-failure` nor `--atomic`, and nothing rolls back"
        yield _Left(place.path, name, place, lacks, Severity.HIGH, environments)


def _services(site: Site[Settings]) -> Iterator[_Left]:
    for module, block in resources(site, "aws_ecs_service"):
        controller = block.child("deployment_controller")
        kind = module.text(controller.attr("type")) if controller else ""
        if kind in _AWAY or _has(block, "alarms"):
            continue
        breaker = _inner(block, "deployment_circuit_breaker")
        lacks = "no deployment_circuit_breaker"
        if breaker is not None:
            rolls = module.text(breaker.attr("rollback"))
            if rolls != "false":
                continue
            lacks = "its deployment_circuit_breaker does not roll back"
        place = (breaker or block).place
        own = f"{place.path}:{place.line}"
        yield _Left(own, block.address, place, lacks, Severity.HIGH, scope_of(module))
    for module, block in resources(site, "aws_codedeploy_deployment_group"):
        if not _has(block, "auto_rollback_configuration"):
            own, lacks = block.address, "no auto_rollback_configuration"
            yield _Left(own, own, block.place, lacks, Severity.HIGH, scope_of(module))


def _terraform_releases(site: Site[Settings]) -> Iterator[_Left]:
    for module, block in resources(site, "helm_release"):
        if block.labels[0] == "helm_release" and block.attr("atomic") is None:
            group, lacks = module.folder, "not `atomic`"
            yield _Left(group, block.address, block.place, lacks, Severity.MEDIUM, scope_of(module))


def _pipelines(site: Site[Settings]) -> Iterator[_Left]:
    automated = any(
        b.type in {"rollback", "repair_rollout_rule"}
        for _, block in resources(site, "google_clouddeploy_automation")
        for b in block.walk()
    )
    kinds = {m.kind for m in live_manifests(site) if "deploy.cloud.google" in m.group}
    if automated or "Automation" in kinds:
        return
    for module, block in resources(site, "google_clouddeploy_delivery_pipeline"):
        lacks = "no Cloud Deploy automation repairs a failed rollout"
        name = block.address
        yield _Left(name, name, block.place, lacks, Severity.HIGH, scope_of(module))


def _flux(site: Site[Settings]) -> Iterator[_Left]:
    releases = [m for m in live_manifests(site) if m.kind == "HelmRelease" and "flux" in m.group]
    for manifest in releases:
        remediation = manifest.node.at("spec", "upgrade", "remediation")
        retries = remediation.at("retries").value
        last = remediation.at("remediateLastFailure").value
        if retries in (None, 0) and last is not True:
            lacks = "no `upgrade.remediation`"
            where = manifest.place("spec", "upgrade", "remediation")
            name = f"HelmRelease/{manifest.name}"
            many = len(releases) > _MANY
            group = "flux" if many else where.path
            yield _Left(group, name, where, lacks, Severity.MEDIUM, manifest.environments)


def _inner(block: Block, type_: str) -> Block | None:
    for one in block.walk():
        if one.type == type_:
            return one
        if one.type == "dynamic" and one.labels[:1] == (type_,):
            return one.child("content") or one
    return None


def _has(block: Block, type_: str) -> bool:
    return _inner(block, type_) is not None


@check("rollback/unversioned-function", severity=Severity.MEDIUM)
def unversioned_function(site: Site[Settings]) -> Iterator[Observation]:
    """Callers get each new version of a function at once, since no alias stands between.

    Why: without an alias there is nothing that could point back to the version before.
    Fix: publish versions and let callers use an `aws_lambda_alias` (`AutoPublishAlias` in SAM).
    """
    aliased = any(True for _ in resources(site, "aws_lambda_alias"))
    found = [(b, scope_of(m)) for m, b in resources(site, "aws_lambda_function")]
    if found and not aliased:
        first, environments = found[0]
        names = named(block.address for block, _ in found)
        message = f"{names} {'has' if len(found) == 1 else 'have'} no alias to point back with"
        related = tuple(block.place for block, _ in found[1:])
        yield fault(first.place, message, environments=environments, related=related)
    for file in site.repo.files():
        if file.name not in {"template.yaml", "template.yml"} or "Serverless" not in file.text:
            continue
        resources_ = file.yaml.first.at("Resources")
        whole = file.yaml.first.at("Globals", "Function").has("AutoPublishAlias")
        for name, node in resources_.pairs() if not whole else ():
            properties = node.at("Properties")
            serverless = node.at("Type").text == "AWS::Serverless::Function"
            if serverless and not properties.has("AutoPublishAlias"):
                place = file.place(resources_.line_of(name))
                yield fault(place, f"function {name} has no alias to point back with")
                break
