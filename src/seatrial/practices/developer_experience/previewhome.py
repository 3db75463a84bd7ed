"""What makes Argo CD read the objects of previews: a release beside its own, or a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addresses import address_of
from seatrial.kit.planning.branches import trunk
from seatrial.kit.planning.homes import infra_root
from seatrial.kit.planning.render import render
from seatrial.kit.platform.installs import resources
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Risk, Wish
from seatrial.repo.environments import environment_of

_APPS: Final = "2.0.2"
"""Chart `argocd-apps`."""
_FILE: Final = "argocd-previews.tf"


def reading(site: Site[object], folder: str, lowest: str) -> Iterator[Wish]:
    """Yield one Application that reads the folder of an environment, in that one's cluster."""
    root = infra_root(site)
    for module, block in resources(site, "helm_release"):
        if (
            module.text(block.attr("chart")).rpartition("/")[2] != "argo-cd"
            or module.root is not root
        ):
            continue
        if {"count", "for_each"} & set(block.attributes):
            continue
        by_workspace = any("terraform.workspace" in f.text for f in module.files)
        if not by_workspace and (environment_of(module.folder or ".") or lowest) != lowest:
            continue
        text = render(
            "developer_experience",
            "terraform/argocd-previews.tf.j2",
            label=block.labels[1],
            up="/".join([".."] * len(module.folder.split("/"))) if module.folder else ".",
            by_workspace=by_workspace,
            version=_APPS,
            url=address_of(site, root),
            branch=trunk(site),
            folder=folder,
            environment=lowest,
        )
        path = f"{module.folder}/{_FILE}" if module.folder else _FILE
        why = "Argo CD reads the objects of previews from git"
        yield Generate(root.name, path, text, why, Risk.MEDIUM)
        return
    once = f"kubectl apply -n argocd -f {folder}/{lowest}"
    yield Leave(f"tell Argo CD of previews once, in one cluster: {once}")
