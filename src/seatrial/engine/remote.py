"""The part of a run that changes GitHub: settings, and pull requests for branches."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from seatrial.engine.collect import Access, access, github, slug_of
from seatrial.engine.runs import RefusedError, Run, UnfinishedError
from seatrial.model.errors import SeatrialError
from seatrial.model.plan import SystemChange
from seatrial.repo.files import Root


def as_text(steps: tuple[SystemChange, ...]) -> tuple[str, ...]:
    """Each change as JSON, for the run's header; secrets are no part of a change."""
    if not steps:
        return ()
    from seatrial.systems.github.changes import GitHubChange
    from seatrial.systems.github.saved import to_json

    return tuple(
        json.dumps(to_json(step.change)) for step in steps if isinstance(step.change, GitHubChange)
    )


def carry_out_all(run: Run) -> None:
    """Make every change of GitHub true; one that is true already sends no write.

    Raises:
        RefusedError: GitHub said no to some; the message names them and what was done.
        UnfinishedError: GitHub did not answer, or somebody changed something meanwhile.
    """
    if not run.header.systems:
        return
    from seatrial.systems.github import errors, writes
    from seatrial.systems.github.saved import from_json

    done: list[str] = []
    refused: list[str] = []
    with github(_access(run)) as client:
        for number, text in enumerate(run.header.systems):
            change = from_json(json.loads(text))
            run.note("begin-system", number, change.target)
            try:
                writes.carry_out(change, client)
            except errors.RefusedError as error:
                run.note("refused", number, str(error))
                refused.append(f"{change.target}: {error}")
                continue
            except SeatrialError as error:
                told = f"{change.target}: {error}; done before it: {', '.join(done) or 'nothing'}"
                raise UnfinishedError(told, hint=_on(run)) from error
            run.note("end-system", number)
            done.append(change.target)
    if refused:
        run.note("done")
        listed = "\n  ".join(refused)
        told = f"GitHub refused:\n  {listed}\ndone: {', '.join(done) or 'nothing'} and every file"
        raise RefusedError(told, hint="mend what it names, then apply once more")


def take_back_all(run: Run) -> list[str]:
    """Undo the changes of GitHub that the run made, last one first; what could not be undone."""
    made = {e.get("step") for e in run.events() if e["event"] in {"begin-system", "end-system"}}
    if not run.header.systems or not made:
        return []
    from seatrial.systems.github import writes
    from seatrial.systems.github.saved import from_json

    stuck: list[str] = []
    with github(_access(run)) as client:
        for number in sorted((n for n in made if isinstance(n, int)), reverse=True):
            change = from_json(json.loads(run.header.systems[number]))
            back = writes.undo_of(change)
            try:
                if back is not None:
                    writes.carry_out(back, client)
                run.note("undone-system", number)
            except SeatrialError as error:
                stuck.append(f"{change.target}: {error}")
    return stuck


def open_pull_requests(run: Run) -> tuple[str, ...]:
    """A pull request of the run's branch in each of its repositories; their addresses.

    Raises:
        UnfinishedError: GitHub refused or did not answer; the branch is pushed.
    """
    from seatrial.engine.branches import message
    from seatrial.systems.github.writes import open_pull_request

    live = _access(run)
    found: list[str] = []
    with github(live) as client:
        for name, home in run.header.homes:
            slug = slug_of(Root(Path(home), name), live)
            if not slug:
                raise UnfinishedError(f"{name}: its `origin` is not at GitHub", hint=_on(run))
            title, _, body = message(run, name).partition("\n\n")
            try:
                made = open_pull_request(client, slug, run.header.branch, _base(home), title, body)
            except SeatrialError as error:
                raise UnfinishedError(f"{slug}: {error}", hint=_on(run)) from error
            run.note("pull-request", detail=made.url)
            found.append(made.url)
    return tuple(found)


def _base(home: str) -> str:
    """The branch that the run branched off."""
    done = subprocess.run(
        ["git", "-C", home, "symbolic-ref", "--short", "-q", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "main"


def _access(run: Run) -> Access:
    try:
        return access(os.environ)
    except SeatrialError as error:
        raise UnfinishedError(
            "GitHub needs a token", hint=f"{error.hint}; then {_on(run)}"
        ) from error


def _on(run: Run) -> str:
    return f"`seatrial resume {run.id}` goes on, `seatrial undo {run.id}` takes it back"
