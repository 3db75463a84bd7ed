"""The page for a failover and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.homes import app_root
from seatrial.kit.planning.render import render
from seatrial.kit.planning.targets import targets
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Wish
from seatrial.practices.multi_region import pieces
from seatrial.practices.multi_region.estate import Estate
from seatrial.practices.multi_region.regions import running
from seatrial.practices.multi_region.settings import Settings
from seatrial.practices.multi_region.standby import database_of
from seatrial.practices.multi_region.traffic import entry_of
from seatrial.repo.files import Root

PAGE: Final = "docs/runbooks/failover.md"


def failover(site: Site[Settings], one: Estate | None) -> Iterator[Wish]:
    """Yield the page, unless the team has one."""
    root = app_root(site)
    if any(PAGE in r.files for r in site.repo.roots):
        return
    names = one.names if one else site.production
    mine = [t for t in targets(site) if t.environment.name in names]
    target = mine[0] if mine else None
    entry = entry_of(site, target) if target else None
    regions = [one.region, one.standby] if one else sorted(running(site))
    text = render(
        "multi_region",
        f"{PAGE}.j2",
        owner=_owner(root),
        drill=not pieces.rehearsals(site),
        first=regions[0],
        second=regions[1],
        namespace=target.namespace if target else "",
        release=target.release if target else "",
        database=database_of(site, target) if target else "",
        host=entry.host if entry else "",
    )
    yield Generate(root.name, PAGE, text, "a failover is a list of steps, not an idea at night")


def _owner(root: Root) -> str:
    """Owner of everything by CODEOWNERS, else those who administer the repository."""
    for path in ("CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS"):
        file = root.files.get(path)
        for line in reversed(file.lines if file else []):
            words = line.partition("#")[0].split()
            if len(words) > 1 and words[0] in {"*", "/docs/", "docs/"}:
                return ", ".join(words[1:])
    return f"the people with admin rights on the repository {root.name}"
