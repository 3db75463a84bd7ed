"""Opens pull requests; one that is there already is found, not doubled."""

from __future__ import annotations

from seatrial.model.struct import struct
from seatrial.systems.github.answers import Answer
from seatrial.systems.github.client import Client
from seatrial.systems.github.errors import RefusedError

_UNPROCESSABLE = 422


@struct
class PullRequest:
    """A pull request.

    Attributes:
        url: where people read it.
        made: False for one that was there already.
    """

    number: int
    url: str
    made: bool


def open_pull_request(
    client: Client, repo: str, head: str, base: str, title: str, body: str
) -> PullRequest:
    """Open a pull request of a branch of the same repository.

    Args:
        client: the wire.
        repo: `owner/name`.
        head: branch with the change; it was pushed before.
        base: branch that it shall go into.
        title: one line.
        body: Markdown.

    Raises:
        RefusedError: GitHub says no, for example because there is nothing between the branches.
    """
    found = _open(client, repo, head, base)
    if found is not None:
        return found
    content = {"title": title, "head": head, "base": base, "body": body}
    try:
        made = client.post(f"/repos/{repo}/pulls", content, lambda: _open(client, repo, head, base))
    except RefusedError as error:
        found = _open(client, repo, head, base) if error.status == _UNPROCESSABLE else None
        if found is None:
            raise
        return found
    return made if isinstance(made, PullRequest) else _understood(made, made=True)


def _open(client: Client, repo: str, head: str, base: str) -> PullRequest | None:
    owner = repo.partition("/")[0]
    listed = client.pages(f"/repos/{repo}/pulls", state="open", head=f"{owner}:{head}", base=base)
    return next((_understood(one, made=False) for one in listed), None)


def _understood(seen: Answer, *, made: bool) -> PullRequest:
    return PullRequest(seen.number("number"), seen.text("html_url"), made)
