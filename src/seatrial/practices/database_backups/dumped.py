"""Dumping jobs as backups: whether they leave the cluster, how long they stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.site import Site
from seatrial.practices.database_backups.backup import Backup
from seatrial.practices.database_backups.dumps import UPLOADERS, Dump, dumping, dumps, script_of
from seatrial.repo.commands import shell
from seatrial.repo.kubernetes.manifests import Manifest

_REMOTE_DUMPERS: Final = frozenset("wal-g wal-e barman-cloud-backup litestream medusa".split())
_ENCRYPTERS: Final = frozenset("gpg age openssl restic borg kopia pgbackrest sops seatrial".split())
_REMOTE: Final = ("s3:", "b2:", "gs:", "azure:", "rclone:", "sftp:", "rest:", "swift:")
_REPOSITORY: Final = "RESTIC_REPOSITORY"
_FORGETS: Final = frozenset({"forget", "prune", "expire"})


def of_dumps(site: Site[object]) -> Iterator[Backup]:
    """Dumping jobs as backups."""
    for dump in dumps(site):
        found = dumping(dump.commands)
        program = found.program if found else "a dump"
        yield Backup(
            f"{dump.name} dumps with {program}",
            dump.place,
            dump.engine,
            environments=dump.environments,
            off_cluster=is_uploaded(dump),
            encrypted=is_encrypted(dump),
            retention=retention_of(site, dump),
        )


def is_uploaded(dump: Dump) -> bool:
    """True when the job itself hands the dump to a storage outside."""
    if dump.manifest is None:
        return True
    commands = (*dump.commands, *dump.beside)
    if any(c.program in UPLOADERS | _REMOTE_DUMPERS for c in commands):
        return True
    if any(prefix in word for c in commands for word in c.argv for prefix in _REMOTE):
        return True
    return any(w.startswith(_REMOTE) for w in _repositories(dump))


def _repositories(dump: Dump) -> Iterator[str]:
    """Where restic keeps its copies, as the script or the pod's variables say."""
    for line in f"{dump.script}\n{dump.beside_text}".splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and name == _REPOSITORY:
            yield value.strip("\"'")
    for container in (
        (dump.manifest.init_containers + dump.manifest.containers) if dump.manifest else ()
    ):
        for variable in container.at("env").items():
            if variable.at("name").text == _REPOSITORY:
                yield variable.at("value").text


def is_encrypted(dump: Dump) -> bool | None:
    """True when the dump is encrypted on its way; None when the store may do it."""
    commands = (*dump.commands, *dump.beside)
    if any(c.program in _ENCRYPTERS for c in commands):
        return True
    if "--sse" in dump.script or "--server-side-encryption" in dump.script:
        return True
    # Every S3 bucket encrypts at rest since 2023; other stores do as well.
    return True if any(c.starts("aws", "s3") for c in commands) else None


def retention_of(site: Site[object], dump: Dump) -> str:
    """How long dumps are kept, as far as the job or the bucket says; empty when nothing does."""
    words = ("-mtime", "-delete", "forget", "prune", "--keep", "--min-age", "retain", "RETENTION")
    text = f"{dump.script}\n{dump.beside_text}"
    if any(word in text for word in (*words, "KEEP_DAYS", "s3 rm")):
        return "as the job says"
    if any(_cleans(site, manifest) for manifest in site.repo.manifests):
        return "as a job of its own says"
    for module in site.repo.terraform.modules:
        for label in ("aws_s3_bucket_lifecycle_configuration", "linode_object_storage_bucket"):
            for block in module.resources(label):
                if label.startswith("aws") or block.child("lifecycle_rule"):
                    return "as the bucket's lifecycle says"
        if any(b.child("lifecycle_rule") for b in module.resources("google_storage_bucket")):
            return "as the bucket's lifecycle says"
    return ""


def _cleans(site: Site[object], manifest: Manifest) -> bool:
    """True for a CronJob that forgets old backups by a tool's own rules."""
    if manifest.kind != "CronJob" or manifest.node.at("spec", "suspend").value is True:
        return False
    for container in manifest.containers:
        for command in shell.parse(script_of(site, manifest, container)).commands:
            if command.program in {"restic", "borg", "kopia"} and _FORGETS & set(command.words):
                return True
    return False
