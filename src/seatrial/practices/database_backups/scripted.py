"""Scripts that a document names and that are not there: a backup at the word of a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seatrial.kit.planning.render import render
from seatrial.kit.planning.targets import targets
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Wish
from seatrial.practices.database_backups.settings import Settings
from seatrial.practices.database_backups.stored import Stored
from seatrial.practices.database_backups.traps import missing_scripts


def scripted(site: Site[Settings], made: Sequence[Stored]) -> Iterator[Wish]:
    """Yield the scripts that start a backup job now; a restore is left to people."""
    rows = sorted({row for one in made for row in _rows(site, one)})
    for root, path, place in missing_scripts(site):
        name = path.rpartition("/")[2]
        if rows and "backup" in name and "restore" not in name and ".." not in path:
            text = render("database_backups", "scripts/backup-now.sh.j2", path=path, rows=rows)
            why = f"{place.path} tells people to run it"
            yield Generate(root.name, path, text, why, executable=True)
        else:
            yield Leave(f"{path} is named here and does not exist: write it or name another", place)


def _rows(site: Site[Settings], one: Stored) -> Iterator[tuple[str, str, str]]:
    """Environment, namespace and CronJob of a database."""
    manifest, chart = one.manifest, one.manifest.chart
    if chart is None:
        for name in manifest.environments or ("default",):
            yield name, manifest.namespace or "default", f"{manifest.name}-backup"
        return
    for target in targets(site):
        needed = target.environment.tier in site.settings.required_in
        if target.chart is chart and needed:
            own = manifest.name
            if own == chart.name or own.startswith(f"{chart.name}-"):
                own = target.release + own.removeprefix(chart.name)
            yield target.environment.name, target.namespace, f"{own}-backup"
