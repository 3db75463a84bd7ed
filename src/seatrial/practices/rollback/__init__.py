"""A bad version does not stay.

When the verification of a release fails, the last version that was verified comes back without a
person, within a stated time, and people are told. "The previous revision" is not good enough: after
two bad releases in a row it is a bad one. Under GitOps the way back is a commit, since self-heal
undoes whatever is done to the cluster by hand. Schema changes are written so that the old version
still runs on the new schema.

A controller's own remediation (Flux, `helm --atomic`, Argo Rollouts, ECS, CodeDeploy) is partial:
it returns to the previous revision, verified or not.
"""

from seatrial.model.practice import Level, Practice

PRACTICE = Practice(
    number=10,
    id="rollback",
    title="Automatic rollback",
    priority=Level.HIGH,
    effort=Level.LOW,
    impact=Level.HIGH,
    reads=("workflows", "kubernetes", "terraform"),
    drill="deploy each fault under load, time the way back to the last verified version",
)
