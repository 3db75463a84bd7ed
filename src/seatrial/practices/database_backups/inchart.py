"""The template that a chart gets for each of its PostgreSQL servers, and its switch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.render import render
from seatrial.kit.planning.targets import Target, targets
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Risk, Wish
from seatrial.model.edit import Block, SetKey
from seatrial.model.struct import struct
from seatrial.practices.database_backups.servers import Server
from seatrial.practices.database_backups.settings import Settings
from seatrial.repo.kubernetes.charts import Chart

PRACTICE: Final = "database_backups"
STORE: Final = "database-backup-store"
"""Secret with the bucket; Terraform makes it where it makes the bucket."""
IDENTITY: Final = "database-backup-identity"
RCLONE: Final = "rclone/rclone:1.74.4"
AGE: Final = "ghcr.io/helmfile/helmfile:v1.7.4"
"""Holds age as a program of its own; its authors publish no image."""
DAYS: Final = 35
_SCRIPTS: Final = ("dump.sh", "count.sql", "upload.sh", "fetch.sh", "restore.sh")
_DAY: Final = 24 * 60


@struct
class _Job:
    suffix: str
    schedule: str
    deadline: int


_JOBS: Final = (
    _Job("backup", "schedule", 3000),
    _Job("restore-check", "verifySchedule", 14400),
)


def key_of(chart: Chart) -> str:
    """Key of the values; another one where the chart's own values say `backup` already."""
    return "databaseBackup" if chart.values.at("backup") else "backup"


def cron(rpo_minutes: int) -> str:
    """A schedule whose runs lie at most so far apart."""
    if rpo_minutes >= _DAY:
        return "17 2 * * *"
    if rpo_minutes >= 60:  # noqa: PLR2004 (an hour)
        hours = max(h for h in (1, 2, 3, 4, 6, 8, 12) if h * 60 <= rpo_minutes)
        return "17 * * * *" if hours == 1 else f"17 */{hours} * * *"
    return f"*/{max(m for m in (1, 5, 10, 15, 20, 30) if m <= max(rpo_minutes, 1))} * * * *"


def in_chart(site: Site[Settings], servers: list[Server]) -> Iterator[Wish]:
    """Yield a template for each server, and the values that switch it on."""
    names: dict[Chart, int] = {}
    for server in servers:
        chart = server.chart
        names[chart] = names.get(chart, 0) + 1
        stem = "postgres-backup" if names[chart] == 1 else f"postgres-backup-{names[chart]}"
        yield Generate(
            chart.root.name,
            f"{chart.folder}/templates/{stem}.yaml".removeprefix("/"),
            _text(site, server),
            f"{server.manifest.name} comes back as of at most "
            f"{site.settings.rpo_minutes} minutes before its loss",
            Risk.MEDIUM,
        )
    for chart in names:
        yield from _values(site, chart)


def _values(site: Site[Settings], chart: Chart) -> Iterator[Edit]:
    key, why = key_of(chart), "when copies are made, how long they are kept, who can read them"
    block = render(
        PRACTICE,
        "chart/values.yaml.j2",
        schedule=cron(site.settings.rpo_minutes),
        days=max(DAYS, site.settings.retention_days),
        store=STORE,
        identity=IDENTITY,
    )
    path = chart.values_file.path if chart.values_file else f"{chart.folder}/values.yaml"
    edit = SetKey((), key, Block(block), replace=False)
    yield Edit(chart.root.name, path.removeprefix("/"), (edit,), why)
    for target in targets(site):
        if target.chart is chart and not _is_asked(site, target) and target.values:
            off = SetKey((key,), "enabled", value=False, replace=False)
            reason = f"nothing of {target.environment.name} has to come back"
            yield Edit(target.values.root.name, target.values.path, (off,), reason)


def _is_asked(site: Site[Settings], target: Target) -> bool:
    return target.environment.tier in site.settings.required_in


def _text(site: Site[Settings], server: Server) -> str:
    values = f".Values.{key_of(server.chart)}"
    return render(
        PRACTICE,
        "chart/postgres-backup.yaml.j2",
        key=key_of(server.chart),
        title=server.name,
        name=server.name,
        component=server.component,
        labels=_labels(server.chart),
        scripts=[(f, render(PRACTICE, f"scripts/{f}.j2").rstrip("\n")) for f in _SCRIPTS],
        jobs=_JOBS,
        image=server.image,
        uid=server.uid,
        age_image=AGE,
        rclone_image=RCLONE,
        service=server.service,
        port=server.port,
        user=server.user.rstrip("\n"),
        database=server.database.rstrip("\n"),
        password=server.password.rstrip("\n"),
        selector=server.selector,
        store=_store(values, server.name),
        max_age=2 * max(site.settings.rpo_minutes, 60),
        small=_limits("50m", "64Mi", "512Mi"),
        large=_limits("100m", "256Mi", "1Gi"),
        mounts=_MOUNTS,
        closed=_is_closed(site, server),
    )


def _is_closed(site: Site[object], server: Server) -> bool:
    """True when a policy that people wrote names who may call the database."""
    labels = server.manifest.pod_labels
    for manifest in site.repo.manifests:
        if manifest.kind == "NetworkPolicy" and manifest.chart is server.chart:
            selected = manifest.node.at("spec", "podSelector", "matchLabels")
            if {k: n.text for k, n in selected.pairs()}.items() <= labels.items():
                return True
    return False


_MOUNTS: Final = """\
- name: work
  mountPath: /work
- name: tmp
  mountPath: /tmp
- name: scripts
  mountPath: /scripts
  readOnly: true"""


def _store(values: str, name: str) -> str:
    secret = f"{{{{ {values}.store }}}}"
    return (
        "envFrom:\n"
        "  - secretRef: # BUCKET, and rclone's RCLONE_CONFIG_STORE_*\n"
        f"      name: {secret}\n"
        "env:\n"
        "  - name: PREFIX\n"
        f"    value: {name}\n"
        "  - name: HOME\n"
        "    value: /tmp\n"
        "  - name: RCLONE_CONFIG # none: all stands in the environment\n"
        "    value: /notfound\n"
        "  - name: RCLONE_S3_NO_CHECK_BUCKET # the key may not list or make buckets\n"
        '    value: "true"'
    )


def _limits(cpu: str, memory: str, limit: str) -> str:
    return (
        "resources:\n"
        "  requests:\n"
        f"    cpu: {cpu}\n"
        f"    memory: {memory}\n"
        "  limits:\n"
        f"    memory: {limit}\n"
        "securityContext:\n"
        "  allowPrivilegeEscalation: false\n"
        "  readOnlyRootFilesystem: true\n"
        "  capabilities:\n"
        "    drop: [ALL]"
    )


def _labels(chart: Chart) -> str:
    """The labels that the chart gives its objects, as its own templates write them."""
    for path, file in sorted(chart.root.files.items()):
        if path.startswith(f"{chart.folder}/templates/"):
            for line, below in zip(file.lines, file.lines[1:], strict=False):
                if (
                    line == "  labels:"
                    and "include" in below
                    and "nindent 4" in below
                    and " . " in below
                ):
                    return f"{line}\n{below}\n"
    return ""
