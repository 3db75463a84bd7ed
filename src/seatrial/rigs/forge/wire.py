"""Requests and answers of the stand-in, and the table of its routes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from seatrial.model.struct import field, struct
from seatrial.rigs.forge.state import Repo, Token, World

PREFIX: Final = "/api/v3"


@struct
class Request:
    """A request as it came.

    Attributes:
        path: below the API's prefix, still percent-encoded.
        query: decoded, the last value of each name.
        body: parsed JSON, or None.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: object = None
    raw: bytes = b""


@struct
class Reply:
    """What goes back."""

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


@struct
class Call:
    """A request that found its route.

    Attributes:
        names: decoded parts of the path.
        base: address of the server, without a path.
    """

    world: World
    request: Request
    token: Token
    names: Mapping[str, str]
    base: str

    @property
    def repo(self) -> Repo:
        """The repository that the path names."""
        return self.world.repos[f"{self.names['owner']}/{self.names['repo']}"]

    @property
    def fields(self) -> dict[str, object]:
        """The body's fields."""
        body = self.request.body
        return dict(body) if isinstance(body, dict) else {}


Route = Callable[[Call], Reply]


@struct
class Entry:
    """A route: method, path, and the permission that it takes."""

    method: str
    pattern: re.Pattern[str]
    permission: str
    level: str
    answer: Route


ROUTES: Final[list[Entry]] = []


def route(
    method: str, path: str, permission: str = "metadata", level: str = ""
) -> Callable[[Route], Route]:
    """Register a function for a path; `{name}` stands for one part of it."""
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))

    def wrap(answer: Route) -> Route:
        ROUTES.append(Entry(method, pattern, permission, level, answer))
        return answer

    return wrap


def refuse(status: int, message: str, *errors: str) -> Reply:
    """An answer in GitHub's form of an error."""
    body: dict[str, object] = {"message": message, "status": str(status)}
    body["documentation_url"] = "https://docs.github.com/rest"
    if errors:
        body["errors"] = list(errors)
    return Reply(status, body)


def not_found() -> Reply:
    """What GitHub says of all that is not there or may not be seen."""
    return refuse(404, "Not Found")


def paged(call: Call, members: list[object], key: str = "") -> Reply:
    """One page of a list, with the address of the next."""
    query = call.request.query
    size = min(int(query.get("per_page", "30")), 100)
    page = int(query.get("page", "1"))
    part = members[(page - 1) * size : page * size]
    headers = {}
    if page * size < len(members):
        rest = "".join(f"&{k}={v}" for k, v in query.items() if k not in {"page", "per_page"})
        url = f"{call.base}{PREFIX}{call.request.path}?per_page={size}&page={page + 1}{rest}"
        headers["Link"] = f'<{url}>; rel="next"'
    if key:
        return Reply(200, {"total_count": len(members), key: part}, headers)
    return Reply(200, part, headers)
