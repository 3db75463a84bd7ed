"""What the system can carry is known before its users find out.

Load tests stand in the repository as code, with thresholds that come from the service levels. They
run on a schedule and before a release, with a fixed arrival rate (a closed loop of virtual users
slows down together with the system and hides what users would feel), and are compared with a
baseline by statistics. The results are kept, so that a slow decline of many months can be seen.

A scenario that nothing runs is no evidence; a load generator that only makes traffic is partial.
"""

from seatrial.model.practice import Level, Practice

PRACTICE = Practice(
    number=18,
    id="performance-testing",
    title="Performance testing",
    priority=Level.LOW,
    effort=Level.MEDIUM,
    impact=Level.LOW,
    reads=("workflows", "kubernetes", "code"),
    drill="inject a latency regression of 20 % and find it in interleaved pairs of runs",
)
