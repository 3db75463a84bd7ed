"""Commands that change a system past its code, each with its declarative twin.

Judged by the parsed command alone: what only reads, what runs dry, and what delivers files that lie
in git is no change by hand.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from seatrial.kit.byhand import cloud_changes, cluster_changes
from seatrial.kit.byhand.change import Change
from seatrial.repo.commands.shell import Command

__all__ = ["Change", "change_of", "changes", "makes_local_cluster"]

_DRY: Final = ("--dry-run", "--export", "--generate-cli-skeleton", "--help", "--template-body-only")
_LOCAL_CLUSTERS: Final = frozenset(
    {"kind", "k3d", "minikube", "k3s", "colima", "ctlptl", "kwokctl"}
)
_LOCAL_ACTIONS: Final = (
    "kind",
    "k3d",
    "k3s",
    "minikube",
    "microk8s",
    "localstack",
    "chart-testing",
)
_LOCAL_WORDS: Final = (
    "--context=kind-",
    "kind-",
    "minikube",
    "k3d-",
    "docker-desktop",
    "localhost",
)


def changes(commands: Sequence[Command]) -> Iterator[Change]:
    """Changes that a script makes by hand; a manifest made on the fly and piped on is one."""
    for command, following in itertools.zip_longest(commands, commands[1:]):
        change = change_of(command)
        if change is None and following is not None and _is_piped_on(command, following):
            change = cluster_changes.kubectl(command)
        if change is not None:
            yield change


def _is_piped_on(command: Command, following: Command) -> bool:
    # `kubectl create secret x --dry-run=client -o yaml | kubectl apply -f -`
    return (
        command.starts("kubectl", "create")
        and following.reads_pipe
        and following.starts("kubectl", "apply")
    )


def change_of(command: Command) -> Change | None:
    """The change that a command makes by hand, or None."""
    if not command.argv or any(w.startswith(_DRY) for w in command.argv[1:]):
        return None
    if any(word.startswith(_LOCAL_WORDS) for word in command.argv[1:]):
        return None
    judge = _TOOLS.get(command.program)
    return judge(command) if judge else None


def makes_local_cluster(commands: Iterable[Command], actions: Iterable[str] = ()) -> bool:
    """True when a script or job works on a throw-away cluster that it makes itself.

    Args:
        commands: all commands of it.
        actions: names of the actions that the job uses.
    """
    return any(
        c.program in _LOCAL_CLUSTERS and {"create", "start", "up", "apply"} & set(c.words[:2])
        for c in commands
    ) or any(
        word in _LOCAL_ACTIONS or word.startswith("kind")
        for action in actions
        for word in _words_of(action)
    )


def _words_of(action: str) -> list[str]:
    return action.lower().replace("/", "-").split("-")


_CLOUD_TWIN: Final = "a resource in Terraform"
_TOOLS: Final[dict[str, Callable[[Command], Change | None]]] = {
    "kubectl": cluster_changes.kubectl,
    "oc": cluster_changes.kubectl,
    "helm": cluster_changes.helm,
    "aws": cloud_changes.aws,
    "gcloud": cloud_changes.gcloud,
    "az": cloud_changes.az,
    "argocd": cluster_changes.argocd,
    "flux": cluster_changes.flux,
    "gh": cloud_changes.gh,
    "istioctl": cluster_changes.istioctl,
    "linode-cli": cloud_changes.by_verbs(
        "create", "update", "delete", "resize", "rebuild", "attach", "detach", twin=_CLOUD_TWIN
    ),
    "doctl": cloud_changes.by_verbs("create", "update", "delete", "resize", twin=_CLOUD_TWIN),
    "hcloud": cloud_changes.by_verbs("create", "update", "delete", "change-type", twin=_CLOUD_TWIN),
    "eksctl": cloud_changes.by_verbs(
        "create", "delete", "scale", "upgrade", twin="a cluster in Terraform", position=0
    ),
    "gsutil": cloud_changes.by_verbs("mb", "rb", twin="a bucket in Terraform", position=0),
    "ibmcloud": cloud_changes.by_verbs("create", "delete", "update", twin=_CLOUD_TWIN),
    "oci": cloud_changes.by_verbs("create", "delete", "update", twin=_CLOUD_TWIN),
    "scw": cloud_changes.by_verbs("create", "delete", "update", twin=_CLOUD_TWIN),
    "exo": cloud_changes.by_verbs("create", "delete", "update", twin=_CLOUD_TWIN),
    "vultr-cli": cloud_changes.by_verbs("create", "delete", "update", twin=_CLOUD_TWIN),
}
