"""What only a cluster's API can show."""

from seatrial.model.fact import FactKey

_KUBECONFIG = "KUBECONFIG of an identity with get and list in the environment's namespaces"

ROLLOUTS = FactKey(
    "kubernetes.rollouts", "whether the pods that serve run the new version", _KUBECONFIG
)
DRIFT = FactKey(
    "kubernetes.drift",
    "whether the cluster still equals what is in git",
    "KUBECONFIG of an identity with get, list and patch (dry run) in the environment's namespaces",
)
GRANTS = FactKey(
    "kubernetes.grants",
    "which roles and bindings the cluster really holds",
    "KUBECONFIG of an identity with get and list on roles and bindings",
)
MESH = FactKey(
    "kubernetes.mesh", "whether traffic between the pods is really encrypted", _KUBECONFIG
)
