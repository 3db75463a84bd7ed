"""Whether every database is backed up, and whether the backup would help."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.data.databases import Database, clients, databases
from seatrial.kit.platform.joined import joined
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Reach, Severity, fault, met, unknown
from seatrial.model.practice import check
from seatrial.practices.database_backups.backup import known, lacking_in
from seatrial.practices.database_backups.found import backups, used
from seatrial.practices.database_backups.hazards import (
    deletion_allowed,
    no_final_snapshot,
    same_account,
)
from seatrial.practices.database_backups.losses import kept_at, lost_on_restart
from seatrial.practices.database_backups.managed import switched_off, undecided
from seatrial.practices.database_backups.restores import restores, watches
from seatrial.practices.database_backups.settings import Settings
from seatrial.practices.database_backups.traps import (
    hidden_failure,
    missing_script,
    missing_tool,
    no_password,
    unmounted_path,
    unreadable_dump,
)

__all__ = [
    "deletion_allowed",
    "hidden_failure",
    "lost_on_restart",
    "missing_script",
    "missing_tool",
    "no_final_snapshot",
    "no_password",
    "not_applicable",
    "same_account",
    "unmounted_path",
    "unreadable_dump",
]


def not_applicable(site: Site[Settings]) -> str:
    """No database: nothing that would be lost (a cache is none)."""
    if databases(site) or (clients(site) and runs_for_somebody(site)):
        return ""
    return "no database is declared or used here"


@check("database-backups/no-backup", severity=Severity.CRITICAL, requirement=True)
def no_backup(site: Site[Settings]) -> Iterator[Observation]:
    """A database is never backed up.

    Why: one wrong statement, one broken volume, and everything that customers entrusted is gone.
    Fix: `seatrial apply database-backups` adds a job (or the operator's or cloud's own backup)
    with encryption, retention and an alert on age.
    """
    yield from joined(_no_backup(site))


def _no_backup(site: Site[Settings]) -> Iterator[Observation]:
    found = databases(site)
    said: set[tuple[str, tuple[str, ...]]] = set()
    for database in sorted(found, key=lambda one: len(one.place.path)):
        own = [backup for backup in backups(site) if backup.covers(database)]
        for backup in own:
            environments = backup.environments or database.environments
            yield met(backup.place, backup.what, environments=known(site, environments))
        lacking = lacking_in(database, own)
        if not own and undecided(database):
            yield _decided_elsewhere(database)
        elif (not own or lacking) and (database.name, lacking) not in said:
            said.add((database.name, lacking))
            yield fault(
                switched_off(database) or database.place,
                f"{database.name} ({database.engine}) is not backed up",
                environments=lacking,
                related=kept_at(site, database),
            )
    if not found:
        name, place = clients(site)[0]
        yield unknown(
            f"the application keeps its data in a database ({name}) that is declared somewhere"
            " else: it cannot be seen whether it is backed up",
            reach=Reach.ELSEWHERE,
            credential="the repository of its infrastructure",
            place=place,
        )


def _decided_elsewhere(database: Database) -> Observation:
    source = undecided(database)
    return unknown(
        f"{database.name} is made by {source}, which decides on its backups: it cannot be seen"
        " whether there are any",
        reach=Reach.ELSEWHERE,
        credential=f"a checkout of {source}",
        place=database.place,
        environments=database.environments,
    )


@check("database-backups/in-the-cluster", severity=Severity.HIGH, requirement=True)
def in_the_cluster(site: Site[Settings]) -> Iterator[Observation]:
    """A backup stays in the cluster of its database.

    Why: what takes the cluster takes the backup too.
    Fix: hand it to an object storage outside, with credentials that cannot delete.
    """
    yield from joined(_in_the_cluster(site))


def _in_the_cluster(site: Site[Settings]) -> Iterator[Observation]:
    for backup in used(site):
        if backup.off_cluster is False and not backup.weak:
            yield fault(
                backup.place,
                f"{backup.what}, but the copy stays in the cluster",
                environments=known(site, backup.environments),
            )
        for reason in backup.weak:
            yield fault(
                backup.place,
                f"{backup.what}, but {reason}",
                environments=known(site, backup.environments),
            )


@check("database-backups/no-retention", severity=Severity.MEDIUM, requirement=True)
def no_retention(site: Site[Settings]) -> Iterator[Observation]:
    """Nothing says how long backups are kept.

    Why: without an end the storage fills and the bill grows; with a short one, yesterday's
    corruption has already replaced the last good copy.
    Fix: keep daily, weekly and monthly ones, and never the newest verified one less.
    """
    yield from joined(_no_retention(site))


def _no_retention(site: Site[Settings]) -> Iterator[Observation]:
    for backup in used(site):
        environments = known(site, backup.environments)
        days = backup.retention.partition(" ")[0]
        if not backup.retention:
            yield fault(
                backup.place,
                f"{backup.what}; nothing says how long backups are kept",
                environments=environments,
            )
        elif days.isdigit() and int(days) < site.settings.retention_days:
            yield fault(
                backup.place,
                f"{backup.what}, which is less than {site.settings.retention_days} days",
                environments=environments,
            )


@check("database-backups/unencrypted", severity=Severity.MEDIUM, requirement=True)
def unencrypted(site: Site[Settings]) -> Iterator[Observation]:
    """A backup is not encrypted.

    Why: it holds everything that the database holds, and is copied more often.
    Fix: encrypt the dump for several recipients (age), or switch on the storage's encryption.
    """
    yield from joined(_unencrypted(site))


def _unencrypted(site: Site[Settings]) -> Iterator[Observation]:
    for backup in used(site):
        if backup.encrypted is False:
            yield fault(
                backup.place,
                f"{backup.what}, but its storage is not encrypted",
                environments=known(site, backup.environments),
            )


@check("database-backups/unwatched", severity=Severity.MEDIUM, requirement=True)
def unwatched(site: Site[Settings]) -> Iterator[Observation]:
    """Nobody hears when a backup is missing.

    Why: backups stop quietly (a full disk, a new password), and it is noticed on the day of need.
    Fix: an alert on the age of the last success, or a ping to a dead man's switch.
    """
    yield from joined(_unwatched(site))


def _unwatched(site: Site[Settings]) -> Iterator[Observation]:
    in_use = used(site)
    found = watches(site)
    for what, place, environments in found:
        yield met(place, what, environments=known(site, environments))
    if in_use and not found:
        yield fault(
            in_use[0].place,
            "nothing watches the age of backups",
            environments=known(site, in_use[0].environments),
        )


@check("database-backups/never-restored", severity=Severity.MEDIUM, fix="backup")
def never_restored(site: Site[Settings]) -> Iterator[Observation]:
    """No backup is ever restored.

    Why: only a restore shows that there is something in the file, and how long it takes.
    Fix: `seatrial backup verify --restore` on a schedule; `seatrial prove database-backups` now.
    """
    yield from joined(_never_restored(site))


def _never_restored(site: Site[Settings]) -> Iterator[Observation]:
    in_use = used(site)
    found = restores(site)
    for what, place, environments in found if in_use else ():
        yield met(place, what, environments=known(site, environments))
    if in_use and not found:
        yield fault(
            in_use[0].place, "no backup is restored on a schedule, so none is known to be good"
        )
