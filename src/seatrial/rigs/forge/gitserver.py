"""Real git over HTTP: `git http-backend` behind the stand-in, so that clone and push work."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from seatrial.model.struct import struct
from seatrial.rigs.forge.rulesets import rules_of
from seatrial.rigs.forge.state import Repo, Token, World

_HOOK: Final = """\
#!/bin/sh
# Refuses what a ruleset refuses: a push past the pull request.
while read -r _ _ ref; do
  if [ "$ref" = "$FORGE_PROTECTED" ]; then
    echo "error: GH013: Repository rule violations found for $ref." >&2
    echo "- Changes must be made through a pull request." >&2
    exit 1
  fi
done
"""


@struct
class GitReply:
    """What git answered."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def create(folder: Path, repo: Repo) -> Path:
    """An empty repository that takes pushes."""
    target = folder / f"{repo.slug}.git"
    branch = f"--initial-branch={repo.default_branch}"
    subprocess.run(["git", "init", "-q", "--bare", branch, str(target)], check=True)
    config = ["git", "-C", str(target), "config", "http.receivepack", "true"]
    subprocess.run(config, check=True)
    hook = target / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(_HOOK)
    hook.chmod(0o755)
    return target


def serve(
    folder: Path, world: World, method: str, url: str, headers: Mapping[str, str], body: bytes
) -> GitReply:
    """Answer a request of git."""
    path, _, query = url.partition("?")
    repo = world.repos.get(path.strip("/").partition(".git")[0])
    token = _token(world, headers.get("authorization", ""))
    writes = "git-receive-pack" in url
    if repo is None or ((repo.private or writes) and token is None):
        again = (("WWW-Authenticate", 'Basic realm="GitHub"'),) if token is None else ()
        return GitReply(401 if token is None else 404, again, b"")
    if writes and token and not token.may("contents", "write"):
        return GitReply(403, (), b"Write access to repository not granted.")
    environment = _environment(folder, repo, method, path, query, headers, token)
    done = subprocess.run(
        ["git", "http-backend"], input=body, env=environment, capture_output=True, check=False
    )
    return _parsed(done.stdout)


def _environment(
    folder: Path,
    repo: Repo,
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    token: Token | None,
) -> dict[str, str]:
    guarded = any(r.get("type") == "pull_request" for r in rules_of(repo, repo.default_branch))
    own = {
        "GIT_PROJECT_ROOT": str(folder),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": headers.get("content-type", ""),
        "HTTP_CONTENT_ENCODING": headers.get("content-encoding", ""),
        "GIT_PROTOCOL": headers.get("git-protocol", ""),
        "FORGE_PROTECTED": f"refs/heads/{repo.default_branch}" if guarded else "",
        "REMOTE_ADDR": "127.0.0.1",
    }
    user = {"REMOTE_USER": token.login} if token else {}
    return {"PATH": os.environ.get("PATH", os.defpath), **own, **user}


def _token(world: World, written: str) -> Token | None:
    kind, _, value = written.partition(" ")
    if kind.lower() != "basic":
        return world.tokens.get(value)
    try:
        _, _, password = base64.b64decode(value).decode().partition(":")
    except ValueError:
        return None
    return world.tokens.get(password)


def _parsed(output: bytes) -> GitReply:
    head, _, body = output.partition(b"\r\n\r\n")
    status = 200
    headers: list[tuple[str, str]] = []
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "status":
            status = int(value.split()[0])
        elif name:
            headers.append((name, value.strip()))
    return GitReply(status if head else 500, tuple(headers), body)
