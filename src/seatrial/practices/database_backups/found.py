"""All backups that the repositories hold, and those that some database has."""

from __future__ import annotations

from seatrial.kit.data.databases import databases
from seatrial.kit.site import Site, once
from seatrial.practices.database_backups.backup import Backup
from seatrial.practices.database_backups.dumped import of_dumps
from seatrial.practices.database_backups.images import of_images
from seatrial.practices.database_backups.managed import of_clouds
from seatrial.practices.database_backups.operators import of_operators
from seatrial.practices.database_backups.volumes import of_volumes


@once
def backups(site: Site[object]) -> tuple[Backup, ...]:
    """Everything that backs up a database on its own."""
    return (
        *of_clouds(site),
        *of_operators(site),
        *of_volumes(site),
        *of_dumps(site),
        *of_images(site),
    )


def used(site: Site[object]) -> list[Backup]:
    """Backups of databases that are here."""
    found = databases(site)
    return [b for b in backups(site) if any(b.covers(database) for database in found)]
