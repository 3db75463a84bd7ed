"""Settings of managed databases that throw data away: no last snapshot, deletion allowed."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.data.databases import Database, Source, databases
from seatrial.kit.secrets.secrettypes import only_development
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.database_backups.backup import known
from seatrial.practices.database_backups.found import used
from seatrial.practices.database_backups.settings import Settings

_DELETION = (
    ("deletion_protection", False),
    ("deletion_protection_enabled", False),
    ("delete_protection_state", "DELETE_PROTECTION_DISABLED"),
    ("deletion_policy", "FORCE"),
    ("termination_protection_enabled", False),
)
"""Attribute, and the value with which a `destroy` takes the data."""


@check("database-backups/no-final-snapshot", severity=Severity.MEDIUM)
def no_final_snapshot(site: Site[Settings]) -> Iterator[Observation]:
    """A managed database leaves no snapshot behind when it is destroyed.

    Why: automatic backups go with the instance; after a wrong `destroy` or a replacement nothing
    is left to restore from.
    Fix: `skip_final_snapshot = false` with a `final_snapshot_identifier`.
    """
    for database in databases(site):
        for place, names in _set_to(site, database, "skip_final_snapshot", wrong=True):
            yield fault(
                place,
                f"{database.name} leaves no final snapshot when it is destroyed",
                environments=names,
                severity=_weight(site, database, names),
            )


@check("database-backups/deletion-allowed", severity=Severity.MEDIUM)
def deletion_allowed(site: Site[Settings]) -> Iterator[Observation]:
    """A managed database may be deleted by one command.

    Why: a renamed resource or a wrong workspace is enough for `apply` to destroy it.
    Fix: `deletion_protection = true` (and `prevent_destroy`), taken away only to delete for real.
    """
    for database in databases(site):
        for name, wrong in _DELETION:
            for place, names in _set_to(site, database, name, wrong=wrong):
                yield fault(
                    place,
                    f"{database.name} is not protected from deletion",
                    environments=names,
                    severity=_weight(site, database, names),
                )


def _weight(site: Site[Settings], database: Database, names: tuple[str, ...]) -> Severity | None:
    grave = {*site.production, "production"}
    return Severity.HIGH if grave & {*names, *database.environments} else None


def _set_to(
    site: Site[Settings], database: Database, name: str, *, wrong: bool | str
) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """Lines that give an attribute a value, with the environments beyond development."""
    block, module = database.block, database.module
    if block is None or module is None or database.source is not Source.MANAGED:
        return
    asked = tuple(e.name for e in site.environments if e.tier in site.settings.required_in)
    if only_development(database.environments):
        return
    if database.environments:
        here = known(site, database.environments)
        asked = tuple(name for name in asked if name in here)
        if here and not asked:
            return
    for inner in block.walk():
        written = inner.attr(name)
        if written is None:
            continue
        if written.is_literal or not asked:
            if module.resolve(written) == wrong:
                yield written.place, asked
            continue
        names = tuple(e for e in asked if module.resolve(written, environment=e) == wrong)
        if names:
            yield written.place, names


@check("database-backups/same-account", severity=Severity.LOW, fix="manual")
def same_account(site: Site[Settings]) -> Iterator[Observation]:
    """Backups lie in the account of the database.

    Why: whoever deletes or locks the account takes both.
    Fix: copy them to a second account or region (`aws_backup_plan` with `copy_action`).
    """
    managed = [b for b in used(site) if b.database and b.database.source is Source.MANAGED]
    if managed and not _copies(site):
        yield fault(
            managed[0].place,
            f"backups of {len(managed)} managed database{'s' * (len(managed) > 1)} have no copy in"
            " another account or region",
            environments=known(site, managed[0].environments),
        )


def _copies(site: Site[Settings]) -> bool:
    for module in site.repo.terraform.modules:
        if module.resources("aws_db_instance_automated_backups_replication"):
            return True
        for block in module.resources("aws_backup_plan"):
            if any(inner.type == "copy_action" for inner in block.walk()):
                return True
    return False
