"""What runs is what the code says, and a change by hand is refused or at least seen.

Every resource comes from Terraform, charts or manifests; nothing is created, patched or scaled by a
command that leaves no trace in git. Drift is looked for on a schedule. The code means what it says:
values that no template reads, image tags that cannot be the image's own, and commands, schedules
and files that name something that does not exist are code that lies.

Commands are judged as a grammar parses them, by place: in a pipeline they weigh more than in a
script, and there more than in a document. What only reads, what delivers files of git, what builds
a throw-away cluster for tests, and the section of a runbook that is marked as break-glass are no
fault.
"""

from seatrial.model.practice import Level, Practice
from seatrial.systems.kubernetes.facts import DRIFT

PRACTICE = Practice(
    number=12,
    id="infrastructure-as-code",
    title="Infrastructure as code and drift",
    priority=Level.MEDIUM,
    effort=Level.MEDIUM,
    impact=Level.MEDIUM,
    needs=(DRIFT,),
    reads=("workflows", "kubernetes", "terraform", "docs"),
    drill="make a dozen changes by hand: all are found, named to the field, and no false one",
)
