"""Traffic shifts that clouds and platforms do: in Terraform, their own files, and pipelines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.delivery.releases import Act, releases
from seatrial.kit.platform.installs import resources, scope_of
from seatrial.model.place import Place
from seatrial.model.struct import struct

if TYPE_CHECKING:
    from seatrial.kit.site import Site
    from seatrial.repo.infrastructure.hcl import Block
    from seatrial.repo.infrastructure.tfmodules import Module

_CANARY, _BLUE, _WEIGHTED = "canary", "blue-green", "weighted route"


@struct
class Shift:
    """A traffic shift; see `kit.progressive.Delivery` for the fields."""

    tool: str
    name: str
    shape: str
    place: Place
    environments: tuple[str, ...] = ()
    analysed: bool = False


def cloud_shifts(site: Site[object]) -> Iterator[Shift]:
    """Yield the shifts of Terraform, of platform files and of pipelines."""
    yield from _codedeploy(site)
    yield from _weighted_resources(site)
    yield from _ecs(site)
    yield from _files(site)
    for release in releases(site):
        for act in release.acts:
            shape, tool = _of_act(act)
            if shape:
                yield Shift(tool, f"job {release.job.id}", shape, act.place)


def _codedeploy(site: Site[object]) -> Iterator[Shift]:
    for module, block in resources(site, "aws_codedeploy_deployment_group"):
        config = module.text(block.attr("deployment_config_name"))
        if not config:
            reference = block.attr("deployment_config_name")
            config = "Canary" if reference and "canary" in reference.text.lower() else ""
        style = block.child("deployment_style")
        blue = style is not None and module.text(style.attr("deployment_type")) == "BLUE_GREEN"
        gradual = "Canary" in config or "Linear" in config
        if gradual or blue:
            alarms = block.child("alarm_configuration")
            shape = _CANARY if gradual else _BLUE
            analysed = alarms is not None and module.text(alarms.attr("enabled")) != "false"
            yield _shift("CodeDeploy", module, block, shape, analysed=analysed)


def _ecs(site: Site[object]) -> Iterator[Shift]:
    for module, block in resources(site, "aws_ecs_service"):
        configuration = block.child("deployment_configuration")
        strategy = module.text(configuration.attr("strategy")) if configuration else ""
        if strategy in {"CANARY", "LINEAR", "BLUE_GREEN"}:
            shape = _BLUE if strategy == "BLUE_GREEN" else _CANARY
            yield _shift("ECS", module, block, shape, analysed=block.child("alarms") is not None)


_ROUTES: Final = (
    # resource, tool, block with the parts, parts
    ("aws_lb_listener", "load balancer", "forward", "target_group"),
    ("aws_alb_listener", "load balancer", "forward", "target_group"),
    ("google_cloud_run_", "Cloud Run", "", "traffic"),
    ("azurerm_container_app", "Container Apps", "ingress", "traffic_weight"),
    ("aws_appmesh_route", "App Mesh", "action", "weighted_target"),
)


def _weighted_resources(site: Site[object]) -> Iterator[Shift]:
    for type_, tool, holder, part in _ROUTES:
        for module, block in resources(site, type_):
            holders = [b for b in block.walk() if b.type == holder] if holder else [block]
            if any(len(b.children(part)) > 1 for b in holders):
                yield _shift(tool, module, block, _WEIGHTED)
    for module, block in resources(site, "aws_lambda_alias"):
        if block.child("routing_config"):
            yield _shift("Lambda alias", module, block, _WEIGHTED)
    for module, block in resources(site, "google_clouddeploy_delivery_pipeline"):
        for canary in (b for b in block.walk() if b.type == "canary"):
            verified = any(module.text(b.attr("verify")) == "true" for b in canary.walk())
            yield _shift("Cloud Deploy", module, canary, _CANARY, analysed=verified)


def _shift(tool: str, module: Module, block: Block, shape: str, *, analysed: bool = False) -> Shift:
    return Shift(tool, block.address, shape, block.place, scope_of(module), analysed)


def _files(site: Site[object]) -> Iterator[Shift]:
    for root in site.repo.roots:
        fly = root.files.get("fly.toml")
        if fly:
            for strategy, shape in (("canary", _CANARY), ("bluegreen", _BLUE)):
                line = fly.line_of(f'strategy = "{strategy}"')
                if line:
                    yield Shift("Fly.io", "fly.toml", shape, fly.place(line))
        for name in ("template.yaml", "template.yml", "serverless.yml", "serverless.yaml"):
            file = root.files.get(name)
            if file is None or "eployment" not in file.text:
                continue
            for path, node in file.yaml.first.walk():
                if path[-2:] in {("DeploymentPreference", "Type"), ("deploymentSettings", "type")}:
                    gradual = node.text.startswith(("Canary", "Linear"))
                    alarmed = "Alarms:" in file.text or "alarms:" in file.text
                    if gradual:
                        place = file.place(node.line)
                        yield Shift("CodeDeploy", name, _CANARY, place, analysed=alarmed)


def _of_act(act: Act) -> tuple[str, str]:
    if act.command:
        return _of_command(act.command.argv, act.command.text)
    uses = act.step.uses.name.lower() if act.step and act.step.uses else ""
    inputs = act.step.inputs if act.step else None
    if inputs is None:
        return "", ""
    if uses == "azure/k8s-deploy":
        strategy = inputs.at("strategy").text
        return {"canary": _CANARY, "blue-green": _BLUE}.get(strategy, ""), "azure/k8s-deploy"
    if uses == "google-github-actions/deploy-cloudrun":
        split = inputs.has("revision_traffic") or inputs.has("tag_traffic")
        return (_WEIGHTED if split else ""), "Cloud Run"
    return "", ""


def _of_command(argv: tuple[str, ...], text: str) -> tuple[str, str]:
    words = " ".join(argv)
    if argv[:1] == ("seatrial",) and "canary" in argv:
        return _CANARY, "seatrial"
    if "deployment-config-name" in words and ("Canary" in words or "Linear" in words):
        return _CANARY, "CodeDeploy"
    if text.startswith(("fly deploy", "flyctl deploy")):
        shape = {"canary": _CANARY, "bluegreen": _BLUE}
        return next((s for w, s in shape.items() if w in argv or f"--strategy={w}" in argv), ""), (
            "Fly.io"
        )
    split = ("update-traffic", "set-traffic", "traffic-routing")
    if any(w in argv for w in split) and any("=" in w and "100" not in w for w in argv):
        return _WEIGHTED, argv[0]
    return "", ""
