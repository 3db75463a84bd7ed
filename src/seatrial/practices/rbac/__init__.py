"""Every identity may do what it must, where it must, for as long as it must.

No workflow, person or workload uses cluster-admin for daily work. Pipelines log in with tokens that
live for minutes (OIDC) instead of a kubeconfig in a secret; the delivery's Role lies in its
namespace and can do what the chart needs, Helm's own records in Secrets included; every workload
runs under its own ServiceAccount, and none mounts a token that it does not use. What a grant opens
is judged by an evaluator that answers as a real API server does: `escalate`, `bind` and
`impersonate` are ways to more rights than a rule says. Roles of the cloud that Terraform gives
count as well: what a pipeline's identity holds on a whole project or subscription, what a policy
allows by a wildcard, and whom a role trusts.
"""

from seatrial.model.practice import Level, Practice
from seatrial.systems.kubernetes.facts import GRANTS

PRACTICE = Practice(
    number=14,
    id="rbac",
    title="Least privilege (RBAC)",
    priority=Level.MEDIUM,
    effort=Level.MEDIUM,
    impact=Level.MEDIUM,
    needs=(GRANTS,),
    reads=("workflows", "kubernetes", "terraform"),
    drill="install, upgrade, roll back and uninstall as the delivery identity; be refused 50 other"
    " actions",
)
