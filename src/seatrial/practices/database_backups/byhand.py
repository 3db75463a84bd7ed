"""The backup script that documents name and nobody wrote."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.render import render
from seatrial.kit.planning.targets import targets
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Wish
from seatrial.model.finding import Outcome
from seatrial.practices.database_backups import audit
from seatrial.practices.database_backups.inchart import PRACTICE
from seatrial.practices.database_backups.servers import Server
from seatrial.practices.database_backups.settings import Settings


def scripts(site: Site[Settings], servers: list[Server]) -> Iterator[Wish]:
    """Yield each script once; where no job of ours is there to be started, what is missing."""
    made: set[tuple[str, str]] = set()
    jobs = [
        (t.environment.name, t.namespace, s.name.replace("{{ .Release.Name }}", t.release))
        for t in targets(site)
        for s in servers[:1]
        if t.chart is s.chart and t.environment.tier in site.settings.required_in
    ]
    for seen in audit.missing_script.look(site):
        if seen.outcome is not Outcome.FAULT or seen.place is None:
            continue
        path = seen.message.partition(" ")[0]
        key = (seen.place.repository, path)
        named = path.rpartition("/")[2]
        if not jobs or "restore" in named or path.startswith("/") or ".." in path:
            yield Leave(f"{seen.message} ({audit.missing_script.rule})", seen.place)
        elif key not in made:
            made.add(key)
            names = [name for name, _, _ in jobs]
            text = render(PRACTICE, "scripts/backup-now.sh.j2", path=path, jobs=jobs, names=names)
            why = "makes a copy now, like the schedule does, and waits for it"
            yield Generate(*key, text, why, executable=True)
