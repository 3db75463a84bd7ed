"""Where new files go: the application's repository, the infrastructure's, their folders."""

from __future__ import annotations

from seatrial.kit.roles import role_of
from seatrial.kit.site import Site, once
from seatrial.repo.files import Root


@once
def app_root(site: Site[object]) -> Root:
    """The repository of the application; the only one where there is one."""
    return _of_role(site, "app", "both") or site.repo.roots[0]


@once
def infra_root(site: Site[object]) -> Root:
    """The repository of the infrastructure; the application's where there is one only."""
    return _of_role(site, "infra", "both") or site.repo.roots[-1]


def _of_role(site: Site[object], *roles: str) -> Root | None:
    for role in roles:
        for root in site.repo.roots:
            if role_of(site.repo, root) == role:
                return root
    return None


def workflow_path(root: Root, name: str) -> str:
    """Path of a workflow file of ours, with the ending that the repository's own ones have."""
    endings = [f.suffix for f in root.files.values() if f.folder == ".github/workflows"]
    ending = ".yml" if endings.count(".yml") > endings.count(".yaml") else ".yaml"
    return f".github/workflows/{name}{ending}"
