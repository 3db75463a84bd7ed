"""Shared by all tests: the switch that rewrites golden files, and where the contracts lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite golden files; review as prose")


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten."""
    return bool(request.config.getoption("--accept"))


@pytest.fixture(scope="session")
def contracts() -> Path:
    """Folder of the official schemas; missing is a skip for users and a failure in CI."""
    folder = Path(os.environ.get("SEATRIAL_CONTRACTS", PROJECT.parent / "shared" / "contracts"))
    if not folder.is_dir():
        reason = f"official schemas are not at {folder}; set SEATRIAL_CONTRACTS to their folder"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
