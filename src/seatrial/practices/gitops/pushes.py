"""Deployments that a pipeline or a script pushes, past any controller."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releases import Act, Kind, Release, deployments
from seatrial.kit.delivery.targets import targets_of
from seatrial.kit.platform.installs import live_modules, resources
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct

_CLUSTER: Final = frozenset("helm kubectl helmfile skaffold oc kapp werf".split())
_CLUSTER_ACTIONS: Final = ("azure/k8s-deploy", "deliverybot/helm", "google-github-actions/get-gke")
# What a cluster needs before a controller runs, or what no controller delivers.
_GROUNDWORK: Final = (
    "argo flux sealed-secrets cert-manager ingress namespace secret crd metrics-server external-"
    " prometheus grafana bootstrap"
).split()

_CHANGES: Final = {("apply",), ("set",), ("replace",), ("patch",)}


@struct
class Push:
    """One deployment by push.

    Attributes:
        who: `job deploy` or the script's path.
        what: the command or action.
        on_cluster: True for Kubernetes.
    """

    who: str
    what: str
    place: Place
    environments: tuple[str, ...]
    on_cluster: bool


@once
def pushes(site: Site[object]) -> tuple[Push, ...]:
    """All pushes of workflows and Terraform; without any, those of scripts that install a chart."""
    found = [p for release in deployments(site) for p in _of_release(site, release)]
    found.extend(_of_terraform(site))
    return tuple(found) or tuple(_of_scripts(site))


def cluster_pushes(site: Site[object]) -> tuple[Push, ...]:
    """Those that change a cluster."""
    return tuple(p for p in pushes(site) if p.on_cluster)


def _of_release(site: Site[object], release: Release) -> Iterator[Push]:
    for act in release.acts:
        if act.kind is Kind.DEPLOY and not _is_groundwork(act):
            yield Push(
                f"job {release.job.id}",
                act.what,
                act.place,
                targets_of(site, release),
                _on_cluster(act),
            )
            return


def _on_cluster(act: Act) -> bool:
    if act.command is None:
        return act.what.lower().startswith(_CLUSTER_ACTIONS)
    return act.command.program in _CLUSTER


def _is_groundwork(act: Act) -> bool:
    command = act.command
    if command is None:
        return False
    if command.program in {"argocd", "flux", "kargo"}:
        return True
    if command.program in {"kubectl", "oc"} and command.words[:1] not in _CHANGES:
        return True
    # Flags, settings and computed words say nothing of what is installed.
    plain = (w.lower() for w in command.argv if w[:2] != "--" and not {"=", "$"} & set(w))
    words = " ".join(plain)
    return any(word in words for word in _GROUNDWORK)


def _of_terraform(site: Site[object]) -> Iterator[Push]:
    pipelines = [b for _, b in resources(site, "google_clouddeploy_delivery_pipeline")]
    for block in pipelines[:1]:
        yield Push(block.address, "Cloud Deploy", block.place, (), on_cluster=True)
    own = {c.name for c in site.repo.charts if not is_aside(f"{c.folder}/x")}
    live = {id(m) for m in live_modules(site)}
    for release in site.repo.helm_releases:
        ours = release.chart_folder or release.chart.rpartition("/")[2] in own
        if ours and id(release.module) in live and not release.limit.off:
            who = release.block.address
            yield Push(who, "Terraform", release.place, release.environments, on_cluster=True)
            return


def _of_scripts(site: Site[object]) -> Iterator[Push]:
    for chart in site.repo.charts:
        for reference in chart.references:
            path = reference.file.path
            in_git = reference.file.suffix in {".yaml", ".yml"} and not path.startswith(".")
            # Jobs of workflows are read as such, so that one that is off counts for nothing.
            if not in_git and not path.startswith(".github/") and not is_aside(path):
                names = (reference.environment,) if reference.environment else ()
                yield Push(path, "helm upgrade", reference.place, names, on_cluster=True)
