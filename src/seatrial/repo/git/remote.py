"""Where the repository's `origin` is, asked of git, without credentials."""

from __future__ import annotations

import subprocess
from functools import lru_cache
from typing import Final

from seatrial.model.struct import struct
from seatrial.repo.files import Root, git_environment

_DEADLINE: Final = 1.0
"""Seconds that git may take for a short answer."""


@struct
class Remote:
    """Where the repository's `origin` is, without credentials."""

    host: str
    owner: str
    name: str


@lru_cache(maxsize=16)
def remote(root: Root) -> Remote | None:
    """Where `origin` is; None without one, and for a path on disk."""
    url = answer(root, "config", "--get", "remote.origin.url") if root.has_git else ""
    return split_url(url)


def split_url(url: str) -> Remote | None:
    """Host, owner and name of a clone URL; user, password and token are dropped."""
    rest = url.strip().partition("://")[2]
    if not rest:
        host, colon, path = url.strip().partition(":")
        if not colon or "/" in host or not path:
            return None
        rest = f"{host}/{path}"
    host, _, path = rest.partition("/")
    host = host.rpartition("@")[2].partition(":")[0]
    owner, _, name = path.partition("?")[0].strip("/").removesuffix(".git").rpartition("/")
    return Remote(host, owner, name) if host and owner and name else None


def answer(root: Root, *words: str) -> str:
    """What git prints for a short question; empty when it fails or takes too long."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root.folder), *words],
            capture_output=True,
            check=False,
            timeout=_DEADLINE,
            env=git_environment(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else ""
