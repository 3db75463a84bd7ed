"""One way in which databases are backed up, and what is known of it."""

from __future__ import annotations

from seatrial.kit.data.databases import Database
from seatrial.kit.site import Site
from seatrial.model.place import Place
from seatrial.model.struct import field, struct


@struct
class Backup:
    """Something that backs up databases on its own.

    Attributes:
        what: in the reader's words (`CronJob/backup dumps with pg_dump`).
        engine: engine that it can back up; empty for any (volumes, a backup plan).
        database: the one database that it belongs to; None when it may serve several.
        off_cluster: the copy outlives the cluster; None when the files do not tell.
        encrypted: None when the files do not tell.
        retention: how long it is kept, in words; empty when nothing says so.
        weak: what keeps it from being a sound backup, in words.
    """

    what: str
    place: Place
    engine: str = ""
    database: Database | None = None
    environments: tuple[str, ...] = ()
    off_cluster: bool | None = None
    encrypted: bool | None = None
    retention: str = ""
    weak: tuple[str, ...] = field(default=())

    def covers(self, database: Database) -> bool:
        """True when it can be the backup of a database."""
        if self.database is not None:
            return self.database == database
        same = not self.engine or self.engine in database.engine or database.engine in self.engine
        if not self.environments or not database.environments:
            return same
        return same and bool(set(self.environments) & set(database.environments))


def lacking_in(database: Database, own: list[Backup]) -> tuple[str, ...]:
    """Environments in which a database has none; empty when none is known to lack it."""
    if not database.environments or any(not backup.environments for backup in own):
        return database.environments if not own else ()
    covered = {name for backup in own for name in backup.environments}
    return tuple(name for name in database.environments if name not in covered)


def known(site: Site[object], names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of environments that the site really has."""
    return tuple(name for name in names if any(e.name == name for e in site.environments))
