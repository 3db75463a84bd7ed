"""The stand-in's HTTP server: it authenticates, breaks on request, answers."""

from __future__ import annotations

import hashlib
import json
import tempfile
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote

from seatrial.rigs.forge import environments, gitserver, pulls, repositories, rulesets, stored
from seatrial.rigs.forge.state import Fault, Repo, World
from seatrial.rigs.forge.wire import (
    PREFIX,
    ROUTES,
    Call,
    Entry,
    Reply,
    Request,
    not_found,
    refuse,
)

PARTS: Final = (environments, pulls, repositories, rulesets, stored)
"""Modules whose routes are served."""
_CUT: Final = frozenset({"cut-before", "cut-after"})
_UNDONE: Final = frozenset({"cut-before", "error", "primary", "secondary"})


class Forge:
    """A running stand-in; use it in a `with`.

    Attributes:
        world: its state; `reset` replaces it.
        faults: what goes wrong, see `Fault`.
        seen: every request of the API since the last `reset`, with the status of its answer.
        on_request: called with each request of the API before it is answered.
    """

    def __init__(self) -> None:
        """Listen on a free port of loopback; nothing is served before `start`."""
        self._folder = tempfile.TemporaryDirectory(prefix="forge-")
        self.world = World()
        self.faults: tuple[Fault, ...] = ()
        self.seen: list[tuple[Request, int]] = []
        self.on_request: Callable[[Request], None] | None = None
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"forge": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.reset(self.world)

    @property
    def url(self) -> str:
        """Address of the server."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def api(self) -> str:
        """Address of its API: what `GITHUB_API_URL` takes."""
        return self.url + PREFIX

    def __enter__(self) -> Forge:  # noqa: PYI034 - no subclass is meant
        """Serve in a thread."""
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and remove the git repositories."""
        self._server.shutdown()
        self._server.server_close()
        self._folder.cleanup()

    def reset(self, world: World, *faults: Fault) -> World:
        """Begin anew with this state and these faults; requests are counted from 1 again."""
        with self._lock:
            pulls.FOLDERS.pop(id(self.world), None)
            self.world, self.faults, self.seen = world, faults, []
            pulls.FOLDERS[id(world)] = Path(self._folder.name)
        return world

    def git(self, repo: Repo) -> str:
        """Make the repository's git side, empty; returns the address to clone."""
        gitserver.create(Path(self._folder.name), repo)
        return f"{self.url}/{repo.slug}.git"

    def writes(self) -> list[Request]:
        """Requests since the last `reset` that changed something."""
        done = range(200, 300)
        return [r for r, status in self.seen if r.method != "GET" and status in done]

    def answer(self, request: Request) -> Reply | None:
        """The answer to a request of the API; None drops the connection."""
        if self.on_request:
            self.on_request(request)
        with self._lock:
            number = len(self.seen) + 1
            fault = next((f for f in self.faults if f.hits(number)), None)
            if fault is not None and fault.kind in _UNDONE:
                self.seen.append((request, 0))
                return _broken(fault)
            reply = self._routed(request)
            self.seen.append((request, reply.status))
        if fault is not None:
            return _broken(fault, reply)
        return reply

    def git_answer(
        self, method: str, url: str, headers: dict[str, str], body: bytes
    ) -> gitserver.GitReply:
        """The answer to a request of git."""
        return gitserver.serve(Path(self._folder.name), self.world, method, url, headers, body)

    def _routed(self, request: Request) -> Reply:
        kind, _, value = request.headers.get("authorization", "").partition(" ")
        token = self.world.tokens.get(value) if kind == "Bearer" else None
        if token is None:
            return refuse(401, "Bad credentials")
        for entry in ROUTES:
            match = entry.pattern.fullmatch(request.path)
            if match is None or entry.method != request.method:
                continue
            names = {name: unquote(part) for name, part in match.groupdict().items()}
            call = Call(self.world, request, token, names, self.url)
            return _allowed(call, entry) or entry.answer(call)
        return not_found()


def _allowed(call: Call, entry: Entry) -> Reply | None:
    if "repo" in call.names:
        repo = call.world.repos.get(f"{call.names['owner']}/{call.names['repo']}")
        if repo is None or (repo.private and not call.token.sees):
            return not_found()
        if entry.permission == "metadata" and entry.level == "read":
            return None
    if entry.level and not call.token.may(entry.permission, entry.level):
        refused = refuse(403, "Resource not accessible by personal access token")
        header = {"X-Accepted-GitHub-Permissions": f"{entry.permission}={entry.level}"}
        return Reply(refused.status, refused.body, header)
    return None


def _broken(fault: Fault, reply: Reply | None = None) -> Reply | None:
    if fault.kind in _CUT:
        return None
    if fault.kind == "slow":
        time.sleep(fault.seconds)
        return reply
    if fault.kind == "secondary":
        refused = refuse(403, "You have exceeded a secondary rate limit.")
        return Reply(403, refused.body, {"Retry-After": str(int(fault.seconds))})
    if fault.kind == "primary":
        refused = refuse(403, "API rate limit exceeded")
        reset = str(int(time.time() + fault.seconds))
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
        return Reply(403, refused.body, headers)
    return refuse(502 if reply else 500, "Server Error")


class _Handler(BaseHTTPRequestHandler):
    """One connection; a subclass says whose."""

    forge: Forge
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def _serve(self) -> None:
        raw = self._body()
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        if not path.startswith(PREFIX + "/"):
            done = self.forge.git_answer(self.command, self.path, headers, raw)
            self._send(done.status, done.headers, done.body)
            return
        body = json.loads(raw) if raw else None
        names = dict(parse_qsl(query))
        request = Request(self.command, path.removeprefix(PREFIX), names, headers, body, raw)
        reply = self.forge.answer(request)
        if reply is None:
            self.close_connection = True
            self.connection.close()
            return
        self._reply(reply, headers.get("if-none-match", ""))

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 - the base class's names

    def _reply(self, reply: Reply, known: str) -> None:
        content = b"" if reply.body is None else json.dumps(reply.body).encode()
        etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        status = reply.status
        if status == 200 and known == etag:  # noqa: PLR2004 - as it was read before
            status, content = 304, b""
        own = (("Content-Type", "application/json; charset=utf-8"), ("ETag", etag))
        self._send(status, (*own, *reply.headers.items()), content)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _send(self, status: int, headers: tuple[tuple[str, str], ...], content: bytes) -> None:
        try:
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            if status not in {204, 304}:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            self.wfile.flush()
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing: tests read `seen`."""
