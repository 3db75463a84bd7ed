"""Whether there are runbooks, for what, and whether anybody ever followed them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from seatrial.kit.data.databases import clients, databases
from seatrial.kit.delivery.releases import releases
from seatrial.kit.serving import is_deployed_to_kubernetes, runs_for_somebody
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Reach, Severity, fault, met, unknown
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.disaster_recovery.drills import drills
from seatrial.practices.disaster_recovery.runbooks import (
    Runbook,
    Scenario,
    links_elsewhere,
    runbooks,
)
from seatrial.practices.disaster_recovery.settings import Settings


def not_applicable(site: Site[Settings]) -> str:
    """Nothing runs for anybody, so nothing can be down."""
    if runs_for_somebody(site):
        return ""
    return "nothing here is run for anybody: a library or tool has no disaster to recover from"


@check("disaster-recovery/no-runbook", severity=Severity.HIGH, requirement=True)
def no_runbook(site: Site[Settings]) -> Iterator[Observation]:
    """Nothing says how to bring the system back.

    Why: in an outage people improvise with production credentials; that is how data is lost.
    Fix: `seatrial apply disaster-recovery` writes a page per scenario from the specification.
    """
    found = runbooks(site)
    for runbook in found:
        yield met(runbook.document.place(), f"{runbook.path} says how to bring the system back")
    if found:
        return
    hidden = next(links_elsewhere(site), None)
    if hidden:
        document, line, address = hidden
        yield unknown(
            f"{document.file.path} points to a runbook that lies elsewhere",
            reach=Reach.ELSEWHERE,
            credential=f"a copy of {address.partition('?')[0]}",
            place=document.place(line),
        )
    else:
        yield fault(_where(site), "no runbook says how to bring the system back")


@check("disaster-recovery/missing-scenario", severity=Severity.MEDIUM, requirement=True)
def missing_scenario(site: Site[Settings]) -> Iterator[Observation]:
    """A disaster that can happen here has no runbook.

    Why: the one nobody wrote down is the one that takes a day.
    Fix: `seatrial apply disaster-recovery` adds the missing pages.
    """
    found = runbooks(site)
    covered = {scenario for runbook in found for scenario in runbook.scenarios}
    missing = [s.value for s in possible(site) if s not in covered]
    if found and missing:
        yield fault(found[0].document.place(), f"no runbook for {', '.join(missing)}")


@check("disaster-recovery/no-owner", severity=Severity.MEDIUM, requirement=True)
def no_owner(site: Site[Settings]) -> Iterator[Observation]:
    """A runbook names nobody who answers for it.

    Why: nobody keeps it true, and in an outage nobody knows who may decide.
    Fix: name the owner and whom to call.
    """
    yield from _lacking(site, lambda runbook: runbook.has_owner, "names no owner")


@check("disaster-recovery/no-targets", severity=Severity.MEDIUM, requirement=True)
def no_targets(site: Site[Settings]) -> Iterator[Observation]:
    """A runbook says neither how long it may take nor how much may be lost.

    Why: without RTO and RPO nobody can say whether a drill was good enough.
    Fix: state both; `seatrial prove disaster-recovery` measures them.
    """
    yield from _lacking(site, lambda runbook: runbook.has_targets, "states no RTO and RPO")


@check("disaster-recovery/no-commands", severity=Severity.MEDIUM, requirement=True)
def no_commands(site: Site[Settings]) -> Iterator[Observation]:
    """A runbook holds no command.

    Why: "restore the backup" is a goal; in the night people need the line to paste.
    Fix: write each step as a command with its expected result.
    """
    yield from _lacking(site, lambda runbook: bool(runbook.commands), "holds no command to run")


@check("disaster-recovery/untested", severity=Severity.HIGH, requirement=True, fix="dr")
def untested(site: Site[Settings]) -> Iterator[Observation]:
    """A runbook was not followed lately.

    Why: systems change every week; a page that nobody ran since then is a guess.
    Fix: `seatrial dr drill SCENARIO` runs the steps, measures them, and writes the date.
    """
    never: list[Runbook] = []
    drill = next(drills(site, site.settings.tested_days), None)
    for runbook in runbooks(site):
        last = runbook.tested(site.now)
        if last is None and drill is not None and runbook.is_drilled:
            yield unknown(
                f"cannot see whether the last scheduled drill of {runbook.path} passed",
                reach=Reach.API,
                credential="GITHUB_TOKEN with actions:read on the repository",
                place=drill,
            )
            continue
        if last is None:
            never.append(runbook)
            continue
        day, line = last
        age = (site.now.date() - day).days
        if age > site.settings.tested_days:
            yield fault(
                runbook.document.place(line),
                f"{runbook.path} was last tested on {day}, {age} days ago",
            )
        else:
            yield met(runbook.document.place(line), f"{runbook.path} was tested on {day}")
    if never:
        more = f" and {len(never) - 1} more" if len(never) > 1 else ""
        verb = "were" if len(never) > 1 else "was"
        yield fault(
            never[0].document.place(),
            f"{never[0].path}{more} {verb} never tested, as far as it says",
        )


@check("disaster-recovery/applies-backups", severity=Severity.HIGH, fix="manual")
def applies_backups(site: Site[Settings]) -> Iterator[Observation]:
    """A runbook restores by applying a folder of manifests.

    Why: `kubectl apply -f backups/` brings back objects without their data, with stale status and
    addresses, and not in an order that works.
    Fix: rebuild objects from git, and data from a backup of the data.
    """
    for runbook in runbooks(site):
        for command in runbook.commands:
            path = command.flag("-f", "--filename") or ""
            named = "backup" in path and "://" not in path
            if command.starts("kubectl", "apply") and named and not _holds(runbook, path):
                yield fault(
                    runbook.document.place(command.line),
                    f"`kubectl apply -f {path}` brings back objects, but no data",
                )


@check("disaster-recovery/unreadable-dump", severity=Severity.HIGH, fix="manual")
def unreadable_dump(site: Site[Settings]) -> Iterator[Observation]:
    """A runbook restores a plain dump with `pg_restore`.

    Why: `pg_restore` reads only the custom, directory and tar formats, and refuses a `.sql` file.
    Fix: `psql -f` for a plain dump, or dump with `-Fc`.
    """
    for runbook in runbooks(site):
        for command in runbook.commands:
            name = next((w for w in command.argv if w.endswith((".sql", ".sql.gz"))), "")
            if command.program == "pg_restore" and name:
                yield fault(
                    runbook.document.place(command.line),
                    f"pg_restore cannot read {name}, which is a plain dump",
                )


@check("disaster-recovery/missing-script", severity=Severity.HIGH, fix="manual")
def missing_script(site: Site[Settings]) -> Iterator[Observation]:
    """A runbook runs a script that does not exist.

    Why: whoever follows the page stops there, in the middle of an outage.
    Fix: write the script, or the commands that it should have held.
    """
    for runbook in runbooks(site):
        files = [path for root in site.repo.roots for path in root.files]
        for command in runbook.commands:
            word = command.argv[0] if command.argv else ""
            local = word.startswith("./") or (word.endswith(".sh") and not word.startswith("/"))
            path = word.removeprefix("./")
            if not local or "$" in word or "<" in word:
                continue
            if not any(known == path or known.endswith(f"/{path}") for known in files):
                yield fault(
                    runbook.document.place(command.line),
                    f"{runbook.path} runs {path}, which does not exist",
                )


@check("disaster-recovery/unfinished", severity=Severity.MEDIUM, fix="manual")
def unfinished(site: Site[Settings]) -> Iterator[Observation]:
    """A runbook has a step that nobody wrote yet.

    Why: the gap is found by whoever needs it, when there is no time.
    Fix: write the step, or take it out.
    """
    for runbook in runbooks(site):
        line = runbook.unfinished
        if line:
            yield fault(runbook.document.place(line), f"{runbook.path} has a step to be written")


def _lacking(
    site: Site[Settings], has: Callable[[Runbook], bool], what: str
) -> Iterator[Observation]:
    found = [runbook for runbook in runbooks(site) if not has(runbook)]
    if found:
        more = f" ({len(found) - 1} more like it)" if len(found) > 1 else ""
        yield fault(found[0].document.place(), f"{found[0].path} {what}{more}")


def possible(site: Site[object]) -> Iterator[Scenario]:
    """Disasters that what the repositories hold can have."""
    if is_deployed_to_kubernetes(site):
        yield Scenario.CLUSTER
    if databases(site) or clients(site):
        yield Scenario.DATABASE
    yield Scenario.REGION
    yield Scenario.CREDENTIALS
    if releases(site):
        yield Scenario.DEPLOY
    if site.repo.terraform.roots:
        yield Scenario.STATE


def _holds(runbook: Runbook, path: str) -> bool:
    # A folder of this repository that is called `backup` holds manifests that people wrote.
    folder = path.removeprefix("./").rstrip("/")
    return any(p == folder or p.startswith(f"{folder}/") for p in runbook.document.file.root.files)


def _where(site: Site[Settings]) -> Place:
    for name in ("README.md", "README.rst", "README.adoc"):
        file = site.repo.file(name)
        if file:
            return file.place()
    return next(f.place() for f in site.repo.files())
