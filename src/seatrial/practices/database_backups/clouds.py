"""Databases of a cloud: days of retention, point-in-time recovery, no deletion by one command."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databases import Database, Source, databases
from seatrial.kit.secrets.secrettypes import only_development
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import AddBlock, FileEdit, SetAttribute
from seatrial.model.place import Place
from seatrial.practices.database_backups.found import backups
from seatrial.practices.database_backups.managed import days_attribute, switch_of, undecided
from seatrial.practices.database_backups.settings import Settings
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.infrastructure.tfmodules import Module

_PROTECTED: Final = {
    "aws_db_instance": "deletion_protection",
    "aws_rds_cluster": "deletion_protection",
    "aws_docdb_cluster": "deletion_protection",
    "aws_neptune_cluster": "deletion_protection",
}
_SWITCHED: Final = {
    "mongodbatlas_cluster": ("cloud_backup", "true"),
    "mongodbatlas_advanced_cluster": ("backup_enabled", "true"),
    "google_firestore_database": (
        "point_in_time_recovery_enablement",
        '"POINT_IN_TIME_RECOVERY_ENABLED"',
    ),
}


def clouds(site: Site[Settings], mended: set[Place]) -> Iterator[Wish]:
    """Yield edits of the Terraform of managed databases.

    Args:
        site: the site.
        mended: gets the places of the faults that the edits take away.
    """
    for database in databases(site):
        block, module = database.block, database.module
        if database.source is not Source.MANAGED or block is None or module is None:
            continue
        if only_development(database.environments):
            continue
        edits = tuple(_edits(site, database, block, module))
        if edits:
            mended.update(_mended(block, edits))
            why = f"{database.name} is kept for days, and no single command takes it away"
            yield Edit(module.root.name, block.place.path, edits, why, Risk.MEDIUM)
        elif not any(b.covers(database) for b in backups(site)) and not undecided(database):
            yield Leave(f"switch on the backups of {database.name}", database.place)


def _mended(block: Block, edits: tuple[FileEdit, ...]) -> Iterator[Place]:
    yield block.place
    for edit in edits:
        written = block.attr(edit.name) if isinstance(edit, SetAttribute) else None
        if written is not None:
            yield written.place


def _edits(
    site: Site[Settings], database: Database, block: Block, module: Module
) -> Iterator[FileEdit]:
    header = (_header(block),)
    kind = block.labels[0] if block.labels else ""
    yield from _days(site, block, module)
    covered = any(backup.covers(database) for backup in backups(site))
    switch = switch_of(block)
    if not covered and switch is not None and switch.is_literal:
        name = next((n for n, value in block.attributes.items() if value is switch), "")
        if name:
            yield SetAttribute(header, name, "true")
    elif not covered and kind in _SWITCHED:
        yield SetAttribute(header, *_SWITCHED[kind])
    elif not covered and kind == "aws_dynamodb_table":
        yield AddBlock(header, "point_in_time_recovery {\n  enabled = true\n}\n", replace=True)
    elif not covered and kind == "google_sql_database_instance" and block.child("settings"):
        text = "backup_configuration {\n  enabled = true\n}\n"
        yield AddBlock((*header, "settings"), text)
    yield from _kept(block, module, kind)


def _kept(block: Block, module: Module, kind: str) -> Iterator[FileEdit]:
    header = (_header(block),)
    written = block.attr("skip_final_snapshot")
    if written is not None and written.is_literal and module.resolve(written) is True:
        name = (block.labels[-1] if block.labels else "database").replace("_", "-")
        yield SetAttribute(header, "skip_final_snapshot", "false")
        key = (
            "final_snapshot_identifier_prefix"
            if block.type == "module"
            else ("final_snapshot_identifier")
        )
        yield SetAttribute(header, key, f'"{name}-final"', replace=False)
    for name in ("deletion_protection", "deletion_protection_enabled"):
        found = block.attr(name)
        if found is not None and found.is_literal and module.resolve(found) is False:
            yield SetAttribute(header, name, "true")
    if kind in _PROTECTED and block.attr(_PROTECTED[kind]) is None:
        yield SetAttribute(header, _PROTECTED[kind], "true")


def _days(site: Site[Settings], block: Block, module: Module) -> Iterator[FileEdit]:
    name, default = days_attribute(block)
    if not name:
        return
    written = block.attr(name)
    value = module.resolve(written) if written is not None else default
    changeable = written is None or written.is_literal
    changeable = changeable and (written is not None or block.type == "resource")
    if changeable and isinstance(value, int) and value < site.settings.retention_days:
        yield SetAttribute((_header(block),), name, str(site.settings.retention_days))


def _header(block: Block) -> str:
    return " ".join((block.type, *block.labels))
