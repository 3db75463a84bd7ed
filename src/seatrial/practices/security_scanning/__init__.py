"""Known weaknesses are found before they are shipped, and again when they become known later.

Dependencies, images, infrastructure code, workflows and secrets are scanned on every pull request
and on a schedule, images before they are pushed. A hit at the threshold fails the job, results
arrive in the Security tab, and every waiver carries a date on which it ends. Scanners themselves
are pinned by commit and run with the least permissions: tags of popular scanner actions have been
moved by attackers, and a scanner with a token that may write is the shortest way into a repository.

Renovate or Dependabot alone is a part of it: they raise versions, but nothing stops a change that
brings a weakness in. A scan whose result cannot fail anything is a part of it as well.
"""

from seatrial.model.practice import Level, Practice
from seatrial.systems.github.facts import CODE_SCANNING, REQUIRED_CHECKS

PRACTICE = Practice(
    number=9,
    id="security-scanning",
    title="Security scanning",
    priority=Level.HIGH,
    effort=Level.LOW,
    impact=Level.MEDIUM,
    needs=(CODE_SCANNING, REQUIRED_CHECKS),
    reads=("workflows",),
    drill="plant problems in a copy of the repository and see every one named and the gate red",
)
