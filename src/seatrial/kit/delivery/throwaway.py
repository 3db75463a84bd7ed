"""Jobs that make a cluster for themselves: what they deploy there is a test, no release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from seatrial.repo.commands.shell import Command
    from seatrial.repo.workflows import Job, Step

_ACTIONS: Final = (
    "helm/kind-action",
    "engineerd/setup-kind",
    "container-tools/kind-action",
    "medyagh/setup-minikube",
    "manusa/actions-setup-minikube",
    "nolar/setup-k3d-k3s",
    "absaoss/k3d-action",
    "rinx/setup-k3d",
    "jupyterhub/action-k3s-helm",
    "debianmaster/actions-k3s",
    "balchua/microk8s-actions",
    "replicatedhq/replicated-actions/create-cluster",
    "replicatedhq/compatibility-actions/create-cluster",
    "loft-sh/setup-vcluster",
)
_COMMANDS: Final = (
    ("kind", "create"),
    ("k3d", "cluster"),
    ("minikube", "start"),
    ("k0s", "install"),
    ("microk8s", "start"),
    ("ctlptl", "create"),
    ("vcluster", "create"),
)
CLUSTER_PROGRAMS: Final = frozenset(
    "kubectl helm helmfile flux argocd skaffold kustomize kapp oc istioctl linkerd cilium".split()
)


def makes_cluster(step: Step) -> bool:
    """True for a step that starts a cluster on the runner."""
    uses = step.uses
    if uses:
        return uses.name.lower().startswith(_ACTIONS)
    return any(_starts(command) for command in step.commands)


def on_throwaway_cluster(job: Job) -> bool:
    """True for a job that talks to a cluster which it made itself."""
    return any(makes_cluster(step) for step in job.all_steps)


def _starts(command: Command) -> bool:
    return any(command.program == name and command.words[:1] == (verb,) for name, verb in _COMMANDS)
