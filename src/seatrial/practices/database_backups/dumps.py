"""Jobs that dump a database: CronJobs, scheduled workflows, backup containers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.practices.database_backups.backup import Backup
from seatrial.repo.commands import shell
from seatrial.repo.commands.shell import Command
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import Node

DUMPERS: Final = {
    "pg_dump": "postgresql",
    "pg_dumpall": "postgresql",
    "pg_basebackup": "postgresql",
    "pgbackrest": "postgresql",
    "wal-g": "",
    "wal-e": "postgresql",
    "barman": "postgresql",
    "barman-cloud-backup": "postgresql",
    "mysqldump": "mysql",
    "mysqlpump": "mysql",
    "mydumper": "mysql",
    "mariadb-dump": "mariadb",
    "mariabackup": "mariadb",
    "mariadb-backup": "mariadb",
    "xtrabackup": "mysql",
    "mongodump": "mongodb",
    "litestream": "sqlite",
    "clickhouse-backup": "clickhouse",
    "influxd": "influxdb",
    "cqlsh": "cassandra",
    "medusa": "cassandra",
    "neo4j-admin": "neo4j",
    "restic": "",
    "borg": "",
    "kopia": "",
    "seatrial": "",
}
"""Program -> engine that it dumps; empty where it copies files of any."""
_READS: Final[dict[str, tuple[str, ...]]] = {
    "restic": ("backup",),
    "borg": ("create",),
    "kopia": ("snapshot",),
    "seatrial": ("backup",),
    "pgbackrest": ("backup",),
    "wal-g": ("backup-push",),
    "barman": ("backup",),
    "litestream": ("replicate",),
    "clickhouse-backup": ("create",),
    "influxd": ("backup",),
    "medusa": ("backup",),
    "cqlsh": ("copy",),
    "neo4j-admin": ("dump", "backup", "database"),
}
UPLOADERS: Final = frozenset(
    "aws s3cmd rclone gsutil gcloud az azcopy mc mcli s5cmd b2 swift scp rsync obsutil ossutil"
    " ossutil64 linode-cli s4cmd sftp curl".split()
)
_REMOTE_DUMPERS: Final = frozenset("wal-g wal-e barman-cloud-backup litestream medusa".split())
_ENCRYPTERS: Final = frozenset("gpg age openssl restic borg kopia pgbackrest sops seatrial".split())


_FORGETS: Final = frozenset({"forget", "prune", "expire"})


@struct(eq=False)
class Dump:
    """A job that dumps, with what it runs.

    Attributes:
        commands: all commands of its script.
        script: their text, for what words alone cannot tell.
        place: of the first command that dumps.
        container: the container that runs it; None outside Kubernetes.
        manifest: the CronJob; None outside Kubernetes.
        beside: commands of the other containers of its pod, which work on what it leaves them.
        beside_text: their text.
    """

    name: str
    place: Place
    engine: str
    commands: tuple[Command, ...]
    script: str
    environments: tuple[str, ...] = ()
    container: Node | None = None
    manifest: Manifest | None = None
    pipefail: bool = False
    beside: tuple[Command, ...] = ()
    beside_text: str = ""


def dumping(commands: tuple[Command, ...]) -> Command | None:
    """The first command that dumps a database."""
    for command in commands:
        program = command.program
        if program in DUMPERS and not {"--version", "--help", "-V"} & set(command.argv):
            words = _READS.get(program)
            if words is None or set(words) & {word.lower() for word in command.words[:3]}:
                return command
        low = " ".join(command.argv).lower()
        if program == "sqlite3" and ".backup" in low:
            return command
    return None


@once
def dumps(site: Site[object]) -> tuple[Dump, ...]:
    """All jobs that dump on a schedule."""
    return (*_cron_jobs(site), *_workflows(site))


def _cron_jobs(site: Site[object]) -> Iterator[Dump]:
    for manifest in site.repo.manifests:
        if manifest.kind != "CronJob" or manifest.node.at("spec", "suspend").value is True:
            continue
        found = [
            (path, container, script_of(site, manifest, container))
            for path, container in _containers(manifest)
        ]
        for path, container, text in found:
            script = shell.parse(text)
            command = dumping(script.commands)
            others = "\n".join(t for _, other, t in found if other is not container)
            if command:
                yield Dump(
                    f"CronJob/{manifest.name}",
                    manifest.place(*path, "args" if container.has("args") else "command"),
                    DUMPERS.get(command.program, "sqlite"),
                    script.commands,
                    text,
                    manifest.environments,
                    container,
                    manifest,
                    script.pipefail,
                    shell.parse(others).commands,
                    others,
                )


def _containers(manifest: Manifest) -> Iterator[tuple[tuple[str | int, ...], Node]]:
    """Containers of a job's pods with the way to each; what an init container dumps counts too."""
    for key, found in (
        ("initContainers", manifest.init_containers),
        ("containers", manifest.containers),
    ):
        for index, container in enumerate(found):
            yield (*manifest.pod_path, key, index), container


def script_of(site: Site[object], manifest: Manifest, container: Node) -> str:
    """Text that a container runs; a script of a mounted ConfigMap is put in its place."""
    words = [n.text for key in ("command", "args") for n in container.at(key).listed()]
    text = "\n".join(words)
    scripts = [w.strip("\"'") for word in words for w in word.split() if "/" in w]
    for path in scripts:
        name = path.rpartition("/")[2]
        for other in site.repo.manifests:
            same = (
                not other.environments
                or not manifest.environments
                or bool(set(other.environments) & set(manifest.environments))
            )
            if other.kind == "ConfigMap" and same and other.node.at("data").has(name):
                return f"{text}\n{other.node.at('data', name).text}"
    shells = {"sh", "bash", "/bin/sh", "/bin/bash", "ash"}
    if words and words[0] in shells:
        flags = " ".join(w for w in words[1:] if w.startswith("-") and "c" in w)
        body = "\n".join(w for w in words[1:] if not w.startswith("-"))
        prefix = "set -o pipefail\n" if "pipefail" in " ".join(words[:-1]) else ""
        return prefix + body if flags or body else body
    return " ".join(f"'{w}'" if " " in w or "\n" in w else w for w in words)


def _workflows(site: Site[object]) -> Iterator[Dump]:
    for workflow in site.repo.workflows:
        if not workflow.trigger("schedule"):
            continue
        for job in workflow.jobs:
            if job.is_off:
                continue
            for step in job.all_steps:
                commands = site.repo.followed(step.commands, step.file)
                found = dumping(commands)
                if found:
                    everything = tuple(
                        c for s in job.all_steps for c in site.repo.followed(s.commands, s.file)
                    )
                    own = found in step.commands
                    place = step.file.place(found.line) if own else step.place
                    pipefail = step.shell == "bash" or "pipefail" in step.run
                    yield Dump(
                        f"job {job.id}",
                        place,
                        DUMPERS.get(found.program, "sqlite"),
                        everything,
                        job.text,
                        pipefail=pipefail,
                    )
                    break


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
    remote = ("s3:", "b2:", "gs:", "azure:", "rclone:", "sftp:", "s3://")
    return any(prefix in word for c in commands for word in c.argv for prefix in remote)


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
    if any(cleans(site, manifest) for manifest in site.repo.manifests):
        return "as a job of its own says"
    for module in site.repo.terraform.modules:
        for label in ("aws_s3_bucket_lifecycle_configuration", "linode_object_storage_bucket"):
            for block in module.resources(label):
                if label.startswith("aws") or block.child("lifecycle_rule"):
                    return "as the bucket's lifecycle says"
        if any(b.child("lifecycle_rule") for b in module.resources("google_storage_bucket")):
            return "as the bucket's lifecycle says"
    return ""


def cleans(site: Site[object], manifest: Manifest) -> bool:
    """True for a CronJob that forgets old backups by a tool's own rules."""
    if manifest.kind != "CronJob" or manifest.node.at("spec", "suspend").value is True:
        return False
    for container in manifest.containers:
        for command in shell.parse(script_of(site, manifest, container)).commands:
            if command.program in {"restic", "borg", "kopia"} and _FORGETS & set(command.words):
                return True
    return False
