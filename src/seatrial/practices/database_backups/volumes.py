"""Backups of whole volumes and namespaces: Velero, snapshots, replication."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databases import Database, Source, databases
from seatrial.kit.data.terraformruns import used_modules
from seatrial.kit.site import Site
from seatrial.practices.database_backups.backup import Backup
from seatrial.repo.kubernetes.manifests import Manifest

_SCHEDULES: Final = {
    ("velero.io", "Schedule"): ("schedule",),
    ("k8up.io", "Schedule"): ("backup",),
    ("longhorn.io", "RecurringJob"): ("cron",),
    ("volsync.backube", "ReplicationSource"): ("trigger",),
    ("stash.appscode.com", "BackupConfiguration"): ("schedule",),
    ("core.kubestash.com", "BackupConfiguration"): ("sessions",),
    ("config.kio.kasten.io", "Policy"): ("frequency",),
    ("snapscheduler.backube", "SnapshotSchedule"): ("schedule",),
    ("k8s.mariadb.com", "Backup"): ("schedule",),
    ("k8s.mariadb.com", "PhysicalBackup"): ("schedule",),
    ("k8s.mariadb.com", "ScheduledBackup"): ("schedule",),
    ("medusa.k8ssandra.io", "MedusaBackupSchedule"): ("cronSchedule",),
    ("gemini.fairwinds.com", "SnapshotGroup"): ("schedule",),
}
"""(API group, kind) -> what its spec must hold so that it runs by itself."""
_IN_CLUSTER: Final = frozenset({"SnapshotSchedule", "SnapshotGroup"})
_SERVERS: Final = {
    "linode_instance": "backups_enabled",
    "digitalocean_droplet": "backups",
    "hcloud_server": "backups",
    "vultr_instance": "backups",
}


def of_volumes(site: Site[object]) -> Iterator[Backup]:
    """Backups that take volumes whole; they serve databases that run in the cluster."""
    in_cluster = [d for d in databases(site) if d.source is not Source.MANAGED]
    for manifest in site.repo.manifests:
        group = manifest.api_version.partition("/")[0]
        needed = _SCHEDULES.get((group, manifest.kind))
        spec = manifest.node.at("spec")
        if not needed or not spec.at(*needed):
            continue
        if spec.at("paused").value is True or spec.at("suspend").value is True:
            continue
        if manifest.kind == "RecurringJob" and spec.at("task").text not in {"backup", "snapshot"}:
            continue
        for database in in_cluster:
            if _includes(manifest, database):
                yield _of(manifest, database)
    yield from _of_servers(site, in_cluster)


def _includes(manifest: Manifest, database: Database) -> bool:
    own_environments, others = set(manifest.environments), set(database.environments)
    if own_environments and others and not own_environments & others:
        return False
    template = manifest.node.at("spec", "template")
    namespaces = {n.text for n in template.at("includedNamespaces").items()}
    own = database.manifest.namespace if database.manifest else ""
    if namespaces and own and "*" not in namespaces and own not in namespaces:
        return False
    excluded = {n.text for n in template.at("excludedNamespaces").items()}
    off = template.at("snapshotVolumes").value is False
    moved = template.at("defaultVolumesToFsBackup").value is True
    return own not in excluded and (moved or not off)


def _of(manifest: Manifest, database: Database) -> Backup:
    spec = manifest.node.at("spec")
    kept = spec.at("template", "ttl").text or spec.at("retain").text
    kept = kept or ("as it says" if spec.at("prune") or spec.at("retention") else "")
    if manifest.kind == "Schedule" and manifest.group == "velero.io":
        kept = kept or "30 days"
    snapshot = manifest.kind == "RecurringJob" and spec.at("task").text == "snapshot"
    return Backup(
        f"{manifest.kind}/{manifest.name} backs up the volume of {database.name}",
        manifest.place(),
        database.engine,
        database,
        manifest.environments,
        off_cluster=manifest.kind not in _IN_CLUSTER and not snapshot,
        retention=kept,
    )


def _of_servers(site: Site[object], in_cluster: list[Database]) -> Iterator[Backup]:
    for module in used_modules(site):
        for label, attribute in _SERVERS.items():
            for block in module.resources(label):
                flag = block.attr(attribute)
                if flag is None or module.resolve(flag) is not True:
                    continue
                for database in in_cluster:
                    if database.source is Source.COMPOSE:
                        yield Backup(
                            f"{block.address} is backed up whole",
                            flag.place,
                            database.engine,
                            database,
                            off_cluster=True,
                            retention="by the service",
                        )
