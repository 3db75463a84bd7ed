"""A lost or corrupted database comes back, as of a known moment, in a known time.

Every database outside development is backed up automatically, encrypted, off the cluster, with a
retention, watched for age, and restored regularly. Volume snapshots, the backups of a managed
service, an operator's ScheduledBackup and a CronJob that really dumps count alike; a backup that
was never restored is a hope. A cache needs none; SQLite on a volume does.

The usual snippet has its own traps: a dump in a pipe hides its failure, the database's image has
no client of the object storage, nothing is mounted where the file is written, no password is
passed, a plain dump cannot be read by `pg_restore`, and a backup in the same account dies with it.
"""

from seatrial.model.practice import Level, Practice
from seatrial.systems.linode.facts import BACKUPS
from seatrial.systems.objects.facts import BACKUP_BUCKET

PRACTICE = Practice(
    number=8,
    id="database-backups",
    title="Database backups",
    priority=Level.HIGH,
    effort=Level.LOW,
    impact=Level.CRITICAL,
    needs=(BACKUP_BUCKET, BACKUPS),
    reads=("workflows", "kubernetes", "terraform"),
    drill="back up under write load, restore beside it, compare every table, time both",
)
