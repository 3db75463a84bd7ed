"""Alerts on the age of backups and of restores, their tests, and the page that they point to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Final

from seatrial.kit.planning.branches import trunk
from seatrial.kit.planning.homes import workflow_path
from seatrial.kit.planning.prometheus import RuleHome, load_rules, rule_home
from seatrial.kit.planning.render import render
from seatrial.kit.planning.rules import Rule, Series, group, tests
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Wish
from seatrial.practices.database_backups.cloudnative import clusters
from seatrial.practices.database_backups.dumps import dumps
from seatrial.practices.database_backups.restores import watches
from seatrial.practices.database_backups.settings import Settings
from seatrial.practices.database_backups.stored import Stored

_NAME: Final = "backup-alerts"
_PAGE: Final = "docs/runbooks/backups.md"
_DAY: Final = 86400
_WAIT: Final = 10
"""Minutes that an alert waits."""
_SPACE: Final = "shop"
"""Namespace in the tests."""


def watching(site: Site[Settings], made: Sequence[Stored]) -> Iterator[Wish]:
    """Yield the rules for backups that nothing watches yet."""
    rules = list(_rules(site, made))
    if not rules or (watches(site) and not made):
        return
    home = rule_home(site, _NAME)
    runbooks = f"{home.repository}/" if home else ""
    body = "".join(f"  {line}\n" for line in group("backups", rules, runbooks).splitlines())
    why = "backups stop quietly; somebody hears of it before they are needed"
    yield from load_rules(site, _NAME, f"groups:\n{body}", why)
    if home is None:
        return
    path = posixpath.join(home.folder, f"{_NAME}_test.yaml")
    text = tests(rules, home.rule_file(_NAME), runbooks)
    yield Generate(home.repository, path, text, "each alert fires when it must, and only then")
    page = render("database_backups", f"{_PAGE}.j2", rules=rules)
    yield Generate(home.repository, _PAGE, page, "what each alert means and the first steps")
    yield _workflow(site, home, path)


def _workflow(site: Site[Settings], home: RuleHome, test: str) -> Generate:
    root = next(r for r in site.repo.roots if r.name == home.repository)
    rules = posixpath.normpath(posixpath.join(home.folder, home.rule_file(_NAME)))
    extract = home.extract if home.extract[0] else None
    path = workflow_path(root, "backup-alerts")
    text = render(
        "database_backups",
        ".github/workflows/backup-alerts.yaml.j2",
        branch=trunk(site),
        paths=[extract[1] if extract else rules, test, path],
        extract=extract,
        rules=rules,
        test=test,
    )
    return Generate(root.name, path, text, "a rule that cannot fire is found before it is needed")


def _rules(site: Site[Settings], made: Sequence[Stored]) -> Iterator[Rule]:
    names = sorted({_pattern(one) for one in made})
    joined = f"({'|'.join(names)})" if len(names) > 1 else "".join(names)
    rpo = site.settings.rpo_minutes
    if joined:
        yield _aged(
            "BackupTooOld",
            f"{joined}-backup",
            rpo * 60,
            "page",
            "no dump of $cronjob in $namespace succeeded for longer than may be lost",
            "Look at its last job: `kubectl --namespace` *namespace* `get jobs`, then its logs. "
            "A full bucket, a new password and a locked store are the usual causes.",
        )
        yield _aged(
            "RestoreCheckTooOld",
            f"{joined}-restore-check",
            2 * _DAY,
            "ticket",
            "no backup of $namespace was restored and compared for two days ($cronjob)",
            "Look at the logs of its last job: `fetch` reads the store, `compare` names the table "
            "that differs. Until it passes, no old backup is forgotten.",
        )
    own = sorted({d.manifest.name for d in dumps(site) if d.manifest})
    if own and not watches(site):
        yield _aged(
            "OwnBackupTooOld",
            "|".join(own),
            _DAY + 2 * 3600,
            "page",
            "the backup $cronjob in $namespace has not succeeded for more than a day",
            "Look at its last job and its logs.",
        )
    if any(True for _ in clusters(site)):
        yield _of_clusters()


def _pattern(one: Stored) -> str:
    """Regular expression of the names of its jobs, without their ending."""
    manifest = one.manifest
    chart = manifest.chart.name if manifest.chart else ""
    if chart and manifest.name.startswith(chart):
        return ".+" + re.escape(manifest.name.removeprefix(chart)).replace("\\-", "-")
    return manifest.name


def _aged(name: str, jobs: str, seconds: int, severity: str, summary: str, to_do: str) -> Rule:
    chosen = f'{{cronjob=~"{jobs}"}}'
    done = f"max by (namespace, cronjob) (kube_cronjob_status_last_successful_time{chosen})"
    made = f"max by (namespace, cronjob) (kube_cronjob_created{chosen})"
    job = jobs.replace(".+", "shop").replace("(", "").partition("|")[0]
    job = (
        job
        if job.endswith(("-backup", "-restore-check")) or "(" not in jobs
        else (f"{job}-{jobs.rpartition(')-')[2]}")
    )
    labels = f'{{namespace="{_SPACE}",cronjob="{job}"}}'
    minutes = seconds // 60 + 2 * _WAIT
    last = f"kube_cronjob_status_last_successful_time{labels}"
    return Rule(
        name,
        # A job that never succeeded is as old as itself.
        f"time() - ({done} or {made}) > {seconds}",
        severity,
        summary,
        to_do,
        (Series(last, f"0x{minutes}"),),
        (Series(last, f"{4 * _WAIT * 60}x{minutes}"),),
        minutes,
        waits=f"{_WAIT}m",
        carries=(("namespace", _SPACE), ("cronjob", job)),
        page=_PAGE,
    )


def _of_clusters() -> Rule:
    metric, minutes = "cnpg_collector_last_available_backup_timestamp", 26 * 60 + 2 * _WAIT
    labels = f'{{namespace="{_SPACE}",pod="shop-1"}}'
    return Rule(
        "ClusterBackupTooOld",
        f"time() - max by (namespace) ({metric}) > {26 * 3600}",
        "page",
        "no base backup of a PostgreSQL cluster in $namespace succeeded for more than a day",
        "`kubectl get backups` names the last ones and why they failed.",
        (Series(f"{metric}{labels}", f"0x{minutes}"),),
        (Series(f"{metric}{labels}", f"{4 * _WAIT * 60}x{minutes}"),),
        minutes,
        waits=f"{_WAIT}m",
        carries=(("namespace", _SPACE),),
        page=_PAGE,
    )
