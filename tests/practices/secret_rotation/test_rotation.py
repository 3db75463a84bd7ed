"""The rotation that the plan writes, run for real: a PostgreSQL, and a Secret in a file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seatrial.kit.planning.render import render
from tests.postgres import programs, server

STEPS = ("prepare", "distribute", "finish", "settle")
KUBECTL = """\
#!/usr/bin/env python3
import json, os, sys
words, state = sys.argv[1:], os.environ["STATE"]
if words[:2] == ["patch", "secret"]:
    patch = json.load(open(words[words.index("--patch-file") + 1]))
    held = json.load(open(state)) | patch["stringData"]
    for key, value in patch.get("data", {}).items():
        held.pop(key, None)
    json.dump(held, open(state, "w"))
elif words[:2] == ["get", "pods"]:
    print("shop-api-1 DATABASE_URL\\nshop-postgresql-0 POSTGRES_PASSWORD")
elif words[:2] == ["get", "pod"]:
    print("abc")
else:
    print(*words, file=open(state + ".log", "a"))
"""

OWNER = "shop"
FIRST = "plainFAKE1"


@contextmanager
def database() -> Iterator[str]:
    """A server; yields the URL of its database as the owner."""
    with server(OWNER, FIRST) as running:
        yield f"postgresql+psycopg://{OWNER}:{FIRST}@127.0.0.1:{running.port}/postgres"


class Rotation:
    """The scripts, and the Secret that they change."""

    def __init__(self, folder: Path, url: str) -> None:
        for name in ("common", *STEPS):
            text = render("secret_rotation", f"chart/files/credentials/rotate-{name}.sh.j2")
            (folder / f"rotate-{name}.sh").write_text(text)
        (folder / "bin").mkdir()
        (folder / "bin/kubectl").write_text(KUBECTL)
        (folder / "bin/kubectl").chmod(0o755)
        self.folder, self.state = folder, folder / "secret.json"
        self.state.write_text(json.dumps({"DATABASE_URL": url, "POSTGRES_PASSWORD": FIRST}))

    @property
    def secret(self) -> dict[str, str]:
        """What the Secret holds."""
        held: dict[str, str] = json.loads(self.state.read_text())
        return held

    @property
    def user(self) -> str:
        """The role in the URL."""
        return self.secret["DATABASE_URL"].split("//")[1].split(":")[0]

    def run(self, *steps: str) -> subprocess.CompletedProcess[str]:
        """Run these steps, or all, until one fails."""
        work = self.folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        held = self.secret
        environment = os.environ | {
            "PATH": f"{self.folder}/bin:{programs()}:{os.environ['PATH']}",
            "STATE": str(self.state),
            "WORK": str(work), "SECRET": "shop", "OWNER": OWNER, "PAUSE": "0", "OVERLAP": "0",
            "OWNER_KEY": "POSTGRES_PASSWORD", "URL_KEY": "DATABASE_URL",
            "DATABASE_URL": held["DATABASE_URL"], "OWNER_PASSWORD": held["POSTGRES_PASSWORD"],
            "OWNER_NEXT": held.get("POSTGRES_PASSWORD_NEXT", ""),
        }  # fmt: skip
        for step in steps or STEPS:
            words = ["sh", str(self.folder / f"rotate-{step}.sh")]
            done = subprocess.run(
                words, env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode:
                break
        return done

    def works(self, url: str) -> bool:
        """Whether a login is accepted."""
        words = [str(programs() / "psql"), url.replace("+psycopg", ""), "-Atqc", "SELECT 1"]
        return subprocess.run(words, capture_output=True, check=False).returncode == 0


def test_two_logins_take_turns_and_the_old_one_is_refused(tmp_path: Path) -> None:
    with database() as url:
        one = Rotation(tmp_path, url)
        users = []
        for _ in range(3):
            old = one.secret["DATABASE_URL"]
            assert one.run().returncode == 0
            users.append(one.user)
            assert one.works(one.secret["DATABASE_URL"])
            assert not one.works(old)
        assert users == ["shop_a", "shop_b", "shop_a"]
        assert one.secret["POSTGRES_PASSWORD"] != FIRST
        assert "shop-postgresql-0" not in Path(f"{one.state}.log").read_text()


def test_a_run_that_stopped_anywhere_is_started_again(tmp_path: Path) -> None:
    with database() as url:
        one = Rotation(tmp_path, url)
        for stop in range(1, len(STEPS)):
            assert one.run(*STEPS[:stop]).returncode == 0
            assert one.works(one.secret["DATABASE_URL"])
            done = one.run()
            assert done.returncode == 0, done.stderr
            assert "POSTGRES_PASSWORD_NEXT" not in one.secret


def test_who_still_uses_the_old_login_is_named_and_not_cut_off(tmp_path: Path) -> None:
    with database() as url:
        one = Rotation(tmp_path, url)
        assert one.run().returncode == 0
        old = one.secret["DATABASE_URL"]
        slow = subprocess.Popen(
            [str(programs() / "psql"), old.replace("+psycopg", ""), "-Atqc", "SELECT pg_sleep(30)"],
            env=os.environ | {"PGAPPNAME": "oldpod"},
        )
        try:
            subprocess.run(["sleep", "1"], check=True)
            done = one.run()
            assert done.returncode == 1
            assert "oldpod" in done.stderr
            assert one.works(old)
        finally:
            slow.kill()
            slow.wait()
