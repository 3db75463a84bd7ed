"""When the worst happens, somebody opens a page and follows it, and it works.

There is a runbook per scenario (the cluster is lost, the database is corrupted, a region is out,
credentials leaked, a release is bad, the state is lost) with an owner, the time and the data that
may be lost (RTO, RPO), and the exact commands for this system. Each was tested within the last 90
days, and carries the date and the numbers.

A contact in SECURITY.md is no plan, and neither is a sentence that says that there are backups. The
usual pages fail in the hour of need: `kubectl apply -f backups/` restores no data, `pg_restore`
refuses a plain dump, and the script that the page names was never written.
"""

from seatrial.model.practice import Level, Practice

PRACTICE = Practice(
    number=15,
    id="disaster-recovery",
    title="Disaster recovery",
    priority=Level.MEDIUM,
    effort=Level.LOW,
    impact=Level.HIGH,
    needs=(),
    reads=("docs",),
    drill="do each disaster to a copy, follow the page, measure the time and the lost data",
)
