"""Whether backups are restored regularly, and whether somebody hears when one is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.terraformruns import used_modules
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.practices.database_backups.dumps import dumps, script_of
from seatrial.repo.commands import shell
from seatrial.repo.commands.shell import Command
from seatrial.repo.files import File
from seatrial.repo.yaml import Node

_RESTORERS: Final = frozenset({"pg_restore", "mongorestore", "myloader", "mysqlbinlog"})
_WORDS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("pgbackrest", ("restore",)),
    ("wal-g", ("backup-fetch",)),
    ("restic", ("restore",)),
    ("borg", ("extract",)),
    ("kopia", ("restore",)),
    ("litestream", ("restore",)),
    ("velero", ("restore", "create")),
    ("aws", ("rds", "restore-db-instance-from-db-snapshot")),
    ("aws", ("rds", "restore-db-instance-to-point-in-time")),
    ("aws", ("rds", "restore-db-cluster-to-point-in-time")),
    ("aws", ("rds", "restore-db-cluster-from-snapshot")),
    ("gcloud", ("sql", "backups", "restore")),
    ("gcloud", ("sql", "instances", "clone")),
    ("seatrial", ("backup", "verify")),
    ("seatrial", ("backup", "restore")),
    ("seatrial", ("dr", "drill")),
)
_PINGS: Final = ("hc-ping.com", "healthchecks.io", "cronitor", "pushgateway", "uptime", "deadmans")
_ALARMS: Final = frozenset({"aws_cloudwatch_metric_alarm", "google_monitoring_alert_policy"})
_METRICS: Final = ("backup", "last_successful_time", "wal_archive", "pgbackrest", "barman")


def is_restore(command: Command) -> bool:
    """True for a command that restores a backup."""
    if command.program in _RESTORERS:
        return "--list" not in command.argv and "-l" not in command.argv
    return any(command.starts(program, *words) for program, words in _WORDS)


@once
def restores(site: Site[object]) -> tuple[tuple[str, Place, tuple[str, ...]], ...]:
    """What restores a backup on a schedule: (sentence, place, environments)."""
    return (*_scheduled(site), *_in_cluster(site), *_in_code(site))


def _scheduled(site: Site[object]) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    for workflow in site.repo.workflows:
        if not workflow.trigger("schedule"):
            continue
        for job in workflow.jobs:
            for step in job.all_steps if not job.is_off else ():
                for command in site.repo.followed(step.commands, step.file):
                    if is_restore(command) and not command.masked:
                        yield f"job {job.id} restores a backup on a schedule", step.place, ()
                        break


def _in_cluster(site: Site[object]) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    for manifest in site.repo.manifests:
        if manifest.kind != "CronJob" or manifest.node.at("spec", "suspend").value is True:
            continue
        for container in (*manifest.containers, *manifest.init_containers):
            commands = shell.parse(script_of(site, manifest, container)).commands
            if any(is_restore(command) for command in commands):
                what = f"CronJob/{manifest.name} restores a backup on a schedule"
                yield what, manifest.place(), manifest.environments


def _in_code(site: Site[object]) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    for module in used_modules(site):
        for block in module.resources("aws_backup_restore_testing_plan"):
            yield f"{block.address} restores backups on a schedule", block.place, ()


@once
def watches(site: Site[object]) -> tuple[tuple[str, Place, tuple[str, ...]], ...]:
    """What notices a missing backup: (sentence, place, environments)."""
    return (*_rules(site), *_pings(site), *_notices(site))


def _rules(site: Site[object]) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    for manifest in site.repo.manifests:
        if manifest.kind in {"PrometheusRule", "VMRule"}:
            for name, _ in _alerts(manifest.node.at("spec")):
                what = f"alert {name} watches the age of backups"
                yield what, manifest.place(), manifest.environments
    for file in site.repo.files():
        if _holds_rules(file):
            for name, line in _alerts(file.yaml.first):
                yield f"alert {name} watches the age of backups", file.place(line), ()


def _holds_rules(file: File) -> bool:
    low = file.path.lower()
    if file.suffix not in {".yml", ".yaml"} or not ("alert" in low or "rule" in low):
        return False
    return "/templates/" not in f"/{file.path}" and "groups:" in file.text


def _alerts(node: Node) -> Iterator[tuple[str, int]]:
    """Names and lines of the alerts on backups below a node with `groups`."""
    for group in node.at("groups").items():
        for rule in group.at("rules").items():
            name, expression = rule.at("alert").text, rule.at("expr").text.lower()
            if name and any(word in expression for word in _METRICS):
                yield name, rule.line


def _pings(site: Site[object]) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    for dump in dumps(site):
        low = dump.script.lower()
        if any(word in low for word in _PINGS) or "seatrial backup" in low:
            yield f"{dump.name} reports each run to a monitor", dump.place, dump.environments


def _notices(site: Site[object]) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    for module in used_modules(site):
        for block in module.resources():
            label = block.labels[0] if block.labels else ""
            if label == "aws_backup_vault_notifications":
                yield f"{block.address} reports failed backups", block.place, ()
            elif label == "aws_db_event_subscription":
                written = block.attr("event_categories")
                if written and "backup" in written.text:
                    yield f"{block.address} reports backups", block.place, ()
            elif label in _ALARMS and "backup" in block.address.lower():
                yield f"{block.address} watches backups", block.place, ()
