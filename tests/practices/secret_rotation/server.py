"""A PostgreSQL of its own for a test, with passwords on; None where none is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNER = "shop"
FIRST = "plainFAKE1"


def tools() -> Path | None:
    """Folder with `initdb`."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


@contextmanager
def database() -> Iterator[str]:
    """Run a server; yields the URL of its database as the owner."""
    programs = tools()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    # The server refuses to run as root.
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    password = folder / "password"
    password.write_text(FIRST)
    shutil.chown(folder, user)
    shutil.chown(password, user)

    def run(*words: str) -> None:
        subprocess.run(words, check=True, capture_output=True, user=user, cwd=folder)

    try:
        run(str(programs / "initdb"), "-D", "data", "-U", OWNER, "-A", "scram-sha-256",
            "--pwfile=password", "-N")  # fmt: skip
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c log_statement=all -k {folder}"
        log = str(folder / "log")
        run(str(programs / "pg_ctl"), "-D", "data", "-o", options, "-l", log, "-w", "start")
        yield f"postgresql+psycopg://{OWNER}:{FIRST}@127.0.0.1:{port}/postgres"
        run(str(programs / "pg_ctl"), "-D", "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
