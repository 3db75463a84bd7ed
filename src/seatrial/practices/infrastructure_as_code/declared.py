"""What scripts fetched, patched and applied, as releases, values and an Application."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addonobjects import Addon
from seatrial.kit.planning.addons import install, way
from seatrial.kit.planning.addresses import address_of
from seatrial.kit.planning.branches import trunk
from seatrial.kit.planning.render import render
from seatrial.kit.planning.valueshome import values_home
from seatrial.kit.platform.gitops import ARGO, deliveries
from seatrial.kit.platform.installs import installs
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import SetKey
from seatrial.model.struct import struct
from seatrial.practices.infrastructure_as_code.hands import scripts_by_hand
from seatrial.repo.commands.shell import Command
from seatrial.repo.files import Root


@struct
class Published:
    """A project whose manifests people fetch, and its chart."""

    chart: str
    repository: str
    version: str
    namespace: str
    values: str


_PUBLISHED: Final = {
    "cert-manager": Published(
        "cert-manager",
        "https://charts.jetstack.io",
        "v1.18.2",
        "cert-manager",
        "crds:\n  enabled: true\n  keep: true # removing the release keeps the certificates\n",
    ),
    "metrics-server": Published(
        "metrics-server",
        "https://kubernetes-sigs.github.io/metrics-server",
        "3.13.0",
        "kube-system",
        "replicas: 2\npodDisruptionBudget:\n  enabled: true\n  minAvailable: 1\n",
    ),
}
"""Versions as of 2026-11; Dependabot or Renovate moves them on."""
_ANNOTATION: Final = re.compile(r"([\w.-]+/[\w.-]+)=(.*)")


def declared(site: Site[object]) -> Iterator[Wish]:
    """Yield what stands in git instead of the commands, as far as the commands show it."""
    yield from _fetched(site)
    yield from _patched(site)
    yield from _applied(site)


def _commands(site: Site[object]) -> Iterator[tuple[Root, Command]]:
    for one in scripts_by_hand(site):
        for command in one.script.commands:
            yield one.script.file.root, command


def _fetched(site: Site[object]) -> Iterator[Wish]:
    seen: set[str] = set()
    present = {i.chart for i in installs(site)}
    for root, command in _commands(site):
        url = command.flag("-f", "--filename") or ""
        if not command.starts("kubectl", "apply") or "://" not in url:
            continue
        known = next((k for k in _PUBLISHED if f"/{k}/" in url or url.endswith(f"/{k}.yaml")), "")
        if not known or not way(site):
            project = "/".join(url.split("/")[3:5])
            yield Leave(
                f"declare {project} in a chart or in git with a version: {root.name} fetches it"
            )
            continue
        if known in seen or known in present:
            continue
        seen.add(known)
        one = _PUBLISHED[known]
        yield from install(
            site,
            Addon(
                known,
                one.chart,
                one.repository,
                one.version,
                one.namespace,
                one.values,
                f"{known} was fetched and applied by hand, in whatever version was the newest",
            ),
        )
        yield Leave(
            f"before the first apply: what kubectl made of {known} carries no mark of Helm; delete "
            "it in a quiet hour or install once with `helm upgrade --install --take-ownership`"
        )


def _patched(site: Site[object]) -> Iterator[Wish]:
    """Settings of ingress-nginx's objects, as values of its chart."""
    found = next((i for i in installs(site) if i.chart == "ingress-nginx"), None)
    home = values_home(site, found) if found else None
    for _, command in _commands(site):
        edits = tuple(_edits(command)) if home and _is_of(command, "ingress-nginx") else ()
        if home and edits:
            moved = tuple(
                SetKey((*home.at, *e.at), e.key, e.value, document=home.document) for e in edits
            )
            yield Edit(
                home.file.root.name,
                home.file.path,
                moved,
                "a script patched this into the cluster; the next release would have undone it",
                Risk.MEDIUM,
            )


def _is_of(command: Command, name: str) -> bool:
    return command.program == "kubectl" and any(
        word == name
        or word.startswith(f"{name}-controller")
        or word.endswith(f"/{name}-controller")
        for word in command.argv[2:]
    )


def _edits(command: Command) -> Iterator[SetKey]:
    if command.starts("kubectl", "scale"):
        count = command.flag("--replicas") or ""
        if count.isdigit():
            yield SetKey(("controller",), "replicaCount", int(count))
    elif command.starts("kubectl", "annotate") and "service" in command.argv:
        for word in command.argv:
            match = _ANNOTATION.fullmatch(word)
            if match:
                yield SetKey(("controller", "service", "annotations"), match[1], match[2])
    elif command.starts("kubectl", "patch") and "service" in command.argv:
        policy = re.search(r'"externalTrafficPolicy":\s*"(\w+)"', " ".join(command.argv))
        if policy:
            yield SetKey(("controller", "service"), "externalTrafficPolicy", policy[1])


def _applied(site: Site[object]) -> Iterator[Wish]:
    """Folders of manifests that a script applied: read by Argo CD instead."""
    folders: dict[str, Root] = {}
    for root, command in _commands(site):
        path = command.flag("-f", "--filename") or ""
        if command.starts("kubectl", "apply") and path in root.files:
            folders[root.files[path].folder] = root
    delivered = {d.spec.at("source", "path").text for d in deliveries(site)}
    argo = any(i.chart == "argo-cd" for i in installs(site))
    for folder, root in folders.items():
        address = address_of(site, root)
        if not folder or folder in delivered:
            continue
        if not argo or not way(site) or not address:
            yield Leave(f"let a controller deliver {folder}/ of {root.name}: a script applied it")
            continue
        values = render("infrastructure_as_code", "manifests-values.yaml.j2", address=address,
                        branch=trunk(site), folder=folder)  # fmt: skip
        yield from install(
            site,
            Addon(
                "cluster-manifests",
                "argocd-apps",
                "https://argoproj.github.io/argo-helm",
                "2.0.2",
                next(i.namespace for i in installs(site) if i.chart == "argo-cd") or "argocd",
                values,
                f"{folder}/ was applied by a script; {ARGO} keeps the cluster equal to it",
            ),
        )
