"""One stand-in for all tests of a process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from seatrial.rigs.forge import Forge, Request
from tests.systems.github.openapi import Description


@pytest.fixture(scope="session")
def server() -> Iterator[Forge]:
    """A running stand-in."""
    with Forge() as forge:
        yield forge


@pytest.fixture(scope="session")
def description(contracts: Path) -> Description:
    """GitHub's description of its API."""
    return Description(contracts)


@pytest.fixture
def forge(server: Forge) -> Iterator[Forge]:
    """The stand-in, without what an earlier test hung on it."""
    server.on_request = None
    yield server
    server.on_request = None


@pytest.fixture
def judged(forge: Forge, description: Description) -> Iterator[Forge]:
    """The stand-in; every request that reaches it is held against GitHub's description."""
    wrong: list[str] = []

    def hear(request: Request) -> None:
        try:
            description.check(request)
        except Exception as error:  # noqa: BLE001 - told by the test, not by the server's thread
            wrong.append(f"{request.method} {request.path}: {error!r} {error.__cause__!r}")

    forge.on_request = hear
    yield forge
    assert wrong == []
