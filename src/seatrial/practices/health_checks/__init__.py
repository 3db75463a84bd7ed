"""A deployment counts as done when the new version is shown to serve.

Liveness, readiness and startup probes tell the platform which pods may get traffic. A health
endpoint looks at what the application depends on. After every deployment a gate waits for the
rollout, asks the version that serves, and tries the endpoints that matter; when it fails the
pipeline fails.

The usual `curl` loop passes while the old pods still answer, passes on a redirect and on a body
that says "degraded", and needs minutes to learn of a crash in the first second.
"""

from seatrial.model.practice import Level, Practice
from seatrial.systems.kubernetes.facts import ROLLOUTS

PRACTICE = Practice(
    number=4,
    id="health-checks",
    title="Health checks and smoke tests",
    priority=Level.CRITICAL,
    effort=Level.LOW,
    impact=Level.HIGH,
    needs=(ROLLOUTS,),
    reads=("workflows", "kubernetes", "code"),
    drill="deploy eight kinds of broken versions and time the verdict on each",
)
