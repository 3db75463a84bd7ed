"""Every line that a workload writes can be found later, in one place.

The logs of all workloads of all environments arrive in one store that keeps them for a stated time,
structured (JSON with level, service, version and request id), with secrets scrubbed on the way.
Collector and store may be anything that does the job: Loki with Alloy, ELK, OpenSearch, CloudWatch,
Cloud Logging, Datadog, Splunk. JSON lines that nobody collects are no centralized logging; a store
that never deletes is a full disk, and one that keeps nothing is no store.

Promtail has been at its end of life since March 2026, and with it the loki-stack chart.
"""

from seatrial.model.practice import Level, Practice
from seatrial.systems.loki.facts import STREAMS

PRACTICE = Practice(
    number=6,
    id="centralized-logging",
    title="Centralized logging",
    priority=Level.HIGH,
    effort=Level.MEDIUM,
    impact=Level.HIGH,
    needs=(STREAMS,),
    reads=("kubernetes", "terraform"),
    drill="write marked lines through the application and find each in the store, secrets scrubbed",
)
