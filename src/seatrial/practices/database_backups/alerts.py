"""Alerts on the age of copies, with their tests and the page that says what to do."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.prometheus import load_rules, rule_home
from seatrial.kit.planning.render import render
from seatrial.kit.planning.rules import Rule, Series, group, tests
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Wish
from seatrial.practices.database_backups.dumps import dumps
from seatrial.practices.database_backups.inchart import IDENTITY, PRACTICE, STORE, key_of
from seatrial.practices.database_backups.servers import Server
from seatrial.practices.database_backups.settings import Settings

PAGE: Final = "docs/runbooks/backups.md"
_NAME: Final = "backups"
_AGE: Final = "kube_cronjob_status_last_successful_time"
_MADE: Final = "kube_cronjob_info"
_CHECKED_DAYS: Final = 9
"""A check runs every week; one that failed may be mended for two days."""
_CARRIED: Final = ("namespace", "shop-production")


def alerts(site: Site[Settings], servers: list[Server]) -> Iterator[Wish]:
    """Yield rules for the jobs that a plan writes, and for those that are there already."""
    own = [s.name.replace("{{ .Release.Name }}", ".+") + "-backup" for s in servers]
    theirs = sorted({d.manifest.name for d in dumps(site) if d.manifest})
    names = [*dict.fromkeys(own), *theirs]
    home = rule_home(site, _NAME)
    if not names or any("{{" in name for name in names):
        return
    if home is None:
        yield Leave("watch the age of backups: nothing here installs a Prometheus that could")
        return
    rules = list(_rules(site, names, checked=[n.removesuffix("backup") for n in own]))
    runbooks = f"{home.repository}/"
    body = group(_NAME, rules, runbooks)
    text = "groups:\n" + "".join(f"  {line}\n" for line in body.splitlines())
    why = "somebody hears of it when a copy is missing, or was not restored"
    yield from load_rules(site, _NAME, text, why)
    path = posixpath.join(home.folder, f"{_NAME}_test.yaml")
    yield Generate(home.repository, path, tests(rules, home.rule_file(_NAME), runbooks), why)
    page = render(
        PRACTICE,
        f"{PAGE}.j2",
        rules=rules,
        servers=servers,
        key=key_of(servers[0].chart) if servers else "",
        store=STORE,
        identity=IDENTITY,
    )
    yield Generate(home.repository, PAGE, page, "how to go back to a copy, and what alerts mean")


def _rules(site: Site[Settings], names: list[str], *, checked: list[str]) -> Iterator[Rule]:
    minutes = 2 * site.settings.rpo_minutes
    yield from _pair(
        "Backup",
        "|".join(names),
        minutes,
        "page",
        "a copy of the database is made",
        "Look at the logs of the newest job. The usual causes are a changed password, a full "
        "bucket, and no recipients in the values. Start one by hand when the cause is gone: "
        "`kubectl create job --from=cronjob/NAME NAME-by-hand`.",
    )
    if checked:
        yield from _pair(
            "BackupCheck",
            "|".join(f"{name}restore-check" for name in checked),
            _CHECKED_DAYS * 24 * 60,
            "ticket",
            "the newest copy is restored and compared",
            "Look at the logs of the newest job: they say whether a copy is missing, differs from "
            "its manifest, cannot be decrypted, or holds other rows than were counted.",
        )


def _pair(
    name: str, jobs: str, minutes: int, severity: str, what: str, to_do: str
) -> Iterator[Rule]:
    chosen = f'{{cronjob=~"{jobs}"}}'
    job = jobs.partition("|")[0].replace(".+", "shop")
    labels = f'{{namespace="{_CARRIED[1]}", cronjob="{job}"}}'
    carries = (_CARRIED, ("cronjob", job))
    steps = minutes + 120
    yield Rule(
        f"{name}TooOld",
        f"time() - max by (namespace, cronjob) ({_AGE}{chosen}) > {minutes * 60}",
        severity,
        f"$cronjob in $namespace: it is more than {_told(minutes)} that {what}",
        to_do,
        (Series(f"{_AGE}{labels}", f"0x{steps}"),),
        (Series(f"{_AGE}{labels}", f"0+60x{steps}"),),
        minutes + 30,
        waits="10m",
        carries=carries,
        page=PAGE,
    )
    made = Series(f"{_MADE}{labels}", f"1x{steps}")
    yield Rule(
        f"{name}NeverMade",
        f"max by (namespace, cronjob) ({_MADE}{chosen})\n"
        f"unless on (namespace, cronjob) max by (namespace, cronjob) ({_AGE}{chosen})",
        severity,
        f"$cronjob in $namespace has not succeeded once: {what} never",
        to_do,
        (made,),
        (made, Series(f"{_AGE}{labels}", f"0+60x{steps}")),
        minutes + 30,
        waits=f"{minutes}m",
        carries=carries,
        page=PAGE,
    )


def _told(minutes: int) -> str:
    if minutes % (24 * 60) == 0:
        return f"{minutes // (24 * 60)} days"
    return f"{minutes} minutes"
