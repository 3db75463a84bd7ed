"""Traps of the usual backup snippets."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from seatrial.kit.data.databases import engine_of
from seatrial.kit.platform.joined import joined
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.database_backups.dumps import DUMPERS, UPLOADERS, Dump, dumps
from seatrial.practices.database_backups.settings import Settings
from seatrial.repo.files import Root

_OUTSIDE_TOOLS: Final = UPLOADERS - {"scp", "rsync", "sftp", "curl", "swift"}
_INSTALLS: Final = ("apk add", "apt-get install", "apt install", "pip install", "dnf install")
_WRITABLE: Final = ("/tmp", "/var/tmp", "/dev", "/proc", "$", "/run")  # noqa: S108 (looked for, never used)
_PASSWORDS: Final = frozenset({"PGPASSWORD", "PGPASSFILE", "PGSERVICE", "PGSSLCERT", "MYSQL_PWD"})


@check("database-backups/hidden-failure", severity=Severity.HIGH)
def hidden_failure(site: Site[Settings]) -> Iterator[Observation]:
    """A dump in a pipe hides its own failure.

    Why: the pipe's status is that of its last member, so an empty file counts as a backup, and
    retention throws the good ones away.
    Fix: `set -o pipefail`, or write the custom format (`pg_dump -Fc`) without a pipe.
    """
    yield from joined(_hidden_failure(site))


def _hidden_failure(site: Site[Settings]) -> Iterator[Observation]:
    for dump in dumps(site):
        commands = dump.commands
        for command, following in pairwise(commands):
            if command.program in DUMPERS and following.reads_pipe and not dump.pipefail:
                yield fault(
                    dump.place,
                    f"{dump.name} pipes {command.program} into {following.program} without"
                    " pipefail: a failed dump counts as a backup",
                    environments=dump.environments,
                )
                break


@check("database-backups/missing-tool", severity=Severity.HIGH)
def missing_tool(site: Site[Settings]) -> Iterator[Observation]:
    """The image of a backup job lacks a program that it runs.

    Why: the database's own image has no client of an object storage; the job fails every night.
    Fix: use an image that holds both, or install the client in an image of your own.
    """
    yield from joined(_missing_tool(site))


def _missing_tool(site: Site[Settings]) -> Iterator[Observation]:
    for dump in dumps(site):
        image = dump.container.at("image").text if dump.container else ""
        if not engine_of(image) or any(word in dump.script for word in _INSTALLS):
            continue
        tool = next((c.program for c in dump.commands if c.program in _OUTSIDE_TOOLS), "")
        if tool:
            yield fault(
                dump.place,
                f"{dump.name} runs {tool}, which the image {image} does not hold",
                environments=dump.environments,
            )


@check("database-backups/unmounted-path", severity=Severity.HIGH)
def unmounted_path(site: Site[Settings]) -> Iterator[Observation]:
    """A dump is written to a folder that is not mounted.

    Why: the folder is not there, or goes with the pod.
    Fix: stream the dump to the storage, or mount a volume at that path.
    """
    yield from joined(_unmounted_path(site))


def _unmounted_path(site: Site[Settings]) -> Iterator[Observation]:
    for dump in dumps(site):
        path = _target(dump)
        if (
            dump.container is None
            or not path
            or f"mkdir -p {path.rpartition('/')[0]}" in dump.script
        ):
            continue
        mounts = [m.at("mountPath").text for m in dump.container.at("volumeMounts").items()]
        if not any(path.startswith(mount.rstrip("/") + "/") for mount in mounts if mount):
            folder = path.rpartition("/")[0]
            yield fault(
                dump.place,
                f"{dump.name} writes to {folder}, where nothing is mounted",
                environments=dump.environments,
            )


@check("database-backups/no-password", severity=Severity.HIGH)
def no_password(site: Site[Settings]) -> Iterator[Observation]:
    """A backup job gets no password.

    Why: the client asks for one, nobody answers, and the job fails or hangs.
    Fix: pass `PGPASSWORD` from a Secret, or mount a `.pgpass`.
    """
    yield from joined(_no_password(site))


def _no_password(site: Site[Settings]) -> Iterator[Observation]:
    for dump in dumps(site):
        command = next((c for c in dump.commands if c.program in {"pg_dump", "pg_dumpall"}), None)
        if dump.container is None or command is None:
            continue
        names = {v.at("name").text for v in dump.container.at("env").items()}
        given = {name for name, _ in command.assigned}
        text = dump.script
        if (
            (names | given) & _PASSWORDS
            or dump.container.at("envFrom").items()
            or "PGPASS" in text
            or "postgres://" in text
            or "postgresql://" in text
            or any("URL" in n or "URI" in n or "DSN" in n for n in names)
            or any(
                "pgpass" in m.at("mountPath").text
                for m in dump.container.at("volumeMounts").items()
            )
        ):
            continue
        if any(w in {"-h", "--host"} or w.startswith(("--host=", "-h")) for w in command.argv):
            yield fault(
                dump.place,
                f"{dump.name} passes no password to {command.program}",
                environments=dump.environments,
            )


@check("database-backups/unreadable-dump", severity=Severity.HIGH, fix="manual")
def unreadable_dump(site: Site[Settings]) -> Iterator[Observation]:
    """A plain dump is to be restored with `pg_restore`.

    Why: `pg_restore` reads only the custom, directory and tar formats; a `.sql` file is refused, in
    the worst hour.
    Fix: dump with `-Fc`, or restore with `psql -f`.
    """
    for document in site.repo.documents:
        for block in document.blocks:
            if "pg_restore" not in block.text:
                continue
            for command in block.commands:
                name = next((w for w in command.argv if w.endswith((".sql", ".sql.gz"))), "")
                if command.program == "pg_restore" and name:
                    yield fault(
                        document.place(command.line),
                        f"pg_restore cannot read {name}, which is a plain dump",
                    )


@check("database-backups/missing-script", severity=Severity.MEDIUM, fix="manual")
def missing_script(site: Site[Settings]) -> Iterator[Observation]:
    """A document names a backup script that does not exist.

    Why: whoever follows it in an emergency finds nothing to run.
    Fix: write the script, or name the command that really takes and restores a backup.
    """
    for _, path, place in missing_scripts(site):
        yield fault(place, f"{path} is named here and does not exist")


def missing_scripts(site: Site[object]) -> Iterator[tuple[Root, str, Place]]:
    """Backup and restore scripts that a document names and that its repository does not hold."""
    for document in site.repo.documents:
        root = document.file.root
        text = document.file.text
        if ".sh" not in text or ("backup" not in text and "restore" not in text):
            continue
        seen: set[str] = set()
        for number, line in enumerate(document.file.lines, 1):
            for word in line.replace("`", " ").split() if ".sh" in line else ():
                path = word.strip("\"'()[],;:").removeprefix("./")
                name = path.rpartition("/")[2]
                names = name.endswith(".sh") and ("backup" in name or "restore" in name)
                known = any(p == path or p.endswith(f"/{path}") for p in root.files)
                if (
                    names
                    and "$" not in path
                    and "://" not in path
                    and not known
                    and path not in seen
                ):
                    seen.add(path)
                    yield root, path, document.file.place(number)


def _target(dump: Dump) -> str:
    """Absolute path to which the dump is written; empty for a stream or a scratch folder."""
    for line in dump.script.split("\n"):
        if not any(program in line for program in DUMPERS):
            continue
        words = line.replace(">", " > ").split()
        for index, word in enumerate(words[:-1]):
            if word in {">", "-f", "--file", "-o", "--out"}:
                path = words[index + 1].strip("\"'")
                if path.startswith("/") and not path.startswith(_WRITABLE):
                    return path
    return ""
