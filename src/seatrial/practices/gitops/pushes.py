"""Deployments that a pipeline or a script pushes, past any controller."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise
from posixpath import normpath
from typing import Final

from seatrial.kit.delivery.releases import Act, Kind, Release, deployments
from seatrial.kit.delivery.targets import targets_of
from seatrial.kit.platform.installs import live_modules, resources
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.commands.command import Command
from seatrial.repo.files import File, Root
from seatrial.repo.kubernetes.chart_references import Reference

_CLUSTER: Final = frozenset("helm kubectl helmfile skaffold oc kapp werf".split())
_CLUSTER_ACTIONS: Final = ("azure/k8s-deploy", "deliverybot/helm", "google-github-actions/get-gke")
# What a cluster needs before a controller runs, or what no controller delivers.
_GROUNDWORK: Final = (
    "argo flux sealed-secrets cert-manager ingress namespace secret crd metrics-server external-"
    " prometheus grafana bootstrap"
).split()

_MADE_THERE: Final = {("secret",), ("namespace",)}
"""Kinds that a pipeline makes and no delivery from git holds in plain text."""
_CHANGES: Final = {("apply",), ("set",), ("replace",), ("patch",)}


@struct
class Push:
    """One deployment by push.

    Attributes:
        who: `job deploy` or the script's path.
        what: the command or action.
        on_cluster: True for Kubernetes.
        commands: all commands of a job that push, empty for an action or a script.
        root: the repository that starts it.
        folder: of the chart that Terraform installs from these repositories, else empty.
    """

    who: str
    what: str
    place: Place
    environments: tuple[str, ...]
    on_cluster: bool
    commands: tuple[Command, ...] = ()
    root: Root | None = None
    folder: str = ""


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
    acts = [
        a
        for a in release.acts
        if a.kind is Kind.DEPLOY
        and not _is_groundwork(a)
        and not _is_made_there(site, a)
        and not _goes_by_git(site, a)
    ]
    commands = [a.command for a in acts if a.command]
    for act in acts[:1]:
        yield Push(
            f"job {release.job.id}",
            act.what,
            act.place,
            targets_of(site, release),
            _on_cluster(act),
            tuple(commands) if len(commands) == len(acts) else (),
            release.job.workflow.file.root,
        )


def _is_made_there(site: Site[object], act: Act) -> bool:
    """True for `kubectl create secret ... --dry-run=client -o yaml | kubectl apply -f -`."""
    if act.command is None or act.step is None or not act.command.reads_pipe:
        return False
    commands = site.repo.followed(act.step.commands, act.step.file)
    for before, command in pairwise(commands):
        if command is act.command:
            return before.starts("kubectl", "create") and before.words[1:2] in _MADE_THERE
    return False


def _goes_by_git(site: Site[object], act: Act) -> bool:
    """True for a way back with Helm in a script that goes by a commit where git rules."""
    if act.command is None or act.step is None or not act.command.starts("helm", "rollback"):
        return False
    commands = site.repo.followed(act.step.commands, act.step.file)
    return any(command.starts("git", "push") for command in commands)


def is_apart(push: Push, read: Collection[File]) -> bool:
    """True when all that is applied are files here that no delivery reads: no second writer.

    Args:
        push: a deployment by push.
        read: files that deliveries read.
    """
    if push.folder and push.root:
        own = (f for p, f in push.root.files.items() if p.startswith(f"{push.folder}/"))
        return not any(f in read for f in own)
    return bool(push.commands) and all(_applies_apart(push, c, read) for c in push.commands)


def _applies_apart(push: Push, command: Command, read: Collection[File]) -> bool:
    if push.root is None or not command.starts("kubectl", "apply"):
        return False
    flags = ("-f", "--filename", "-k", "--kustomize")
    named = [v for flag in flags if (v := command.flag(flag))]
    paths = [normpath(v).removeprefix("./") for v in named if "$" not in v and "://" not in v]
    files = [
        f for p in paths for q, f in push.root.files.items() if q == p or q.startswith(f"{p}/")
    ]
    return bool(files) and len(paths) == len(named) and not any(f in read for f in files)


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
            yield Push(
                who,
                "Terraform",
                release.place,
                release.environments,
                on_cluster=True,
                root=release.module.root,
                folder=release.chart_folder or "",
            )


def _of_scripts(site: Site[object]) -> Iterator[Push]:
    for reference in _script_references(site):
        names = (reference.environment,) if reference.environment else ()
        path = reference.file.path
        yield Push(path, "helm upgrade", reference.place, names, on_cluster=True)


def _script_references(site: Site[object]) -> Iterator[Reference]:
    for chart in site.repo.charts:
        for reference in chart.references:
            path = reference.file.path
            in_git = reference.file.suffix in {".yaml", ".yml"} and not path.startswith(".")
            # Jobs of workflows are read as such, so that one that is off counts for nothing.
            if not in_git and not path.startswith(".github/") and not is_aside(path):
                yield reference


def script_installs(site: Site[object]) -> Iterator[tuple[Root, str]]:
    """Yield repository and path of the scripts that install a chart of these repositories."""
    for reference in _script_references(site):
        yield reference.file.root, reference.file.path
