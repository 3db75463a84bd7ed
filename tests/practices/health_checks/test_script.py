"""`verify-deployment.sh` against a server that serves well, badly, late or an old version."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from seatrial.kit.planning.render import render
from tests.needed import program

Answer = Callable[[str, int], tuple[int, str]]
"""Status and body for a path and the number of the request."""


@contextmanager
def _serving(answer: Answer) -> Iterator[str]:
    count = iter(range(1_000_000))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answer(self.path, next(count))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/login")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _run(folder: Path, answer: Answer, *paths: str, seconds: int = 2) -> tuple[int, str, float]:
    for tool in ("curl", "jq"):
        program(tool)
    script = folder / "verify.sh"
    script.write_text(
        render(
            "health_checks",
            ".github/scripts/verify-deployment.sh.j2",
            version=True,
            workloads=False,
        ),
        encoding="utf-8",
    )
    with _serving(answer) as url:
        env = os.environ | {
            "BASE_URL": url, "VERSION_PATH": "/version", "VERSION": "abc1234",
            "VERIFY_SECONDS": str(seconds), "VERIFY_TIMES": "2", "no_proxy": "*",
        }  # fmt: skip
        begun = time.monotonic()
        done = subprocess.run(
            [program("bash"), str(script), *paths],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
    return done.returncode, done.stdout + done.stderr, time.monotonic() - begun


def _version(name: str) -> str:
    return f'{{"version": "{name}", "environment": "test"}}'


def test_a_good_version_passes(tmp_path: Path) -> None:
    code, said, _ = _run(tmp_path, lambda _p, _n: (200, _version("abc1234def")), "/orders")
    assert code == 0, said
    assert "/orders answers" in said


def test_a_version_that_comes_late_is_waited_for(tmp_path: Path) -> None:
    code, said, _ = _run(
        tmp_path, lambda _, n: (200, _version("abc1234" if n > 1 else "0ld")), seconds=20
    )
    assert code == 0, said


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        pytest.param(lambda _p, _n: (200, _version("0ld")), "0ld", id="the old version serves"),
        pytest.param(
            lambda _p, n: (200, _version("abc1234" if n % 2 else "0ld")), "0ld", id="half are old"
        ),
        pytest.param(lambda _p, _n: (500, "broken"), "500", id="500"),
        pytest.param(lambda _p, _n: (200, "<html>"), "<html>", id="another page"),
    ],
)
def test_a_bad_one_fails_at_the_deadline(tmp_path: Path, answer: Answer, word: str) -> None:
    code, said, _ = _run(tmp_path, answer)
    assert code == 1
    assert "not abc1234 after 2 seconds, but: " in said
    assert word in said


@pytest.mark.parametrize("status", [302, 401, 403])
def test_what_no_waiting_mends_fails_at_once(tmp_path: Path, status: int) -> None:
    code, _, took = _run(tmp_path, lambda _p, _n: (status, ""), seconds=60)
    assert code == 1
    assert took < 5


def test_a_page_that_users_need_is_tried(tmp_path: Path) -> None:
    def answer(path: str, _: int) -> tuple[int, str]:
        return (200, _version("abc1234")) if path == "/version" else (404, "")

    code, said, _ = _run(tmp_path, answer, "/orders")
    assert code == 1
    assert "/orders does not answer" in said
