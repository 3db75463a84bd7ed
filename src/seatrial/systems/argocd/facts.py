"""What only Argo CD's API can show."""

from seatrial.model.fact import FactKey

SYNC = FactKey(
    "argocd.sync",
    "which revision each application runs, and whether it is in sync and healthy",
    "KUBECONFIG that may read applications.argoproj.io, or ARGOCD_AUTH_TOKEN",
)
