"""Jobs that dump a database: CronJobs, scheduled workflows, backup containers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
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
            # What only copies files hands on what its neighbour has dumped.
            copies = command is not None and not DUMPERS.get(command.program, "sqlite")
            if command and not (copies and dumping(shell.parse(others).commands)):
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
