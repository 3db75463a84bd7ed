"""Clusters of CloudNativePG: a store for backups and write-ahead log, and a schedule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databases import Database, Source, databases
from seatrial.kit.planning.addonobjects import beside
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import Block, SetKey
from seatrial.model.place import Place
from seatrial.practices.database_backups.cronjobs import SECRET
from seatrial.practices.database_backups.settings import Settings
from seatrial.repo.kubernetes.manifests import Manifest

_GROUP: Final = "postgresql.cnpg.io/"


def clusters(site: Site[Settings]) -> Iterator[tuple[Database, Manifest]]:
    """Clusters whose backups have no store or no schedule."""
    for database in databases(site):
        manifest = database.manifest
        if database.source is not Source.OPERATOR or manifest is None:
            continue
        if manifest.api_version.startswith(_GROUP) and (
            not _has_store(manifest) or not _is_scheduled(site, manifest)
        ):
            tiers = {e.name: e.tier for e in site.environments}
            names = [n for n in database.environments if n in tiers]
            if not names or any(tiers[n] in site.settings.required_in for n in names):
                yield database, manifest


def cloudnative(site: Site[Settings], mended: set[Place]) -> Iterator[Wish]:
    """Yield the store in the user's Cluster, and a ScheduledBackup beside it.

    Args:
        site: the site.
        mended: gets the places of the backups that had no store.
    """
    for database, manifest in clusters(site):
        if manifest.source != "file":
            yield Leave(
                f"give {database.name} a store for backups: it is written by a template",
                database.place,
            )
            continue
        if not _has_store(manifest):
            yield _store(site, manifest)
            mended.update(m.place() for m in site.repo.manifests if _is_of(m, manifest))
            yield Leave(
                f"make the bucket {_bucket(manifest)} (its address as endpointURL in the backup of "
                f"{database.name} unless it is one of AWS) and the Secret {SECRET} beside the "
                "cluster with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
                database.place,
            )
        if not _is_scheduled(site, manifest):
            text = _SCHEDULED.format(
                name=manifest.name,
                namespace=f"\n  namespace: {manifest.namespace}" if manifest.namespace else "",
            )
            why = "a base backup each night; the write-ahead log follows by itself"
            yield from beside(manifest, f"{manifest.name}-backup", text, why)


def _bucket(manifest: Manifest) -> str:
    return f"{manifest.name}-database-backups"


def _has_store(manifest: Manifest) -> bool:
    spec = manifest.node.at("spec")
    backup = spec.at("backup")
    return bool(
        backup.at("barmanObjectStore") or backup.at("volumeSnapshot") or spec.at("plugins").items()
    )


def _is_scheduled(site: Site[Settings], manifest: Manifest) -> bool:
    return any(
        _is_of(other, manifest) and other.node.at("spec", "suspend").value is not True
        for other in site.repo.manifests
    )


def _is_of(other: Manifest, manifest: Manifest) -> bool:
    named = other.node.at("spec", "cluster", "name").text
    return other.kind == "ScheduledBackup" and named == manifest.name


def _store(site: Site[Settings], manifest: Manifest) -> Edit:
    documents = manifest.file.yaml.documents
    number = next((i for i, d in enumerate(documents) if d.line == manifest.node.line), 0)
    store = _STORE.format(bucket=_bucket(manifest), secret=SECRET)
    days = f"{site.settings.keep_days}d"
    edits = (
        SetKey(
            ("spec", "backup"), "barmanObjectStore", Block(store), replace=False, document=number
        ),
        SetKey(("spec", "backup"), "retentionPolicy", days, replace=False, document=number),
    )
    why = "backups and write-ahead log leave the cluster, encrypted, and end after a while"
    return Edit(manifest.file.root.name, manifest.file.path, edits, why, Risk.MEDIUM)


_STORE: Final = """\
destinationPath: s3://{bucket}/
s3Credentials:
  accessKeyId:
    name: {secret}
    key: AWS_ACCESS_KEY_ID
  secretAccessKey:
    name: {secret}
    key: AWS_SECRET_ACCESS_KEY
wal:
  compression: gzip
  encryption: AES256
data:
  compression: gzip
  encryption: AES256
"""
_SCHEDULED: Final = """\
apiVersion: postgresql.cnpg.io/v1
kind: ScheduledBackup
metadata:
  name: {name}-nightly{namespace}
spec:
  schedule: "0 13 2 * * *" # with seconds
  backupOwnerReference: self
  cluster:
    name: {name}
"""
