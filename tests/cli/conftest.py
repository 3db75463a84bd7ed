"""Terminals in front of a harbour."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.terminal import Terminal
from tests.engine.engine_site import write_practice


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A terminal whose seatrial knows two throwaway practices; `harbour` has one broken buoy."""
    practices = tmp_path / "practices"
    write_practice(practices, "buoys", 90)
    write_practice(practices, "light-houses", 91)
    folder = tmp_path / "work"
    (folder / "harbour" / "north").mkdir(parents=True)
    (folder / "harbour" / "north" / "a.buoy").write_text("buoy one\nBROKEN two\n")
    return Terminal(folder, str(practices))


@pytest.fixture
def real(tmp_path: Path) -> Terminal:
    """A terminal whose seatrial knows the real practices."""
    return Terminal(tmp_path)
