"""Every engine test has the throwaway practice, and a harbour to audit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.engine_site import only_practices, write_practice


@pytest.fixture(autouse=True)
def buoys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of practices, with one in it."""
    folder = tmp_path_factory.mktemp("practices")
    write_practice(folder)
    with only_practices(folder):
        yield folder


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """A folder with one whole and one broken buoy."""
    folder = tmp_path / "harbour"
    (folder / "north").mkdir(parents=True)
    (folder / "north" / "a.buoy").write_text("buoy one\nBROKEN two\n")
    return folder
