"""One Application and one AppProject per environment, and what makes Argo CD read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addresses import address_of
from seatrial.kit.planning.branches import trunk
from seatrial.kit.planning.fronts import scaled_by_others
from seatrial.kit.planning.homes import infra_root
from seatrial.kit.planning.render import render
from seatrial.kit.planning.targets import Target
from seatrial.kit.platform.installs import resources
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Risk, Wish
from seatrial.model.struct import struct
from seatrial.practices.gitops.installation import installation
from seatrial.practices.gitops.settings import Settings
from seatrial.repo.files import Root

HOME: Final = "argocd"
"""Namespace of Argo CD, and the folder of its objects."""
_CLUSTER_WIDE: Final = {
    "ClusterRole": "rbac.authorization.k8s.io",
    "ClusterRoleBinding": "rbac.authorization.k8s.io",
    "Namespace": "",
    "PersistentVolume": "",
    "PriorityClass": "scheduling.k8s.io",
    "StorageClass": "storage.k8s.io",
    "CustomResourceDefinition": "apiextensions.k8s.io",
    "ClusterIssuer": "cert-manager.io",
    "ValidatingWebhookConfiguration": "admissionregistration.k8s.io",
    "MutatingWebhookConfiguration": "admissionregistration.k8s.io",
}
_KIND: Final = re.compile(r"^kind:\s*([A-Za-z]+)\s*$", re.MULTILINE)


@struct(eq=False)
class Delivered:
    """What one Application takes: a chart, or a folder of manifests.

    Attributes:
        environment: name of the environment.
        root, path: the folder that it reads.
        release: name of the Helm release; empty for plain manifests.
        values: values files from the folder.
        kinds: cluster-wide kinds that it holds.
    """

    environment: str
    name: str
    namespace: str
    branch: str
    root: Root
    path: str
    release: str = ""
    values: tuple[str, ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    scaled: tuple[str, ...] = ()


def of_chart(site: Site[Settings], target: Target) -> Delivered:
    """What an Application takes for a chart in an environment."""
    chart, folder = target.chart, target.chart.folder
    values: tuple[str, ...] = ()
    if target.values:
        values = (_relative(target.values.path, folder),)
    texts = "\n".join(f.text for f in chart.templates)
    return Delivered(
        target.environment.name,
        target.name,
        target.namespace,
        target.branch,
        chart.root,
        folder or ".",
        target.release,
        values,
        cluster_wide(texts),
        scaled_by_others(site, chart, target.environment.name),
    )


def cluster_wide(text: str) -> tuple[tuple[str, str], ...]:
    """Cluster-wide kinds that manifests or templates hold, with their groups."""
    found = {kind for kind in _KIND.findall(text) if kind in _CLUSTER_WIDE}
    return tuple((_CLUSTER_WIDE[kind], kind) for kind in sorted(found))


def _relative(path: str, folder: str) -> str:
    if not folder:
        return path
    if path.startswith(f"{folder}/"):
        return path[len(folder) + 1 :]
    return "/".join([".."] * (folder.count("/") + 1)) + f"/{path}"


def applications(site: Site[Settings], all_: list[Delivered]) -> Iterator[Wish]:
    """Yield the objects of Argo CD for what is delivered, and the way by which it reads them."""
    home = infra_root(site)
    unknown = {one.root.name for one in all_ if not address_of(site, one.root)}
    if not address_of(site, home):
        unknown.add(home.name)
    if unknown:
        names = ", ".join(sorted(unknown))
        yield Leave(
            f"nothing shows the address of {names}: give it a git remote, and plan again, so that"
            " Argo CD can be told where to read"
        )
        return
    for environment in dict.fromkeys(one.environment for one in all_):
        mine = [one for one in all_ if one.environment == environment]
        yield _project(site, home, environment, mine)
        for one in mine:
            yield _application(site, home, one)
    yield from installation(site, home, [one.environment for one in all_])
    roots = " and ".join(sorted({home.name, *(one.root.name for one in all_)}))
    yield Leave(f"give Argo CD a read-only deploy key where {roots} may not be read by everybody")


def _application(site: Site[Settings], home: Root, one: Delivered) -> Generate:
    text = render(
        "gitops",
        "argocd/application.yaml.j2",
        environment=one.environment,
        name=one.name,
        home=HOME,
        project=_project_name(one.environment),
        url=address_of(site, one.root),
        branch=one.branch or trunk(site),
        path=one.path,
        release=one.release,
        values=one.values,
        namespace=one.namespace,
        create_namespace=not _has_namespace(site, one),
        scaled=one.scaled,
    )
    path = f"{HOME}/{one.environment}/{one.name}.yaml"
    reason = f"Argo CD delivers {one.path} to {one.environment} and undoes changes by hand"
    return Generate(home.name, path, text, reason, Risk.HIGH)


def _project(site: Site[Settings], home: Root, environment: str, mine: list[Delivered]) -> Generate:
    text = render(
        "gitops",
        "argocd/project.yaml.j2",
        environment=environment,
        project=_project_name(environment),
        home=HOME,
        urls=sorted({address_of(site, one.root) for one in mine}),
        namespaces=sorted({one.namespace for one in mine}),
        kinds=sorted({kind for one in mine for kind in one.kinds}),
    )
    reason = f"deliveries to {environment} may read one source and change their namespaces only"
    return Generate(home.name, f"{HOME}/{environment}/project.yaml", text, reason)


def _project_name(environment: str) -> str:
    return environment


def _has_namespace(site: Site[Settings], one: Delivered) -> bool:
    """True when Terraform makes the namespace."""
    for _, block in resources(site, "kubernetes_namespace"):
        for inner in block.walk():
            name = inner.attr("name")
            text = name.text.strip('"') if name else ""
            if text.replace("${terraform.workspace}", one.environment) == one.namespace:
                return True
    return False
