"""Holds each request against GitHub's own description of its API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

from seatrial.rigs.forge import Request

HOST = "https://api.github.com"


class Described:
    """A request as openapi-core wants to see it."""

    def __init__(self, request: Request) -> None:
        """Copy what counts."""
        self.request = request
        self.host_url = HOST
        self.path = request.path
        self.method = request.method.lower()
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(request.query), header=Headers(dict(request.headers))
        )
        self.content_type = request.headers.get("content-type", "application/json").split(";")[0]

    @cached_property
    def body(self) -> bytes | None:
        """The body, without the one field that the description does not have.

        `can_admins_bypass` is shown by GitHub, and sent by go-github and Terraform, but the
        published description of the PUT leaves it out. `writes` reads it back, so that a server
        that ignores it is noticed.
        """
        body = self.request.body
        if self.method == "put" and "/environments/" in self.path and isinstance(body, Mapping):
            known = {key: value for key, value in body.items() if key != "can_admins_bypass"}
            return json.dumps(known).encode()
        return self.request.raw or None


class Description:
    """GitHub's OpenAPI document."""

    def __init__(self, contracts: Path) -> None:
        """Read it."""
        document = json.loads((contracts / "github" / "openapi.json").read_text())
        self._api = OpenAPI.from_dict(document)
        self._paths = document["paths"]

    def check(self, request: Request) -> None:
        """Raise unless the request is one that the document describes, headers included."""
        self._api.validate_request(Described(request))
        headers = request.headers
        assert headers["accept"] == "application/vnd.github+json"
        assert headers["x-github-api-version"] == "2022-11-28"
        assert headers["authorization"].startswith("Bearer ")
        assert headers["user-agent"] == "seatrial"
