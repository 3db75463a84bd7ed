"""`seatrial apply`, `resume`, `undo`: a plan carried out step by step, ended or taken back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from seatrial.engine import branches, guards, remote
from seatrial.engine.carry import MovedError, backward, forward, index_entry
from seatrial.engine.origins import blob_id
from seatrial.engine.runs import (
    FileStep,
    RefusedError,
    Run,
    RunHeader,
    UnfinishedError,
    all_runs,
    begin,
    digest,
    new_id,
    prepare,
)
from seatrial.engine.watch import Watcher
from seatrial.model.plan import Action, FileChange, Plan
from seatrial.model.struct import replace, struct


@struct
class Wish:
    """How a plan shall be carried out.

    Attributes:
        runs: folder that keeps the runs.
        homes: folder of each repository, by its name.
        branch: make this branch and commit there, or empty: the work tree.
        pull_request: push the branch and open a pull request.
        allow_delete: carry out deletions.
    """

    runs: Path
    homes: dict[str, Path]
    branch: str = ""
    pull_request: bool = False
    allow_delete: bool = False


def apply(plan: Plan, wish: Wish, watcher: Watcher) -> Run:
    """Carry out a plan's files; the run is on disk before the first file changes.

    Raises:
        RefusedError: something stands in the way; nothing was written.
        UnfinishedError, MovedError: it stopped on the way; the hint names what ends it.
    """
    prepare(wish.runs)
    earlier = all_runs(wish.runs)
    for run in earlier:
        if run.state == "unfinished":
            hint = f"`seatrial resume {run.id}` goes on, `seatrial undo {run.id}` takes it back"
            raise UnfinishedError(f"run {run.id} was cut and is not finished", hint=hint)
    touched = {change.repository for change in plan.files}
    homes = {name: folder for name, folder in wish.homes.items() if name in touched}
    guards.check(plan.files, homes, earlier, allow_delete=wish.allow_delete)
    header, contents = _header(plan, wish, homes)
    if wish.branch:
        branches.check(homes, wish.branch, push=wish.pull_request)
    run = begin(wish.runs, header, contents)
    carry_on(run, watcher)
    return run


def _header(plan: Plan, wish: Wish, homes: dict[str, Path]) -> tuple[RunHeader, dict[str, bytes]]:
    identity = new_id(plan.at)
    folders = homes
    if wish.branch:
        folders = branches.folders(wish.runs / identity, homes)
    contents: dict[str, bytes] = {}
    steps = tuple(
        _step(number, change, homes[change.repository], contents)
        for number, change in enumerate(plan.files)
    )
    header = RunHeader(
        id=identity,
        at=plan.at.isoformat(),
        tool_version=plan.tool_version,
        practices=plan.practices,
        folders=tuple((name, str(folder)) for name, folder in folders.items()),
        homes=tuple((name, str(folder)) for name, folder in homes.items()),
        branch=wish.branch,
        pull_request=wish.pull_request,
        systems=remote.as_text(plan.systems),
        steps=steps,
    )
    return header, contents


def _step(number: int, change: FileChange, folder: Path, contents: dict[str, bytes]) -> FileStep:
    from seatrial.engine.carry import current

    def keep(name: str, data: bytes | None) -> str:
        if data is not None:
            contents[f"{number}.{name}"] = data
        return digest(data)

    untrack = change.action is Action.UNTRACK
    index = index_entry(folder, change.path) if change.before is not None else ""
    before = None if change.before is None or untrack else change.before.encode()
    after = None if change.after is None or untrack else change.after.encode()
    base = None if change.base is None else change.base.encode()
    old_base = current(folder / change.kept) if base is not None else None
    blob = index.partition(" ")[2]
    in_git = before is not None and blob == blob_id(change.before or "")
    return FileStep(
        number,
        change.repository,
        change.path,
        change.action,
        digest(before) if in_git else keep("before", before),
        keep("after", after),
        keep("base-before", old_base),
        keep("base-after", base),
        change.executable,
        change.kept,
        index if untrack else "",
        blob if in_git else "",
    )


def carry_on(run: Run, watcher: Watcher) -> None:
    """Do every step that is not done yet, then what a branch needs.

    Raises:
        UnfinishedError, MovedError: a step failed; what was done stays and is named.
    """
    with run.held():
        if run.state == "undone":
            raise RefusedError(f"run {run.id} was undone", hint="plan and apply again")
        if run.header.branch:
            branches.open_all(run)
        total = len(run.header.steps)
        for step in run.header.steps:
            watcher.step(step.number, total, step.path)
            run.note("begin", step.number)
            forward(run, step)
            run.note("end", step.number)
        if run.header.branch:
            branches.commit_all(run)
            if run.header.pull_request:
                remote.open_pull_requests(run)
        remote.carry_out_all(run)
        run.note("done")
        # The way back needs what was before only.
        run.forget((".after", ".base-after"))


def undo(run: Run, watcher: Watcher) -> None:
    """Bring everything back that a run changed, last step first.

    What cannot be brought back because somebody changed it since is named; the rest is undone.

    Raises:
        UnfinishedError: something could not be brought back.
    """
    with run.held():
        if run.header.branch:
            branches.take_back(run)
        stuck = remote.take_back_all(run)
        steps = () if run.header.branch else tuple(reversed(run.header.steps))
        total = len(steps)
        for done, step in enumerate(steps):
            watcher.step(done, total, step.path)
            try:
                backward(run, step)
                run.note("undone-step", step.number)
            except MovedError as error:
                stuck.append(f"{error.place}: {error}")
        if stuck:
            hint = f"put these files back as the run left them, then `seatrial undo {run.id}`"
            listed = "\n  ".join(stuck)
            raise UnfinishedError(f"not everything could be undone:\n  {listed}", hint=hint)
        run.note("undone")


def only(plan: Plan, kinds: Iterable[str]) -> Plan:
    """The plan narrowed to kinds of change: `files`, `index` (what git forgets), `github`."""
    wanted = set(kinds)
    if not wanted:
        return plan
    files = tuple(
        change
        for change in plan.files
        if ("index" if change.action is Action.UNTRACK else "files") in wanted
    )
    systems = tuple(step for step in plan.systems if step.change.system in wanted)
    return replace(plan, files=files, systems=systems)
