"""The wire to GitHub's REST API: headers, paging, limits, retries; nothing of practices."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Final, Self, TypeVar
from urllib.parse import quote, urlsplit

from seatrial.model.errors import UsageError
from seatrial.systems.github.answers import Answer
from seatrial.systems.github.errors import RefusedError, UncertainError, UnreachableError
from seatrial.systems.github.patience import (
    LATER,
    AgainError,
    Patience,
    content_of,
    kind_of,
    waiting,
)
from seatrial.systems.github.refusals import Reply, refusal, wait_asked

T = TypeVar("T")

API: Final = "https://api.github.com"
VERSION: Final = "2022-11-28"
MOST_PAGES: Final = 100
_LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_OK: Final = range(200, 300)
_NOT_MODIFIED: Final = 304
_SERVER_FAULT: Final = 500


class Client:
    """One token at one API address. Safe to share between threads."""

    def __init__(
        self,
        token: str,
        api: str = API,
        *,
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Open nothing yet.

        Raises:
            UsageError: the address is not one that a token may be sent to.
        """
        import httpx

        parts = urlsplit(api)
        local = parts.hostname in _LOCAL
        if parts.scheme != "https" and not (local and parts.scheme == "http"):
            hint = "set GITHUB_API_URL to https://HOST/api/v3, or leave it out for github.com"
            raise UsageError("the address of GitHub's API is no https address", hint=hint)
        self._patience = patience or Patience()
        self._sleep = sleep
        self._known: dict[str, tuple[str, Reply]] = {}
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "User-Agent": "seatrial",
            "X-GitHub-Api-Version": VERSION,
        }
        self._http = httpx.Client(
            base_url=api.rstrip("/"),
            headers=headers,
            timeout=httpx.Timeout(self._patience.answer, connect=5.0),
            trust_env=not local,
        )

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def __enter__(self) -> Self:
        """Use it in a `with`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def get(self, path: str, **parameters: str | int) -> Answer:
        """Read one thing.

        Raises:
            RefusedError: GitHub says no; its `status` says how.
            UnreachableError: no answer in time.
        """
        return self._read(self._url(path, parameters)).answer

    def find(self, path: str, **parameters: str | int) -> Answer | None:
        """Read one thing that may not be there: None for 404."""
        try:
            return self.get(path, **parameters)
        except RefusedError as error:
            if error.status == 404:  # noqa: PLR2004 - the word for it
                return None
            raise

    def pages(self, path: str, key: str = "", **parameters: str | int) -> Iterator[Answer]:
        """Members of a list that comes in pages; `key` names the list inside an object."""
        url = self._url(path, {"per_page": 100, **parameters})
        for _ in range(MOST_PAGES):
            reply = self._read(url)
            yield from reply.answer.items(*([key] if key else []))
            if not reply.next:
                return
            url = self._same_host(reply.next)
        raise UnreachableError(f"{path} has more than {MOST_PAGES} pages", hint="report this")

    def put(self, path: str, body: Mapping[str, object]) -> Answer:
        """Replace a thing; repeated when the answer got lost, since twice is once."""
        return self._persist("PUT", self._url(path), body).answer

    def patch(self, path: str, body: Mapping[str, object]) -> Answer:
        """Set some fields of a thing; repeated like a PUT."""
        return self._persist("PATCH", self._url(path), body).answer

    def delete(self, path: str) -> None:
        """Remove a thing; one that is gone already is gone."""
        try:
            self._persist("DELETE", self._url(path), None)
        except RefusedError as error:
            if error.status != 404:  # noqa: PLR2004 - the word for it
                raise

    def post(
        self, path: str, body: Mapping[str, object], probe: Callable[[], T | None]
    ) -> T | Answer:
        """Make a thing. When the answer got lost, `probe` looks whether it is there before a retry.

        Returns:
            The answer, or what `probe` found.
        """
        for _ in range(self._patience.attempts):
            try:
                return self._persist("POST", self._url(path), body).answer
            except UncertainError:
                found = probe()
                if found is not None:
                    return found
        raise UnreachableError(f"GitHub did not carry out POST {path}", hint=LATER)

    def _read(self, url: str) -> Reply:
        reply = self._persist("GET", url, None)
        if reply.etag:
            self._known[url] = (reply.etag, reply)
        return reply

    def _persist(self, method: str, url: str, body: Mapping[str, object] | None) -> Reply:
        """Send until an answer counts, as long as patience lasts."""
        import tenacity

        end = time.monotonic() + self._patience.total

        def pause(state: tenacity.RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            asked = error.wait if isinstance(error, AgainError) else None
            return (
                self._patience.pause * 2 ** (state.attempt_number - 1) if asked is None else asked
            )

        def again(error: BaseException) -> bool:
            return isinstance(error, AgainError) and not (method == "POST" and error.sent)

        trying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(again),
            stop=tenacity.stop_after_attempt(self._patience.attempts)
            | tenacity.stop_before_delay(self._patience.total),
            wait=pause,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return trying(self._once, method, url, body, end)
        except AgainError as error:
            kind = UncertainError if method == "POST" and error.sent else UnreachableError
            raise kind(str(error), hint=waiting(error)) from None

    def _once(self, method: str, url: str, body: Mapping[str, object] | None, end: float) -> Reply:
        known = self._known.get(url) if method == "GET" else None
        headers = {"If-None-Match": known[0]} if known else {}
        reply = self._exchange(method, url, body, headers, end)
        if known and reply.status == _NOT_MODIFIED:
            return known[1]
        if reply.status in _OK:
            return reply
        wait = wait_asked(reply)
        if wait is not None:
            raise AgainError("GitHub's rate limit is reached", wait=wait)
        if reply.status >= _SERVER_FAULT:
            message = f"GitHub answers {method} {reply.path} with a fault of its own"
            raise AgainError(f"{message} ({reply.status})", sent=True)
        raise refusal(method, reply)

    def _exchange(
        self,
        method: str,
        url: str,
        body: Mapping[str, object] | None,
        headers: Mapping[str, str],
        end: float,
    ) -> Reply:
        import httpx

        deadline = min(time.monotonic() + self._patience.answer, end)
        path = urlsplit(url).path
        try:
            follow = method == "GET"
            request = self._http.build_request(method, url, json=body, headers=dict(headers))
            answer = self._http.send(request, stream=True, follow_redirects=follow)
            try:
                content = content_of(answer, deadline)
            finally:
                answer.close()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise AgainError(f"GitHub cannot be reached ({kind_of(error)})") from None
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
            message = f"GitHub did not answer {method} {path} ({kind_of(error)})"
            raise AgainError(message, sent=True) from None
        return Reply.made(answer.status_code, path, answer.headers, content)

    def _url(self, path: str, parameters: Mapping[str, str | int] | None = None) -> str:
        if not parameters:
            return path
        return f"{path}?" + "&".join(f"{k}={quote(str(v), safe='')}" for k, v in parameters.items())

    def _same_host(self, url: str) -> str:
        # The token goes with it, so a next page at another host is not followed.
        ours, theirs = self._http.base_url, urlsplit(url)
        if theirs.netloc and theirs.netloc != ours.netloc.decode():
            raise UnreachableError("GitHub names a next page at another host", hint="report this")
        return url


def segment(name: str) -> str:
    """A name as one part of a path: an environment may have a slash."""
    return quote(name, safe="")
