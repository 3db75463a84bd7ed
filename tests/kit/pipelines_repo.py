"""Small repositories with workflows, for the tests of the shared know-how."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

from seatrial.kit import environments
from seatrial.kit.site import Site
from seatrial.model.fact import Facts
from seatrial.repo.files import Root
from seatrial.repo.repository import Repository


def site_of(folder: Path, **files: str) -> Site[object]:
    """A site of workflow files (`ci="on: push..."`); other files by their path."""
    for name, text in files.items():
        path = name if "/" in name or "." in name else f".github/workflows/{name}.yaml"
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(text), encoding="utf-8")
    repository = Repository([Root(folder, "repo", git=False)])
    now = datetime(2026, 11, 24, tzinfo=UTC)
    return Site(repository, object(), environments.found(repository), Facts({}), now)
