"""Backups that a cloud makes of its databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databases import Database, Source, databases
from seatrial.kit.data.databasetypes import module_package, module_provider
from seatrial.kit.data.terraformruns import used_modules
from seatrial.kit.site import Site
from seatrial.model.place import Place
from seatrial.practices.database_backups.backup import Backup
from seatrial.repo.infrastructure.hcl import Block, Expression
from seatrial.repo.infrastructure.hclunknown import UNRESOLVED, Value
from seatrial.repo.infrastructure.tfmodules import Module

_DAYS: Final[dict[str, tuple[str, int]]] = {
    "aws_db_instance": ("backup_retention_period", 0),
    "aws_rds_cluster": ("backup_retention_period", 1),
    "aws_docdb_cluster": ("backup_retention_period", 1),
    "aws_neptune_cluster": ("backup_retention_period", 1),
    "azurerm_postgresql_server": ("backup_retention_days", 7),
    "azurerm_postgresql_flexible_server": ("backup_retention_days", 7),
    "azurerm_mysql_flexible_server": ("backup_retention_days", 7),
    "terraform-aws-modules/rds/aws": ("backup_retention_period", 0),
    "terraform-aws-modules/rds-aurora/aws": ("backup_retention_period", 1),
    "cloudposse/rds/aws": ("backup_retention_period", 0),
    "cloudposse/rds-cluster/aws": ("retention_period", 5),
}
"""Attribute with the days that backups are kept, and what the provider takes without it."""
_MODULE_DAYS: Final = (
    "backup_retention_period",
    "backup_retention_days",
    "retention_period",
    "backup_retention",
    "db_backup_retention_period",
)
_MODULE_SWITCHES: Final = (
    "point_in_time_recovery_enabled",
    "enable_point_in_time_recovery",
    "point_in_time_recovery",
    "enable_pitr",
    "cloud_backup",
    "backup_enabled",
    "backups_enabled",
    "enable_backup",
)
"""Inputs of published modules, as their authors call them."""
_ALWAYS: Final = {
    "linode_database_postgresql": "Linode takes a backup every day",
    "linode_database_postgresql_v2": "Linode takes a backup every day",
    "linode_database_mysql": "Linode takes a backup every day",
    "linode_database_mysql_v2": "Linode takes a backup every day",
    "digitalocean_database_cluster": "DigitalOcean takes a backup every day",
    "google_alloydb_cluster": "AlloyDB keeps a continuous backup",
    "azurerm_mssql_database": "Azure keeps backups for a point-in-time restore",
    "azurerm_cosmosdb_account": "Azure takes a backup every four hours",
    "scaleway_rdb_instance": "Scaleway takes a backup every day",
    "ovh_cloud_project_database": "OVHcloud takes a backup every day",
    "supabase_project": "Supabase takes a backup every day",
    "neon_project": "Neon keeps a history for a point-in-time restore",
}
_PLANS: Final = frozenset(
    {
        "aws_backup_plan",
        "aws_dlm_lifecycle_policy",
        "google_gke_backup_backup_plan",
        "google_firestore_backup_schedule",
        "google_spanner_backup_schedule",
        "azurerm_data_protection_backup_instance_postgresql_flexible_server",
        "azurerm_data_protection_backup_instance_disk",
        "azurerm_data_protection_backup_instance_kubernetes_cluster",
        "mongodbatlas_cloud_backup_schedule",
    }
)


def of_clouds(site: Site[object]) -> Iterator[Backup]:
    """Backups of managed databases, and plans that back up many things."""
    for database in databases(site):
        if database.source is Source.MANAGED and database.block and database.module:
            found = _of_block(database, database.block, database.module)
            if found:
                yield found
    for module in used_modules(site):
        for block in module.resources():
            if block.labels and block.labels[0] in _PLANS:
                yield Backup(
                    f"{block.address} backs up on a schedule",
                    block.place,
                    off_cluster=True,
                    encrypted=True,
                    retention=_kept(block),
                )


def _kept(block: Block) -> str:
    words = ("delete_after", "retention", "retain", "backup_retain_days", "retention_rule")
    for inner in block.walk():
        if inner.type in {"lifecycle", "retain_rule", "retention_policy"} or any(
            word in name for name in inner.attributes for word in words
        ):
            return "as the plan says"
    return ""


def switched_off(database: Database) -> Place | None:
    """The line that switches backups off; None when nothing says so in words."""
    block, module = database.block, database.module
    if block is None or module is None:
        return None
    kind = _kind(block)
    written = _switch(block, kind) or _days(block, kind)
    # False is 0 as well.
    return written.place if written is not None and module.resolve(written) == 0 else None


def undecided(database: Database) -> str:
    """Source of a published module that decides on backups by itself; empty for anything else."""
    block = database.block
    if block is None or block.type != "module":
        return ""
    kind = _kind(block)
    if _switch(block, kind) or _days(block, kind) or kind in _DAYS or _off_by_default(kind):
        return ""
    return "" if module_provider(kind).startswith("azure") else kind


def days_attribute(block: Block) -> tuple[str, int]:
    """Attribute with the days that backups are kept, and what counts without it; or empty."""
    kind = _kind(block)
    if kind in _DAYS:
        return _DAYS[kind]
    if block.type == "module":
        return next(((name, 0) for name in _MODULE_DAYS if block.attr(name)), ("", 0))
    return "", 0


def switch_of(block: Block) -> Expression | None:
    """The attribute that switches backups on, where one is written."""
    return _switch(block, _kind(block))


def _off_by_default(kind: str) -> bool:
    return kind.endswith("sql-db/google") or kind == "terraform-aws-modules/dynamodb-table/aws"


def _days(block: Block, kind: str) -> Expression | None:
    names = (_DAYS[kind][0],) if kind in _DAYS else ()
    names = (*names, *_MODULE_DAYS) if block.type == "module" else names
    return next((found for name in names if (found := block.attr(name))), None)


def _of_block(database: Database, block: Block, module: Module) -> Backup | None:
    kind = _kind(block)
    if kind in _DAYS or _days(block, kind):
        return _by_days(database, block, module, kind)
    if kind in _ALWAYS:
        off = block.attr("disable_backup")
        if off is not None and module.resolve(off) is True:
            return None
        return _backup(
            database,
            f"{block.address}: {_ALWAYS[kind]}",
            block,
            encrypted=True,
            retention="by the service",
        )
    if block.type == "module" and module_provider(kind).startswith("azure"):
        what = f"{block.address}: Azure keeps backups for a point-in-time restore"
        return _backup(database, what, block, encrypted=True, retention="by the service")
    switch = _switch(block, kind)
    value = module.resolve(switch) if switch is not None else None
    if switch is None or value is False:
        return None
    what = f"{block.address} has backups switched on"
    return _backup(database, what, block, encrypted=True, retention="by the service")


def _kind(block: Block) -> str:
    if block.type == "resource":
        return block.labels[0] if block.labels else ""
    source = block.attr("source")
    return module_package(source.text.strip('"')) if source else ""


def _switch(block: Block, kind: str) -> Expression | None:
    """The attribute that switches backups on where they are off by default."""
    if kind == "aws_dynamodb_table":
        recovery = block.child("point_in_time_recovery")
        return recovery.attr("enabled") if recovery else None
    if kind == "google_sql_database_instance":
        settings = block.child("settings")
        configuration = settings.child("backup_configuration") if settings else None
        return configuration.attr("enabled") if configuration else None
    if block.type == "module":
        written = block.attr("backup_configuration")
        if written:
            return written.get("enabled")
        return next((found for name in _MODULE_SWITCHES if (found := block.attr(name))), None)
    if kind.startswith("mongodbatlas"):
        return block.attr("cloud_backup") or block.attr("backup_enabled")
    if kind == "google_firestore_database":
        return block.attr("point_in_time_recovery_enablement")
    return None


def _by_days(database: Database, block: Block, module: Module, kind: str) -> Backup | None:
    default = _DAYS[kind][1] if kind in _DAYS else 0
    written = _days(block, kind)
    value: Value = module.resolve(written) if written is not None else default
    days = default if value is None else value
    if days == 0:
        return None
    known = isinstance(days, int)
    kept = f"{days} day{'s' * (days != 1)}" if known else "as a variable says"
    if written is None and block.type == "module":
        # The default differs between releases of the module; it is never off.
        kept = "as its module decides"
    what = f"{block.address} is backed up by its cloud (kept {kept})"
    encrypted = _encrypted(block, module, kind)
    return _backup(database, what, block, encrypted=encrypted, retention=kept)


def _encrypted(block: Block, module: Module, kind: str) -> bool | None:
    if kind.startswith("azurerm"):
        return True
    written = block.attr("storage_encrypted")
    if written is None:
        # Both modules switch encryption on; the plain resources leave it off.
        return True if kind.startswith("terraform-aws-modules") else None if "/" in kind else False
    value = module.resolve(written)
    return None if value is UNRESOLVED else value is True


def _backup(
    database: Database, what: str, block: Block, *, encrypted: bool | None, retention: str
) -> Backup:
    return Backup(
        what,
        block.place,
        database.engine,
        database,
        database.environments,
        off_cluster=True,
        encrypted=encrypted,
        retention=retention,
    )
