"""`make docs`: writes the generated pages, and records again what the hand-written ones run.

`python -m tests.pages` says what differs and exits 1 if anything does; `--write` rewrites it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from seatrial.engine import load
from tests.pages_practice import index_page, practice_page
from tests.pages_reference import reference_page
from tests.recording import PROJECT, Sandbox, recorded

DOCS = PROJECT / "docs"
REFERENCE = DOCS / "guide" / "reference.md"


def handwritten() -> list[Path]:
    """Pages that people write and whose blocks are run."""
    guide = sorted(page for page in (DOCS / "guide").glob("*.md") if page != REFERENCE)
    return [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", DOCS / "architecture.md", *guide]


def generated() -> dict[Path, Callable[[], str]]:
    """Pages that are made of the code, and what makes each."""
    made: dict[Path, Callable[[], str]] = {
        DOCS / "practices" / "README.md": index_page,
        REFERENCE: reference_page,
    }
    for practice in load.practices():
        made[DOCS / "practices" / f"{practice.id}.md"] = partial(practice_page, practice)
    return made


def orphans() -> list[Path]:
    """Pages of practices that do not exist."""
    return sorted(set((DOCS / "practices").glob("*.md")) - set(generated()))


def record(page: Path) -> str:
    """A hand-written page with what its commands print today."""
    with tempfile.TemporaryDirectory() as folder:
        return recorded(page.read_text("utf-8"), Sandbox(Path(folder)))


def main(*, write: bool) -> int:
    """Compare every page with what it should say, rewrite it if asked; returns the exit code."""
    makers = generated() | {page: partial(record, page) for page in handwritten()}
    stale = []
    for page, make in makers.items():
        text = make()
        if not page.exists() or page.read_text("utf-8") != text:
            stale.append(page)
            if write:
                page.write_text(text, "utf-8")
    for page in orphans():
        stale.append(page)
        if write:
            page.unlink()
    for page in stale:
        sys.stdout.write(f"{'wrote' if write else 'stale'}: {page.relative_to(PROJECT)}\n")
    return 1 if stale and not write else 0


if __name__ == "__main__":
    sys.exit(main(write="--write" in sys.argv[1:]))
