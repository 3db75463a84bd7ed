"""From an HTTP answer to a sentence: why GitHub refuses, and what to do."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from typing import Final

from seatrial.model.struct import struct
from seatrial.systems.github.answers import Answer
from seatrial.systems.github.errors import RefusedError

_BILLING: Final = re.compile(r"(?i)billing plan|upgrade (?:to|your)|not available on your plan")
_LIMITED: Final = (403, 429)
_LONGEST: Final = 300
"""Most characters of GitHub's own words that are passed on."""
_SECRETS: Final = re.compile(r"\b(?:gh[pousr]_|github_pat_)\w+|Bearer \S+")


@struct
class Reply:
    """An answer with the headers that matter."""

    status: int
    path: str
    answer: Answer
    headers: Mapping[str, str]

    @classmethod
    def made(cls, status: int, path: str, headers: Mapping[str, str], content: bytes) -> Reply:
        """Understand an answer; a body that is no JSON counts as none."""
        try:
            value: object = json.loads(content) if content else None
        except (ValueError, RecursionError):
            value = None
        return cls(status, path, Answer(value), headers)

    @property
    def etag(self) -> str:
        """What a conditional request names."""
        return self.headers.get("etag", "")

    @property
    def next(self) -> str:
        """Address of the next page, or empty."""
        found = re.search(r'<([^>]+)>;\s*rel="next"', self.headers.get("link", ""))
        return found[1] if found else ""

    @property
    def said(self) -> str:
        """GitHub's own words, in one line, without anything that looks like a token."""
        details = [
            item.text("message") or item.text("code") or str(item.value)
            for item in self.answer.items("errors")
        ]
        whole = "; ".join(part for part in (self.answer.text("message"), *details) if part)
        plain = "".join(c if c.isprintable() else " " for c in whole)
        return _SECRETS.sub("***", plain)[:_LONGEST].rstrip(". ")


def wait_asked(reply: Reply) -> float | None:
    """Seconds that a rate limit asks to wait; None when the answer is about something else."""
    if reply.status not in _LIMITED:
        return None
    after = reply.headers.get("retry-after", "")
    if after.isdigit():
        return float(after)
    if reply.headers.get("x-ratelimit-remaining") == "0":
        reset = reply.headers.get("x-ratelimit-reset", "")
        return max(0.0, float(reset) - time.time() + 1) if reset.isdigit() else 60.0
    if reply.status == 429 or "rate limit" in reply.said.lower():  # noqa: PLR2004 - the word for it
        return 60.0
    return None


def refusal(method: str, reply: Reply) -> RefusedError:
    """The sentence for a refused request."""
    what, said = _what(method, reply.path), reply.said
    plan = bool(_BILLING.search(said))
    message, hint = _sentence(reply, what, said, plan=plan)
    return RefusedError(message, hint=hint, status=reply.status, plan=plan)


def _sentence(reply: Reply, what: str, said: str, *, plan: bool) -> tuple[str, str]:
    if plan:
        hint = "make the repository public, or move to a plan that has it"
        return f"the owner's plan does not allow to {what}: {said}", hint
    if reply.status == 401:  # noqa: PLR2004 - the word for it
        return (
            "GitHub does not accept the token",
            "set GITHUB_TOKEN to a valid one; it may be expired",
        )
    if reply.status == 403:  # noqa: PLR2004 - as above
        if reply.headers.get("x-github-sso"):
            hint = "authorise it at github.com under Settings, Developer settings, Tokens"
            return "the organisation asks for single sign-on of the token", hint
        needs = reply.headers.get("x-accepted-github-permissions", "")
        hint = f"give it {needs.replace('=', ':')}" if needs else "give it the permission to do so"
        return f"the token may not {what}: {said}", hint
    if reply.status == 404:  # noqa: PLR2004 - as above
        hint = "check the name, and that the token may see the repository"
        return f"GitHub shows nothing there to {what}", hint
    if reply.status in {301, 307, 308}:
        return f"the repository moved, so GitHub does not {what}", "set `origin` to its new address"
    if reply.status == 409:  # noqa: PLR2004 - as above
        return f"another setting forbids to {what}: {said}", "see the organisation's settings"
    return f"GitHub refuses to {what}: {said or reply.status}", "change what it complains of"


_VERBS: Final = {
    "GET": "read",
    "PUT": "change",
    "PATCH": "change",
    "POST": "add to",
    "DELETE": "remove",
}


def _what(method: str, path: str) -> str:
    # What follows owner and name says it best: `environments/production`.
    parts = path.strip("/").split("/")
    if "repos" in parts[:3]:
        parts = parts[parts.index("repos") + 3 :] or ["the repository"]
    return f"{_VERBS.get(method, method)} {'/'.join(parts)}"
