"""Backups that database operators make in the cluster."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.data.databases import Database, Source, databases
from seatrial.kit.site import Site
from seatrial.practices.database_backups.backup import Backup
from seatrial.repo.kubernetes.manifests import Manifest


def of_operators(site: Site[object]) -> Iterator[Backup]:
    """Backups that database operators make on a schedule."""
    for database in databases(site):
        if database.manifest is not None and database.source is Source.OPERATOR:
            yield from _of_operator(site, database, database.manifest)


def _of_operator(site: Site[object], database: Database, manifest: Manifest) -> Iterator[Backup]:
    spec = manifest.node.at("spec")
    if manifest.kind == "Cluster":
        yield from _cnpg(site, database, manifest)
    elif manifest.kind == "postgresql" and spec.at("enableLogicalBackup").value is True:
        yield _operated(database, manifest, "enableLogicalBackup")
    elif manifest.kind == "PostgresCluster":
        for repo in spec.at("backups", "pgbackrest", "repos").items():
            if repo.at("schedules"):
                off = any(repo.has(store) for store in ("s3", "gcs", "azure"))
                kept = bool(spec.at("backups", "pgbackrest", "global"))
                yield _operated(database, manifest, "backups", off=off, kept=kept)
    elif manifest.kind.startswith("Percona"):
        if spec.at("backup", "schedule").items() or spec.at("backup", "tasks").items():
            kept = any(t.has("keep") for t in spec.at("backup", "schedule").items())
            yield _operated(database, manifest, "backup", off=True, kept=kept)
    elif manifest.kind == "SGCluster" and spec.at("configurations", "backups").items():
        yield _operated(database, manifest, "configurations", off=True, kept=True)


def _operated(
    database: Database, manifest: Manifest, field: str, *, off: bool = True, kept: bool = False
) -> Backup:
    return Backup(
        f"the operator backs up {database.name} on a schedule",
        manifest.place("spec", field),
        database.engine,
        database,
        manifest.environments,
        off_cluster=off,
        retention="as its backup settings say" if kept else "",
    )


def _cnpg(site: Site[object], database: Database, manifest: Manifest) -> Iterator[Backup]:
    backup = manifest.node.at("spec", "backup")
    plugins = manifest.node.at("spec", "plugins").items()
    store = bool(backup.at("barmanObjectStore")) or bool(plugins)
    kept = backup.at("retentionPolicy").text
    encryption = backup.at("barmanObjectStore", "data", "encryption").text
    for other in site.repo.manifests:
        if other.kind == "ObjectStore":
            kept = kept or other.node.at("spec", "retentionPolicy").text
            encryption = (
                encryption or other.node.at("spec", "configuration", "data", "encryption").text
            )
    for other in site.repo.manifests:
        if other.kind != "ScheduledBackup" or other.node.at("spec", "suspend").value is True:
            continue
        if other.node.at("spec", "cluster", "name").text != manifest.name:
            continue
        if not _share(other.environments, manifest.environments):
            continue
        volumes = other.node.at("spec", "method").text == "volumeSnapshot"
        yield Backup(
            f"ScheduledBackup/{other.name} backs up {database.name}",
            other.place(),
            database.engine,
            database,
            other.environments,
            off_cluster=store,
            encrypted=True if encryption or volumes else None,
            retention=kept,
            weak=() if store or volumes else ("its cluster names no store for backups",),
        )


def _share(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return not one or not other or bool(set(one) & set(other))
