"""Where the official schemas are, for the tests that check a report against one."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def contract() -> Callable[[str], Path]:
    """Path of an official schema; skips where they are not at hand, fails in CI."""

    def find(name: str) -> Path:
        folder = Path(os.environ.get("SEATRIAL_CONTRACTS", REPOSITORY.parent / "shared/contracts"))
        path = folder / name
        if not path.is_file():
            reason = f"no {name} in {folder}; set SEATRIAL_CONTRACTS"
            if os.environ.get("CI") == "true":
                pytest.fail(reason)
            pytest.skip(reason)
        return path

    return find
