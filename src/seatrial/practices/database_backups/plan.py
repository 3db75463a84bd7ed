"""Writes backups for every database that has none, where the database itself is written down.

In a chart: `templates/<name>-backup.yaml` with its scripts in `files/backups/`, switched on in the
values of the environments that need it; plain manifests get a file beside the database's. A CronJob
dumps with the server's own tools, a second container encrypts and hands the dump to an object
storage (restic); every night the newest one is restored into a scratch server and compared table by
table. `database-backups.tf` makes the bucket in another region with its key and Secret; alerts on
age come with tests. CloudNativePG gets a ScheduledBackup with a store, a cloud's own database days
of retention. A script that documents name and that is not there is written.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.data.databases import Database, Source, databases
from seatrial.kit.planning.remains import remains
from seatrial.kit.site import Site
from seatrial.model.change import Leave, Wish
from seatrial.model.place import Place
from seatrial.practices.database_backups import audit
from seatrial.practices.database_backups.backup import lacking_in
from seatrial.practices.database_backups.bucket import bucket
from seatrial.practices.database_backups.cloudnative import cloudnative
from seatrial.practices.database_backups.clouds import clouds
from seatrial.practices.database_backups.cronjobs import of_chart, of_manifest
from seatrial.practices.database_backups.found import backups, used
from seatrial.practices.database_backups.managed import undecided
from seatrial.practices.database_backups.scripted import scripted
from seatrial.practices.database_backups.settings import Settings
from seatrial.practices.database_backups.stored import Stored, stored
from seatrial.practices.database_backups.watching import watching


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """What is missing until every database can be brought back."""
    made: list[tuple[Stored, tuple[str, ...]]] = []
    for database, names in lacking(site):
        one = stored(site, database)
        if isinstance(one, str):
            yield Leave(one, database.place)
            continue
        made.append((one, names))
        yield from _one(site, one, names)
    mended: set[Place] = set()
    yield from cloudnative(site, mended)
    yield from clouds(site, mended)
    if made:
        yield from bucket(site, made)
    yield from watching(site, [one for one, _ in made])
    yield from scripted(site, [one for one, _ in made])
    yield from _remaining(site, mended)


def _remaining(site: Site[Settings], mended: set[Place]) -> Iterator[Leave]:
    """What no edit takes away, of the backups that are here already."""
    yield from remains(
        site,
        audit.unencrypted,
        audit.hidden_failure,
        audit.missing_tool,
        audit.unmounted_path,
        audit.no_password,
        audit.unreadable_dump,
        audit.lost_on_restart,
    )
    if used(site):
        yield from remains(site, audit.never_restored)
    if any(database.source is Source.MANAGED for database in databases(site)):
        yield from remains(site, audit.unwatched)
    for left in remains(
        site,
        audit.in_the_cluster,
        audit.no_retention,
        audit.no_final_snapshot,
        audit.deletion_allowed,
    ):
        if left.place not in mended:
            yield left


def lacking(site: Site[Settings]) -> Iterator[tuple[Database, tuple[str, ...]]]:
    """Databases in the cluster without a backup, with the environments that lack one."""
    needed = [e.name for e in site.environments if e.tier in site.settings.required_in]
    for database in databases(site):
        if database.source in {Source.MANAGED, Source.OPERATOR} or undecided(database):
            continue
        own = [backup for backup in backups(site) if backup.covers(database)]
        names = lacking_in(database, own) if own else database.environments
        if own and not names:
            continue
        asked = tuple(name for name in names if name in needed)
        if asked or not names:
            yield database, asked or tuple(needed)


def _one(site: Site[Settings], one: Stored, names: tuple[str, ...]) -> Iterator[Wish]:
    chart = one.manifest.chart
    if chart is not None:
        yield from of_chart(site, one, chart, names)
    else:
        yield from of_manifest(site, one)
    if not one.has_password:
        yield Leave(
            f"put PGUSER and PGPASSWORD of {one.manifest.name} into the Secret database-backups:"
            " its own file does not say where its password comes from",
            one.manifest.place(),
        )
