"""What makes Argo CD read the objects that a plan writes: a release beside its own, or a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from seatrial.kit.planning.addresses import address_of
from seatrial.kit.planning.branches import trunk
from seatrial.kit.planning.render import render
from seatrial.kit.platform.gitops import ARGO
from seatrial.kit.platform.installs import live_modules, resources
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Risk, Wish
from seatrial.practices.gitops.evidence import installed_controller
from seatrial.practices.gitops.settings import Settings
from seatrial.repo.environments import environment_of
from seatrial.repo.files import Root
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.infrastructure.tfmodules import Module

ARGO_CD: Final = "7.7.11"
"""Chart `argo-cd`: Argo CD 2.13."""
APPS: Final = "2.0.2"
"""Chart `argocd-apps`."""
_FILE: Final = "argocd-apps.tf"


def installation(site: Site[Settings], home: Root, environments: Sequence[str]) -> Iterator[Wish]:
    """Yield what lets Argo CD read `argocd/<environment>`."""
    releases = [
        (module, block)
        for module, block in resources(site, "helm_release")
        if module.text(block.attr("chart")).rpartition("/")[2] == "argo-cd"
        and "count" not in block.attributes
        and "for_each" not in block.attributes
    ]
    if releases:
        for module, block in releases:
            yield from _beside(site, home, module, block, environments)
        return
    if installed_controller(site):
        folders = " and ".join(
            f"`kubectl apply -f argocd/{e}`" for e in dict.fromkeys(environments)
        )
        yield Leave(
            f"tell Argo CD of its Applications once, in the cluster of each environment: {folders}"
        )
        return
    bare = [m for m in live_modules(site) if m.resources("helm_release") and m.root is home]
    if bare:
        for module in bare:
            yield from _beside(site, home, module, None, environments)
        return
    yield Leave(
        f"nothing here installs {ARGO}: install it in each cluster, then apply `argocd/` once"
    )


def _beside(
    site: Site[Settings],
    home: Root,
    module: Module,
    block: Block | None,
    environments: Sequence[str],
) -> Iterator[Wish]:
    if module.root is not home:
        return
    path, recurse = _folder(module, environments)
    text = render(
        "gitops",
        "terraform/argocd-apps.tf.j2",
        install=block is None,
        argocd=ARGO_CD,
        apps=APPS,
        label=block.labels[1] if block else "argocd",
        url=address_of(site, home),
        branch=trunk(site),
        path=path,
        recurse=recurse,
    )
    reason = "Argo CD reads its Applications from git from the start"
    where = f"{module.folder}/{_FILE}" if module.folder else _FILE
    yield Generate(home.name, where, text, reason, Risk.MEDIUM)


def _folder(module: Module, environments: Sequence[str]) -> tuple[str, bool]:
    """The folder whose Applications a cluster takes: that of its workspace or module."""
    by_workspace = any("terraform.workspace" in f.text for f in module.files)
    if by_workspace:
        return "argocd/${terraform.workspace}", False
    own = environment_of(module.folder) if module.folder else None
    if own in environments:
        return f"argocd/{own}", False
    return "argocd", True
