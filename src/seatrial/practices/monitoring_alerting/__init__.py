"""Somebody is told when users are hurt, before the users tell it, and not when they are not.

Metrics of every service are scraped in every environment. Alerts speak of symptoms against stated
objectives (SLOs), wait long enough not to flap, name a runbook, and have a unit test that makes
them fire. A route leads each of them to a receiver that reaches people, and a dead man's switch
tells when the monitoring itself is down.

The usual snippets cry wolf: an absolute rate instead of a ratio, one restart, a division by a limit
that is zero. They are judged here on a syntax tree of the expression.
"""

from seatrial.model.practice import Level, Practice
from seatrial.systems.prometheus.facts import TARGETS

PRACTICE = Practice(
    number=7,
    id="monitoring-alerting",
    title="Monitoring and alerting",
    priority=Level.HIGH,
    effort=Level.MEDIUM,
    impact=Level.HIGH,
    needs=(TARGETS,),
    reads=("kubernetes", "terraform"),
    drill="inject errors, latency, a crash loop and memory growth; time each from fault to message",
)
