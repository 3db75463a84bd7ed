"""What runs is what is in git.

A controller (Argo CD, Flux, Config Sync, Fleet) takes every environment from git, undoes what was
changed by hand and deletes what git no longer holds, where that is safe. Each environment is a
delivery of its own, in a project that allows only its sources and its namespace. A new version
arrives as a change of one image's tag or digest, in exactly the file that the delivery reads, by a
pull request; images and charts are named so that the same commit always means the same thing.

A pipeline that runs `helm upgrade` or `kubectl apply` is a push, however good it is: nobody notices
when the cluster and git part. A controller that is installed and reads nothing delivers nothing.
"""

from seatrial.model.practice import Level, Practice
from seatrial.systems.argocd.facts import SYNC
from seatrial.systems.github.facts import RULESETS

PRACTICE = Practice(
    number=11,
    id="gitops",
    title="GitOps",
    priority=Level.MEDIUM,
    effort=Level.HIGH,
    impact=Level.MEDIUM,
    needs=(SYNC, RULESETS),
    reads=("workflows", "kubernetes", "terraform"),
    drill="change by hand and see it healed, promote and see exactly one line changed",
)
