"""The scripts of a backup, on a real PostgreSQL: what comes back is what was there."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from seatrial.practices.database_backups.cronjobs import scripts
from tests.postgres import Server, programs, server

_PASSWORD = "plain-fake-password"  # noqa: S105 (of a server that lives for a test)


class Pod:
    """What the jobs have: their scripts, a folder to work in, a server with two tables."""

    def __init__(self, running: Server) -> None:
        self.server = running
        self.work, self.scripts = running.folder / "work", running.folder / "scripts"
        for folder in (self.work, self.scripts):
            folder.mkdir()
        running.own(self.work)
        for name, text in scripts("postgresql"):
            (self.scripts / name).write_text(text)
        for name in ("PGUSER", "PGDATABASE"):
            del running.environment[name]
        running.environment |= {
            "WORK": str(self.work), "SCRIPTS": str(self.scripts), "OLDEST": "600",
            "POSTGRES_USER": "shop", "POSTGRES_PASSWORD": _PASSWORD,
        }  # fmt: skip

    def run(self, script: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run one of the scripts as its container would."""
        return self.server.call("sh", str(self.scripts / script), **more)

    def fetched(self) -> Path:
        """The dump as it comes back from the store."""
        restored = self.work / "restored"
        restored.mkdir(exist_ok=True)
        copy = shutil.copytree(self.work / "dump", restored / "dump", dirs_exist_ok=True)
        self.server.own(restored, *restored.rglob("*"))
        return copy


@pytest.fixture
def pod() -> Iterator[Pod]:
    with server("shop", _PASSWORD) as running:
        running.call("createdb", "shop")
        rows = "SELECT n AS id, md5(n::text) AS note FROM generate_series(1, 999) n"
        tables = f'CREATE TABLE orders AS {rows}; CREATE TABLE "odd|name" (id int)'
        done = running.call("psql", "-d", "shop", "-c", tables)
        assert done.returncode == 0, done.stderr
        yield Pod(running)


def test_what_was_dumped_comes_back_and_a_changed_copy_is_noticed(pod: Pod) -> None:
    done = pod.run("dump-postgresql.sh")
    assert done.returncode == 0, done.stderr
    copy = pod.fetched()
    done = pod.run("compare-postgresql.sh")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "compared 2 tables" in done.stdout

    lines = (copy / "databases").read_text().splitlines()
    number = next(line.split()[0] for line in lines if line.endswith(" shop"))
    tables = copy / f"{number}.tables"
    tables.write_text(tables.read_text().replace("\t999\t", "\t998\t"))
    assert pod.run("compare-postgresql.sh").returncode != 0
    pod.fetched()
    (copy / "taken").write_text("1000000000\n")
    done = pod.run("compare-postgresql.sh")
    assert done.returncode != 0
    assert "seconds old" in done.stderr


def test_a_dump_that_fails_hands_nothing_on(pod: Pod) -> None:
    assert pod.run("dump-postgresql.sh", PGPASSWORD="wrong").returncode != 0
    broken = pod.work / "bin"
    broken.mkdir()
    (broken / "pg_dump").write_text("#!/bin/sh\nexit 1\n")
    (broken / "pg_dump").chmod(0o755)
    path = f"{broken}:{programs()}:/usr/bin:/bin"
    assert pod.run("dump-postgresql.sh", PATH=path).returncode != 0
