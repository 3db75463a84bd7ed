"""The second region itself: a cluster, Argo CD in it, and DNS that follows health."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addresses import address_of
from seatrial.kit.planning.branches import trunk
from seatrial.kit.planning.homes import infra_root
from seatrial.kit.planning.render import render
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Risk, Wish
from seatrial.practices.multi_region.estate import (
    Estate,
    bound,
    cluster_copy,
    locals_of,
    provider_copy,
    release_copy,
)
from seatrial.practices.multi_region.traffic import Entry
from seatrial.repo.infrastructure.hcl import Block

FILE: Final = "standby-region.tf"
ARGO_CD: Final = "7.7.11"
APPS: Final = "2.0.2"
K8GB: Final = "v0.17.0"
_COPIED: Final = {
    # What an application needs to be served, with the version for a release that names none.
    "argo-cd": ARGO_CD,
    "ingress-nginx": "4.11.3",
    "traefik": "33.2.1",
    "cert-manager": "v1.16.2",
    "external-secrets": "0.12.1",
    "sealed-secrets": "2.17.0",
}


def folder_of(one: Estate) -> str:
    """Folder of the standby's objects of Argo CD."""
    return f"argocd/{one.names[0]}-standby" if one.names else "argocd/standby"


def second_region(site: Site[object], one: Estate, entry: Entry | None) -> Iterator[Wish]:
    """Yield the Terraform file of the second region, and what it cannot hold."""
    module = one.module
    helm = provider_copy(one, "helm")
    copies, left = _copies(one) if helm else ([], [])
    argo = next((f"{b.labels[1]}_standby" for b in copies if _chart(b) == "argo-cd"), "")
    own = infra_root(site) is module.root and address_of(site, module.root)
    named = sorted(locals_of(one).items())
    width = max((len(n) for n, _ in (*named, ("count", ""))), default=0)
    text = render(
        "multi_region",
        "terraform/standby-region.tf.j2",
        one=one,
        cluster=cluster_copy(one),
        locals=[(f"standby_{n}".ljust(width + 8), t) for n, t in (("count", one.chosen), *named)],
        kubernetes=provider_copy(one, "kubernetes"),
        helm=helm,
        releases=[release_copy(module, b, _COPIED[_chart(b)]) for b in copies],
        argo=argo or "argocd_standby",
        install=not argo,
        argocd=ARGO_CD,
        apps=APPS,
        k8gb=K8GB,
        entry=entry,
        url=own or "",
        branch=trunk(site),
        path=folder_of(one),
    )
    reason = (
        f"{' and '.join(one.names) or 'the system'} survives the loss of {one.region}; a second "
        f"cluster of the same size in {one.standby} doubles what clusters cost there"
    )
    path = posixpath.join(module.folder, FILE)
    yield Generate(module.root.name, path, text, reason, Risk.HIGH)
    for block in left:
        yield Leave(f"install what {block.address} installs in {one.standby} as well", block.place)
    secrets = [b.address for b in module.resources("kubernetes_secret")]
    if secrets:
        yield Leave(f"give the standby cluster what these hold: {', '.join(secrets)}")
    if not helm:
        yield Leave(
            f"install the ingress controller and Argo CD in {one.standby}: no helm provider here "
            "follows the cluster"
        )


def _chart(block: Block) -> str:
    chart = block.attr("chart")
    return chart.text.strip('"').rpartition("/")[2] if chart else ""


def _copies(one: Estate) -> tuple[list[Block], list[Block]]:
    copied: list[Block] = []
    left: list[Block] = []
    for block in one.module.resources("helm_release"):
        repeated = {"count", "for_each", "provider"} & set(block.attributes)
        free = not repeated and not list(bound(block))
        (copied if free and _chart(block) in _COPIED else left).append(block)
    return copied, left
