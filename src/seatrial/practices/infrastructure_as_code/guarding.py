"""An admission policy that lets only the delivery change what it delivers, with a way round it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addons import way
from seatrial.kit.planning.render import render
from seatrial.kit.planning.targets import targets
from seatrial.kit.platform.installs import installs
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Risk, Wish
from seatrial.practices.infrastructure_as_code import coded, drift
from seatrial.repo.infrastructure.tfmodules import Module

NAME: Final = "delivery-guard"
GROUP: Final = "break-glass"
_REASON: Final = "nothing refuses a change by hand in the cluster"


def guarding(site: Site[object]) -> Iterator[Wish]:
    """Yield the policy in the way in which charts are installed here."""
    if not coded.has_cluster(site) or drift.guards(site):
        return
    spaces = sorted({t.namespace for t in targets(site)})
    found = way(site)
    if not spaces or found is None or not found.modules:
        yield Leave(
            "refuse changes by hand in the cluster with a ValidatingAdmissionPolicy: nothing here "
            "shows the namespaces and a Terraform that installs charts"
        )
        return
    for module in found.modules:
        yield from _chart(site, module, spaces)
    yield Leave(
        f"put the people who may change the cluster in an emergency into the group {GROUP}: "
        "everybody else is refused from the first apply of delivery-guard on"
    )


def _chart(site: Site[object], module: Module, spaces: list[str]) -> Iterator[Wish]:
    folder = posixpath.join(module.folder, "charts", NAME)
    argo = next((i.namespace for i in installs(site) if i.chart == "argo-cd"), "") or "argocd"
    values = {
        "spaces": spaces,
        "argo": argo,
        "accounts": _accounts(module, spaces),
        "group": GROUP,
    }
    for name in ("Chart.yaml", "values.yaml", "templates/policy.yaml"):
        text = render("infrastructure_as_code", f"charts/{NAME}/{name}.j2", **values)
        yield Generate(module.root.name, f"{folder}/{name}", text, _REASON, Risk.HIGH)
    release = render("infrastructure_as_code", f"{NAME}.tf.j2", name=NAME)
    path = posixpath.join(module.folder, f"{NAME}.tf")
    yield Generate(module.root.name, path, release, _REASON, Risk.HIGH)


def _accounts(module: Module, spaces: list[str]) -> list[str]:
    """ServiceAccounts that pipelines deliver with: of Terraform, and one in each namespace."""
    found = {f"system:serviceaccount:{space}:delivery" for space in spaces}
    kinds = ("kubernetes_service_account", "kubernetes_service_account_v1")
    for block in (b for kind in kinds for b in module.resources(kind)):
        for metadata in block.children("metadata"):
            name, space = (
                module.text(metadata.attr("name")),
                module.text(metadata.attr("namespace")),
            )
            if name and space and "$" not in name + space:
                found.add(f"system:serviceaccount:{space}:{name}")
    return sorted(found)
