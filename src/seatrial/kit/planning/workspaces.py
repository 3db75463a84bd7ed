"""Environments as Terraform workspaces; a name that can be none is said, not written."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from seatrial.kit.site import Site
from seatrial.model.change import Leave
from seatrial.model.environment import Environment
from seatrial.repo.infrastructure.tfmodules import Module


def by_workspace(module: Module) -> bool:
    """Whether a module asks in which workspace it runs."""
    return any("terraform.workspace" in file.text for file in module.files)


def workspaces(site: Site[object]) -> tuple[Environment, ...]:
    """The environments whose names can be those of workspaces."""
    return tuple(e for e in site.environments if _is_name(e.name))


def unnamed(site: Site[object], module: Module) -> Iterator[Leave]:
    """Yield what a person has to name before Terraform can run there."""
    names = [e.name for e in site.environments if not _is_name(e.name)]
    if names and by_workspace(module):
        yield Leave(
            f"name the Terraform workspace of {', '.join(names)}: a workspace's name has letters, "
            "digits, dots, underscores and hyphens only",
            module.place(),
        )


def _is_name(name: str) -> bool:
    # Terraform's own rule: https://developer.hashicorp.com/terraform/cli/workspaces
    return bool(name) and quote(name, safe="") == name
