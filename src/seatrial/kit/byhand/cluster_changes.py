"""Changes by hand in a cluster: kubectl, helm, argocd, flux, istioctl."""

from __future__ import annotations

import itertools
from typing import Final

from seatrial.kit.byhand.change import Change, made
from seatrial.repo.commands.shell import Command

_KUBECTL: Final[dict[str, tuple[str, bool]]] = {
    "create": ("a manifest or chart in git", False),
    "run": ("a workload's manifest in git", True),
    "patch": ("the manifest or the chart's values in git", False),
    "edit": ("the manifest or the chart's values in git", False),
    "scale": ("`replicas` in the values, or an autoscaler", False),
    "autoscale": ("a HorizontalPodAutoscaler in git", False),
    "set": ("the image, env or resources in the chart's values", False),
    "label": ("`metadata.labels` of the manifest", True),
    "annotate": ("`metadata.annotations` of the manifest", True),
    "taint": ("the node pool in Terraform", True),
    "expose": ("a Service manifest in git", False),
    "replace": ("the manifest in git, applied by the delivery", False),
}
_CREATED: Final[dict[str, tuple[str, bool]]] = {
    "secret": ("an ExternalSecret, SealedSecret or SOPS file in git", False),
    "namespace": ("a Namespace manifest, or CreateNamespace of the delivery", True),
    "ns": ("a Namespace manifest, or CreateNamespace of the delivery", True),
    "configmap": ("a ConfigMap in the chart or kustomization", False),
    "cm": ("a ConfigMap in the chart or kustomization", False),
    "clusterrolebinding": ("an RBAC manifest in git", False),
    "rolebinding": ("an RBAC manifest in git", False),
    "serviceaccount": ("a ServiceAccount manifest in git", False),
    "sa": ("a ServiceAccount manifest in git", False),
}
_NO_OBJECT: Final = frozenset({"job", "token"})
"""`kubectl create job --from=cronjob/x` starts a run and `create token` asks for one."""


def kubectl(command: Command) -> Change | None:  # noqa: PLR0911 (a ladder of verbs)
    """Judge a kubectl command."""
    words = command.words
    verb = words[0] if words else ""
    second = words[1] if len(words) > 1 else ""
    if verb == "apply":
        return _applied(command)
    if verb == "create" and command.flag("-f", "--filename") is not None:
        return _applied(command)
    if verb == "create" and second in _NO_OBJECT:
        return None
    if verb == "create" and second in _CREATED:
        twin, light = _CREATED[second]
        return made(command, twin, light=light)
    if verb == "rollout" and second == "restart":
        return made(command, "a checksum annotation of the pod template", light=True)
    if verb == "delete" and _deletes_for_good(command):
        return made(command, "a removal in git, pruned by the delivery")
    if verb == "run" and any(w.startswith(("--rm", "--restart=Never")) for w in command.argv):
        return None
    if verb in _KUBECTL:
        twin, light = _KUBECTL[verb]
        return made(command, twin, light=light)
    return None


def _applied(command: Command) -> Change | None:
    source = command.flag("-f", "--filename", "-k", "--kustomize") or ""
    if source.startswith(("http://", "https://")):
        floating = any(w in source for w in ("/latest/", "/main/", "/master/", "/HEAD/"))
        twin = "a pinned chart or a copy in git"
        return Change(command, f"kubectl apply of {_host_and_name(source)}", twin, not floating)
    return None


def _host_and_name(url: str) -> str:
    rest = url.partition("://")[2].rpartition("@")[2].partition("?")[0]
    parts = [p for p in rest.split("/") if p]
    return f"{parts[0]}/.../{parts[-1]}" if len(parts) > 1 else rest


_PASSING: Final = frozenset(
    "pod pods po job jobs event events replicaset rs pipelinerun taskrun workflow".split()
)


def _deletes_for_good(command: Command) -> bool:
    # A deleted pod comes back and a job is made to end; deleting files is part of a delivery.
    words = command.words[1:]
    if not words or command.flag("-f", "--filename", "-k", "--kustomize") is not None:
        return False
    return words[0].partition("/")[0].lower() not in _PASSING


def helm(command: Command) -> Change | None:
    """Judge a helm command."""
    words = command.words
    if not words or words[0] not in {"install", "upgrade"}:
        return None
    sets = [w for w in _values_of(command, "--set", "--set-string") if not _is_delivery_value(w)]
    files = command.flag("-f", "--values")
    chart = words[-1]
    if sets and files is None:
        return Change(
            command,
            f"helm {words[0]} {_shown(words[1:2])} with --set {_key(sets[0])}",
            "the chart's values file",
            light=True,
        )
    remote = "/" in chart and not chart.startswith((".", "/", "$")) and chart.count("/") == 1
    remote = remote and (command.flag("--repo") is not None or not _looks_local(chart))
    floats = command.flag("--version") is None and ":" not in chart.rpartition("/")[2]
    if floats and (remote or chart.startswith(("http", "oci://"))):
        return Change(
            command,
            f"helm {words[0]} of {chart.rpartition('/')[2][:60]} in its newest version",
            "a helm_release, HelmRelease or Application with a version",
        )
    return None


_LOCAL_FOLDERS: Final = frozenset(
    "helm chart charts deploy deployment deployments k8s kubernetes infra ops dist src".split()
)


def _looks_local(chart: str) -> bool:
    return chart.partition("/")[0].lower() in _LOCAL_FOLDERS


def _shown(words: tuple[str, ...]) -> str:
    return next((w.rpartition("@")[2][:60] for w in words), "")


def _values_of(command: Command, *names: str) -> list[str]:
    argv = command.argv
    found = [w.partition("=")[2] for w in argv if w.partition("=")[0] in names and "=" in w]
    found += [b for a, b in itertools.pairwise(argv) if a in names]
    return [part for value in found for part in value.split(",") if part]


def _key(pair: str) -> str:
    return pair.partition("=")[0][:40]


def _is_delivery_value(pair: str) -> bool:
    # The version that a pipeline delivers is given from outside on purpose; so are secrets.
    key, _, value = pair.partition("=")
    low = key.lower()
    if any(w in low for w in ("tag", "image", "digest", "version", "sha", "commit", "revision")):
        return True
    return "$" in value


def argocd(command: Command) -> Change | None:
    """Judge an argocd command."""
    words = command.words
    twins = {
        "app": "an Application or ApplicationSet in git",
        "proj": "an AppProject in git",
        "repo": "a repository Secret in git (sealed or external)",
        "cluster": "a cluster Secret made by Terraform",
        "appset": "an ApplicationSet in git",
    }
    verbs = {"create", "set", "unset", "delete", "patch", "edit", "add", "rm", "add-source"}
    if len(words) > 1 and words[0] in twins and words[1] in verbs:
        return made(command, twins[words[0]])
    return None


def flux(command: Command) -> Change | None:
    """Judge a flux command; `flux bootstrap` writes to git itself."""
    words = command.words
    if words[:1] in {("create",), ("delete",)}:
        return made(command, "the Flux object in git (`--export` writes it)")
    return None


def istioctl(command: Command) -> Change | None:
    """Judge an istioctl command."""
    installs = command.words[:1] in {("install",), ("uninstall",), ("tag",)}
    if installs and command.flag("-f", "--filename") is None:
        return made(command, "the Istio charts in Terraform or GitOps")
    return None
