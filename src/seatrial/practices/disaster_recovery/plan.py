"""Writes a runbook for each disaster that can happen to this system, and drills them on a schedule.

`docs/runbooks/<scenario>.md` in the application's repository: owner, RTO and RPO from the settings,
each step a command with this system's own names and what it has to say. What can be tried without
the live system stands in a block of its own (`bash drill`); `.github/workflows/recovery-drill.yaml`
runs these blocks every month, on a real PostgreSQL and a real Terraform, and fails with them. Pages
that people wrote are kept; only scenarios without a page get one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.homes import app_root, workflow_path
from seatrial.kit.planning.remains import remains
from seatrial.kit.planning.render import render
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Wish
from seatrial.practices.disaster_recovery import audit
from seatrial.practices.disaster_recovery.runbooks import Scenario, links_elsewhere, runbooks
from seatrial.practices.disaster_recovery.settings import Settings
from seatrial.practices.disaster_recovery.system import owner_of, system

PAGES: Final = {
    Scenario.CLUSTER: "cluster-loss",
    Scenario.DATABASE: "database-corruption",
    Scenario.REGION: "region-outage",
    Scenario.CREDENTIALS: "leaked-credentials",
    Scenario.DEPLOY: "bad-deploy",
    Scenario.STATE: "lost-state",
}
FOLDER: Final = "docs/runbooks"
SCRIPT: Final = ".github/scripts/drill.sh"


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """What is missing until every disaster has a page that somebody can follow."""
    hidden = next(links_elsewhere(site), None)
    if not runbooks(site) and hidden is not None:
        document, line, address = hidden
        yield Leave(
            f"keep a copy of the runbooks beside the code: {address} may be down with the system",
            document.place(line),
        )
        return
    written = {s for runbook in runbooks(site) for s in runbook.scenarios}
    missing = [s for s in audit.possible(site) if s not in written]
    yield from _pages(site, missing)
    yield from remains(
        site,
        audit.no_owner,
        audit.no_targets,
        audit.no_commands,
        audit.untested,
        audit.applies_backups,
        audit.unreadable_dump,
        audit.missing_script,
        audit.unfinished,
    )


def _pages(site: Site[Settings], missing: list[Scenario]) -> Iterator[Wish]:
    root = app_root(site)
    owner = site.settings.owner or owner_of(root)
    values = {
        "s": system(site),
        "owner": owner or f"the people with admin rights on the repository {root.name}",
        "rto": site.settings.rto_minutes,
        "rpo": site.settings.rpo_minutes,
        "app": root.name,
    }
    for scenario in missing:
        name = PAGES[scenario]
        text = render("disaster_recovery", f"{FOLDER}/{name}.md.j2", **values)
        yield Generate(
            root.name,
            f"{FOLDER}/{name}.md",
            text,
            f"nothing says what to do after {scenario.value}",
        )
    if missing:
        drill = render("disaster_recovery", f"{SCRIPT}.j2")
        why = "runs the drill blocks of the runbooks and stops at the first that fails"
        yield Generate(root.name, SCRIPT, drill, why, executable=True)
        workflow = render("disaster_recovery", ".github/workflows/recovery-drill.yaml.j2", **values)
        path = workflow_path(root, "recovery-drill")
        yield Generate(root.name, path, workflow, "a page that nobody ran is a guess")
    if missing and not owner:
        yield Leave(
            "name who answers for the runbooks: `practices: {disaster-recovery: {owner: ...}}` in "
            "seatrial.yaml, or a line for * in CODEOWNERS"
        )
