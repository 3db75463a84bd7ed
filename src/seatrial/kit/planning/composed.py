"""Systems that Docker Compose runs: the file that does it, and further files that it includes."""

from __future__ import annotations

import posixpath

from seatrial.kit.platform.cluster import has_cluster
from seatrial.kit.platform.live import is_aside
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site, once
from seatrial.model.change import Edit, Risk
from seatrial.model.edit import AddItem
from seatrial.repo.code.compose import Compose

FOLDER = "observability"


@once
def running(site: Site[object]) -> Compose | None:
    """The compose file by which the system runs; None where a cluster runs it, or nothing does."""
    if has_cluster(site) or not runs_for_somebody(site):
        return None
    found = [
        compose
        for compose in site.repo.compose
        if not is_aside(compose.file.path)
        and not compose.is_override
        and "test" not in compose.file.name
        and any(s.ports for s in compose.services)
    ]
    return found[0] if found else None


def beside(compose: Compose, path: str) -> str:
    """A path from the repository's root, given from the compose file's folder."""
    return posixpath.join(compose.file.folder, path)


def included(compose: Compose, name: str, why: str) -> Edit:
    """Let the compose file include another one beside it."""
    edit = AddItem(("include",), name, sort=True)
    return Edit(compose.file.root.name, compose.file.path, (edit,), why, Risk.MEDIUM)
