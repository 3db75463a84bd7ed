"""What the repositories declare as code, and whether there is a cluster or Terraform at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.gitops import deliveries
from seatrial.kit.platform.live import is_aside, live_manifests
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.repo.files import File

Piece = tuple[Place, str]

_FILES: Final = {
    "cdk.json": "AWS CDK declares the stacks",
    "Pulumi.yaml": "Pulumi declares the resources",
    "serverless.yml": "Serverless Framework declares the functions",
    "serverless.yaml": "Serverless Framework declares the functions",
    "fly.toml": "fly.toml declares the application's machines",
    "render.yaml": "render.yaml declares the services",
    "app.yaml": "app.yaml declares the App Engine service",
    "zarf.yaml": "zarf.yaml declares the package",
    "helmfile.yaml": "helmfile declares the releases",
    "helmfile.yaml.gotmpl": "helmfile declares the releases",
    "wrangler.toml": "wrangler.toml declares the worker",
    "ansible.cfg": "Ansible configures the hosts",
    "site.yml": "Ansible configures the hosts",
    "azure.yaml": "azd declares the services",
    "apprunner.yaml": "apprunner.yaml declares the service",
    "samconfig.toml": "AWS SAM declares the functions",
}
_MANY: Final = 4


@once
def pieces(site: Site[object]) -> tuple[Piece, ...]:
    """One piece for every root module, chart, delivery, and kind of declaring file."""
    return (*_terraform(site), *_kubernetes(site), *_platforms(site), *_compose(site))


@once
def has_cluster(site: Site[object]) -> bool:
    """True when something of these repositories is delivered into a cluster."""
    return bool(_charts(site) or deliveries(site)) or any(
        m.kind in {"Deployment", "StatefulSet", "DaemonSet", "CronJob", "Rollout"}
        for m in live_manifests(site)
    ) or any(True for _ in site.repo.helm_releases)  # fmt: skip


@once
def has_terraform(site: Site[object]) -> bool:
    """True when a root module or Terragrunt unit is applied."""
    return bool(site.repo.terraform.roots or site.repo.terraform.units)


def _terraform(site: Site[object]) -> Iterator[Piece]:
    for module in site.repo.terraform.roots[:_MANY]:
        count = len(module.resources()) + len(module.calls)
        if count:
            blocks = module.resources() or tuple(c.block for c in module.calls)
            plural = "s" if count > 1 else ""
            name = module.folder or "the root folder"
            yield blocks[0].place, f"Terraform in {name} declares {count} resource{plural}"
    for unit in site.repo.terraform.units[:1]:
        yield unit.place, f"Terragrunt runs {len(site.repo.terraform.units)} units"


def _charts(site: Site[object]) -> tuple[str, ...]:
    return tuple(
        c.folder for c in site.repo.charts if not c.is_library and not is_aside(c.file.path)
    )


def _kubernetes(site: Site[object]) -> Iterator[Piece]:
    folders = _charts(site)
    charts = [c for c in site.repo.charts if c.folder in folders]
    for chart in charts[:_MANY]:
        yield chart.file.place(), f"chart {chart.name} declares the workloads"
    for delivery in deliveries(site)[:_MANY]:
        yield delivery.place, f"{delivery.label} delivers what is in git"
    raw = [m for m in live_manifests(site) if m.source != "chart"]
    if raw and not charts and not deliveries(site):
        told = f"{len(raw)} manifests declare" if len(raw) > 1 else "a manifest declares"
        yield raw[0].place(), f"{told} what runs in the cluster"


def _platforms(site: Site[object]) -> Iterator[Piece]:
    for file in site.repo.files():
        if is_aside(file.path):
            continue
        if file.name in _FILES and (file.name != "app.yaml" or "runtime:" in file.text):
            yield file.place(), _FILES[file.name]
        elif file.suffix == ".bicep":
            yield file.place(), f"Bicep declares the resources of {file.name}"
            return
        elif _is_template(file):
            yield file.place(), f"CloudFormation declares the resources of {file.name}"


def _is_template(file: File) -> bool:
    named = "template" in file.name.lower() or "cloudformation" in file.path.lower()
    of_kind = file.suffix in {".yaml", ".yml", ".json"}
    return named and of_kind and "AWSTemplateFormatVersion" in file.text


def _compose(site: Site[object]) -> Iterator[Piece]:
    for compose in sorted(site.repo.compose, key=lambda c: len(c.file.path)):
        stays = [s for s in compose.services if s.ports or s.healthcheck or s.node.has("restart")]
        aside = (
            is_aside(compose.file.path) or "test" in compose.file.name or "/" in compose.file.path
        )
        if stays and not aside:
            yield (
                compose.file.place(),
                f"{compose.file.name} declares {len(stays)} service{'s' * (len(stays) > 1)}",
            )
            return
