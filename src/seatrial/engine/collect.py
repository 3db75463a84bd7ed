"""Facts of live systems, for the `needs` of the chosen practices, read at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from seatrial.model.errors import SeatrialError, UsageError
from seatrial.model.fact import Fact, FactKey, Facts, Known, Missing
from seatrial.model.struct import field, struct

if TYPE_CHECKING:
    from concurrent.futures import Future

    from seatrial.repo.files import Root
    from seatrial.systems.github.client import Client

DEADLINE: Final = 60.0
"""Seconds after which what was not read counts as missing."""
_AT_ONCE: Final = 6
_API: Final = "https://api.github.com"


@struct
class Access:
    """What lets seatrial look at live systems.

    Attributes:
        token: for GitHub; never shown.
        api: address of GitHub's API, of github.com or of an Enterprise server.
    """

    token: str = field(repr=False)
    api: str = _API

    @property
    def host(self) -> str:
        """The host of the repositories that this API knows."""
        return (urlsplit(self.api).hostname or "").removeprefix("api.")


def access(environment: Mapping[str, str], flag: str = "--live") -> Access:
    """What the process' environment gives: `GITHUB_TOKEN` or `GH_TOKEN`, and `GITHUB_API_URL`.

    Raises:
        UsageError: there is no token.
    """
    token = environment.get("GITHUB_TOKEN") or environment.get("GH_TOKEN") or ""
    if not token.strip():
        hint = f"set GITHUB_TOKEN to one that may read the repositories, or leave {flag} out"
        raise UsageError(f"{flag} needs a token for GitHub", hint=hint)
    return Access(token.strip(), environment.get("GITHUB_API_URL") or _API)


def collect(
    needs: Iterable[FactKey], roots: Sequence[Root] = (), live: Access | None = None
) -> Facts:
    """Read what can be read; what cannot is missing, with the reason.

    Offline (`live` is None) nothing is read, and each key says what would show it.
    """
    if live is None:
        return Facts({})
    # Imported only now: an HTTP client takes longer to load than an audit of a small repository.
    from seatrial.systems.github.reads import READERS

    wanted = [key for key in dict.fromkeys(needs) if key.name in READERS]
    slugs = {root.name: slug_of(root, live) for root in roots}
    entries: dict[str, Fact] = {}
    if wanted:
        with github(live) as client:
            read = _read(client, wanted, slugs)
        for key in wanted:
            entries[key.name] = _fact(read[key.name])
    return Facts(entries)


def github(live: Access) -> Client:
    """A client for the API; whoever asks closes it.

    Raises:
        UsageError: a token may not be sent to that address.
    """
    from seatrial.systems.github.client import Client
    from seatrial.systems.github.patience import Patience

    return Client(live.token, live.api, patience=Patience(total=DEADLINE / 2))


def slug_of(root: Root, live: Access) -> str:
    """`owner/name` of a root at GitHub; empty when its `origin` is elsewhere or missing."""
    from seatrial.repo.git.remote import remote

    found = remote(root)
    if found is None or "/" in found.owner:
        return ""
    host = found.host.lower().removeprefix("ssh.").removeprefix("www.")
    return f"{found.owner}/{found.name}" if host == live.host.lower() else ""


Read = tuple[str, str, object, str]
"""Root, `owner/name`, value, reason."""


def _read(
    client: Client, wanted: Sequence[FactKey], slugs: Mapping[str, str]
) -> dict[str, list[Read]]:
    from concurrent.futures import ThreadPoolExecutor, wait

    from seatrial.systems.github.reads import READERS

    pool = ThreadPoolExecutor(_AT_ONCE)
    jobs: dict[tuple[str, str], Future[tuple[object, str]]] = {
        (key.name, slug): pool.submit(_one, READERS[key.name], client, slug)
        for key in wanted
        for slug in dict.fromkeys(slugs.values())
        if slug
    }
    wait(jobs.values(), timeout=DEADLINE)
    late = (None, f"GitHub did not answer within {DEADLINE:.0f} seconds")
    found: dict[str, list[Read]] = {}
    for key in wanted:
        for root, slug in slugs.items():
            job = jobs.get((key.name, slug))
            none = (None, "its `origin` is not at that GitHub")
            value, reason = none if job is None else job.result() if job.done() else late
            found.setdefault(key.name, []).append((root, slug, value, reason))
    pool.shutdown(wait=False, cancel_futures=True)
    return found


def _one(reader: Callable[[Client, str], object], client: Client, slug: str) -> tuple[object, str]:
    try:
        return reader(client, slug), ""
    except SeatrialError as error:
        return None, str(error)


def _fact(read: Sequence[Read]) -> Fact:
    from seatrial.systems.github.facts import Hosted

    members = tuple(Hosted(*one) for one in read)
    if any(one.value is not None for one in members):
        return Known(members, datetime.now(UTC))
    reasons = dict.fromkeys(f"{m.slug or m.root}: {m.reason}" for m in members)
    return Missing("; ".join(reasons) or "no repository was given")
