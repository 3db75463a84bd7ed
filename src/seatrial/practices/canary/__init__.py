"""A new version meets a little traffic first.

It is compared with the old version that runs beside it, by statistics on errors and latency, and
is withdrawn or promoted without a person. The comparison is with the baseline of the same minute,
never with yesterday's numbers or a fixed threshold: a fixed threshold on few requests withdraws
good versions and passes bad ones. A canary without traffic has shown nothing and is not promoted.

Argo Rollouts, Flagger, Cloud Deploy, CodeDeploy and weighted routes of a gateway or mesh all count;
blue-green or a weighted route that nothing analyses is partial.
"""

from seatrial.model.practice import Level, Practice
from seatrial.systems.prometheus.facts import TARGETS

PRACTICE = Practice(
    number=17,
    id="canary",
    title="Canary deployments",
    priority=Level.LOW,
    effort=Level.HIGH,
    impact=Level.LOW,
    needs=(TARGETS,),
    reads=("kubernetes", "terraform"),
    drill="send real traffic through a version with 10 % errors and see it withdrawn",
)
