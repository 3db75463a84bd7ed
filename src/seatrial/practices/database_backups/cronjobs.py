"""CronJobs that dump a database and try the dump: a template of its chart, or a file beside it."""

from __future__ import annotations

import posixpath
import textwrap
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addonobjects import beside
from seatrial.kit.planning.render import render
from seatrial.kit.planning.targets import Target, targets
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Risk, Wish
from seatrial.model.edit import Block, SetKey
from seatrial.practices.database_backups.settings import Settings
from seatrial.practices.database_backups.stored import Stored
from seatrial.practices.database_backups.surroundings import scratch
from seatrial.repo.files import File
from seatrial.repo.kubernetes.charts import Chart

SECRET: Final = "database-backups"  # noqa: S105 (name of an object, no secret)
RESTIC: Final = "docker.io/restic/restic:0.18.1"
_PRACTICE: Final = "database_backups"
_FILES: Final = "files/backups"
_COMMON: Final = ("upload.sh", "fetch.sh", "retain.sh")
_SCRIPTS: Final = {
    "postgresql": ("dump-postgresql.sh", "compare-postgresql.sh", "snapshot.sql", "tables.sql"),
}
_EVERY: Final = (
    (720, "43 */12 * * *"),
    (360, "43 */6 * * *"),
    (240, "43 */4 * * *"),
    (120, "43 */2 * * *"),
    (60, "43 * * * *"),
    (30, "13,43 * * * *"),
    (15, "*/15 * * * *"),
    (5, "*/5 * * * *"),
)
"""Minutes between two runs, and how cron writes it."""
_WHY: Final = "a lost database comes back: dumped, encrypted, kept outside, restored every night"


def schedule(rpo: int) -> str:
    """Cron for dumps so often that one may fail before more than `rpo` minutes are lost."""
    return next((cron for minutes, cron in _EVERY if minutes * 2 <= rpo), _EVERY[-1][1])


def of_chart(
    site: Site[Settings], one: Stored, chart: Chart, names: tuple[str, ...]
) -> Iterator[Wish]:
    """Yield the template with its scripts, and the switch in the values of these environments."""
    folder = f"{chart.folder}/" if chart.folder else ""
    stem = one.manifest.name.removeprefix(f"{chart.name}-")
    text = _text(site, one, _labels(chart), size=_SCRATCH, helm=True)
    path = f"{folder}templates/{stem}-backup.yaml"
    if path in chart.root.files:  # somebody's own, which does not back it up
        path = f"{folder}templates/{stem}-backup-job.yaml"
    yield Generate(chart.root.name, path, text, _WHY, Risk.MEDIUM)
    for name, script in scripts(one.engine):
        path = f"{folder}{_FILES}/{name}"
        yield Generate(chart.root.name, path, script, _WHY, executable=name.endswith(".sh"))
    mine = [t for t in targets(site) if t.chart is chart]
    asked = [t for t in mine if t.environment.name in names]
    yield from _switches(site, one, asked, alone=not any(t.values for t in mine))


def _switches(
    site: Site[Settings], one: Stored, asked: list[Target], *, alone: bool
) -> Iterator[Wish]:
    own = one.manifest.chart.values_file if one.manifest.chart else None
    if alone and own:
        yield _switch(own, scratch(site, one.manifest, ""))
        return
    for target in asked:
        if target.values:
            yield _switch(target.values, scratch(site, one.manifest, target.environment.name))
        else:
            name = target.environment.name
            yield Leave(
                f"set `databaseBackups.enabled: true` for {name}: it has no values file of its own"
            )


def _switch(file: File, size: str) -> Edit:
    block = Block(f"enabled: true\nscratch: {size}\n")
    edit = SetKey((), "databaseBackups", block, replace=False)
    why = "backups are on here; scratch holds a dump, and the server that tries it"
    return Edit(file.root.name, file.path, (edit,), why, Risk.MEDIUM)


_SCRATCH: Final = "{{ .Values.databaseBackups.scratch }}"


def of_manifest(site: Site[Settings], one: Stored) -> Iterator[Wish]:
    """Yield a file beside that of the database."""
    labels = "  labels: {app.kubernetes.io/name: database-backup}"
    text = _text(site, one, labels, size=scratch(site, one.manifest, ""), helm=False)
    file, stem = one.manifest.file, f"{one.manifest.name}-backup"
    if posixpath.join(file.folder, stem + file.suffix) in file.root.files:
        stem += "-job"
    yield from beside(one.manifest, stem, text, _WHY)


def scripts(engine: str) -> list[tuple[str, str]]:
    """Names and texts of all scripts of an engine."""
    names = sorted((*_COMMON, *_SCRIPTS[engine]))
    return [(name, render(_PRACTICE, f"chart/{_FILES}/{name}.j2")) for name in names]


def _text(site: Site[Settings], one: Stored, labels: str, *, size: str, helm: bool) -> str:
    return render(
        _PRACTICE,
        "chart/templates/backup.yaml.j2",
        helm=helm,
        what=f"{one.manifest.kind} {one.manifest.name}",
        name=one.name,
        namespace="" if helm else one.manifest.namespace,
        labels=labels,
        selector=_SELECTOR.replace("NAME", one.name),
        target="{" + ", ".join(f'{k}: "{v}"' for k, v in one.target) + "}",
        isolated=one.isolated,
        door=f"{one.name}-{one.port_name}" if one.port_name else "",
        number=one.number,
        engine=one.engine,
        image=one.image,
        host=one.host,
        port=one.port,
        env=textwrap.indent("\n".join(one.env), " " * 16),
        from_secret=not one.has_password,
        restic=RESTIC,
        rpo=site.settings.rpo_minutes,
        schedule=schedule(site.settings.rpo_minutes),
        keep_days=site.settings.keep_days,
        scratch=size,
        scripts=[] if helm else scripts(one.engine),
    )


_SELECTOR: Final = '{app.kubernetes.io/name: database-backup, app.kubernetes.io/instance: "NAME"}'


def _labels(chart: Chart) -> str:
    """The labels that the chart gives its objects, as its own templates write them."""
    for path, file in sorted(chart.root.files.items()):
        if path.startswith(f"{chart.folder}/templates/" if chart.folder else "templates/"):
            for line, below in zip(file.lines, file.lines[1:], strict=False):
                if line == "  labels:" and all(w in below for w in ("include", " . ", "nindent 4")):
                    return f"{line}\n{below}"
    return '  labels: {app.kubernetes.io/instance: "{{ .Release.Name }}"}'
