"""Ways back that infrastructure code declares: clouds, Helm through Terraform, orchestrators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releases import releases
from seatrial.kit.platform.installs import resources, scope_of
from seatrial.kit.site import Site
from seatrial.model.place import Place

Declared = tuple[str, Place, tuple[str, ...]]


def infrastructure(site: Site[object]) -> Iterator[Declared]:
    """Yield what takes a failed release back, with its place and environments."""
    yield from _terraform(site)
    yield from _helmfiles(site)
    swarm = any(a.what.startswith("docker stack") for r in releases(site) for a in r.acts)
    for compose in site.repo.compose if swarm else ():
        for service in compose.services:
            path = ("deploy", "update_config", "failure_action")
            if service.node.at(*path).text == "rollback":
                yield f"service {service.name} is rolled back by Swarm", service.place_of(*path), ()
    for file in site.repo.files():
        if file.suffix in {".nomad", ".hcl"} and ".nomad" in file.name:
            line = file.line_of("auto_revert = true") or file.line_of("auto_revert      = true")
            if line:
                yield f"{file.name} is reverted by Nomad", file.place(line), ()


def _terraform(site: Site[object]) -> Iterator[Declared]:
    for type_, child, attribute, says in _SWITCHES:
        for module, block in resources(site, type_):
            holder = block.child(child) if child else block
            if holder and module.text(holder.attr(attribute)) == "true":
                yield f"{block.address} {says}", holder.place, scope_of(module)
    for module, block in resources(site, "google_clouddeploy_automation"):
        if any(b.type == "rollback" for b in block.walk()):
            yield f"{block.address} repairs by rolling back", block.place, scope_of(module)
    for module, block in resources(site, "nomad_job"):
        spec = block.attr("jobspec")
        if spec and "auto_revert" in spec.text:
            yield f"{block.address} is reverted by Nomad", block.place, scope_of(module)


_SWITCHES: Final = (
    # resource, block in it, attribute that is true, what it does
    ("helm_release", "", "atomic", "is atomic"),
    ("aws_ecs_service", "deployment_circuit_breaker", "rollback", "rolls back by itself"),
    ("aws_codedeploy_deployment_group", "auto_rollback_configuration", "enabled", "rolls back"),
)


def _helmfiles(site: Site[object]) -> Iterator[Declared]:
    for file in site.repo.files():
        if not file.name.lower().startswith("helmfile") or file.suffix not in {".yaml", ".yml"}:
            continue
        for document in file.yaml.documents:
            defaults = document.at("helmDefaults")
            if defaults.at("atomic").text == "true":
                yield f"{file.name} is atomic", file.place(defaults.line_of("atomic")), ()
            for release in document.at("releases").items():
                if release.at("atomic").text == "true":
                    name = release.at("name").text
                    yield f"release {name} is atomic", file.place(release.line_of("atomic")), ()
