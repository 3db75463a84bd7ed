"""Programs that tests need and no wheel brings: missing is a skip for users and a failure in CI."""

from __future__ import annotations

import os

import pytest

from seatrial.engine.judges.trial import find_tool


def program(name: str) -> str:
    """Path of a program; `make tools` brings those that are asked for."""
    found = find_tool(name)
    if found is None:
        reason = f"{name} is not installed (make tools)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found
