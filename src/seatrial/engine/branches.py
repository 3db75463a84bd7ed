"""Applying on a branch: in a work tree of its own, so that the user's stays as it is."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

from seatrial.engine.runs import RefusedError, Run, UnfinishedError
from seatrial.model.errors import UsageError
from seatrial.model.plan import Action

DEADLINE: Final = 120.0
"""Seconds that a git command may take; a push over a slow line among them."""


def folders(run_folder: Path, homes: dict[str, Path]) -> dict[str, Path]:
    """Where the work tree of each repository will lie."""
    return {name: run_folder / "trees" / f"{number}" for number, name in enumerate(sorted(homes))}


def check(homes: dict[str, Path], branch: str, *, push: bool) -> None:
    """Refuse a branch that cannot be made.

    Raises:
        UsageError: the name is no branch name, or no repository is there.
        RefusedError: the branch exists, or there is nowhere to push to, or nobody to commit as.
    """
    for name, folder in homes.items():
        if _git(folder, "rev-parse", "--verify", "-q", "HEAD") is None:
            raise UsageError(f"{name} has no commit to branch from", hint="leave --branch out")
        if _git(folder, "check-ref-format", "--branch", branch) is None:
            raise UsageError(f"{branch!r} is no name for a branch", hint="see git check-ref-format")
        if _git(folder, "rev-parse", "--verify", "-q", f"refs/heads/{branch}") is not None:
            hint = "name another one, or delete it"
            raise RefusedError(f"{name} has a branch {branch} already", hint=hint)
        if not _git(folder, "config", "user.email") or not _git(folder, "config", "user.name"):
            hint = "git config user.name ... and git config user.email ..."
            raise RefusedError(f"git does not know who commits in {name}", hint=hint)
        if push and not _git(folder, "remote", "get-url", "origin"):
            raise RefusedError(f"{name} has no remote `origin` to push to", hint="git remote add")


def open_all(run: Run) -> None:
    """Make the branch and its work tree in every repository of the run; what is there is used."""
    for name, home in run.header.homes:
        tree = run.header.folder(name)
        if (tree / ".git").exists():
            continue
        shutil.rmtree(tree, ignore_errors=True)
        _must(run, Path(home), "worktree", "prune")
        exists = _git(Path(home), "rev-parse", "--verify", "-q", f"refs/heads/{run.header.branch}")
        words = [run.header.branch] if exists else ["-b", run.header.branch]
        path = [str(tree)] if not exists else []
        if exists:
            _must(run, Path(home), "worktree", "add", "-q", str(tree), *words)
        else:
            _must(run, Path(home), "worktree", "add", "-q", *words, *path, "HEAD")


def commit_all(run: Run) -> None:
    """Commit what the run wrote, one commit per repository, and take the work trees away."""
    for name, home in run.header.homes:
        tree = run.header.folder(name)
        if not (tree / ".git").exists():
            continue
        paths = _paths(run, name)
        if paths:
            # What git shall forget is out of the index already and must not come back.
            _must(run, tree, "add", "-A", "--", *paths)
        if _git(tree, "diff", "--cached", "--quiet") is None:
            _must(run, tree, "commit", "-q", "-m", message(run, name))
        _must(run, Path(home), "worktree", "remove", "--force", str(tree))
        run.note("committed", detail=name)
        if run.header.pull_request:
            _must(run, Path(home), "push", "-q", "-u", "origin", run.header.branch)
            run.note("pushed", detail=name)


def _paths(run: Run, repository: str) -> list[str]:
    steps = [
        step
        for step in run.header.steps
        if step.repository == repository and step.action is not Action.UNTRACK
    ]
    kept = [s.kept for s in run.header.steps if s.repository == repository and s.base_after]
    return [*(step.path for step in steps), *kept]


def message(run: Run, repository: str) -> str:
    """The commit's message: what was applied and how many files it touches."""
    count = sum(step.repository == repository for step in run.header.steps)
    practices = ", ".join(run.header.practices)
    plural = "s" * (len(run.header.practices) > 1)
    return (
        f"Apply {len(run.header.practices)} practice{plural} ({count} files)\n\n"
        f"{practices}\n\nWritten by seatrial {run.header.tool_version}, run {run.id}."
    )


def take_back(run: Run) -> None:
    """Delete the branch that the run made, as long as nobody committed to it since."""
    for name, home in run.header.homes:
        tree = run.header.folder(name)
        if (tree / ".git").exists():
            _must(run, Path(home), "worktree", "remove", "--force", str(tree))
        tip = _git(Path(home), "log", "-1", "--format=%B", run.header.branch, "--")
        if tip is None:
            continue
        commits = _git(Path(home), "rev-list", "--count", f"HEAD..{run.header.branch}", "--")
        if f"run {run.id}" in tip or commits == "0":
            _must(run, Path(home), "branch", "-q", "-D", run.header.branch)
        else:
            hint = (
                f"delete the branch yourself if it is not needed: git branch -D {run.header.branch}"
            )
            raise UnfinishedError(f"{name}: somebody committed to {run.header.branch}", hint=hint)


def _git(folder: Path, *words: str) -> str | None:
    done = _run(folder, words)
    return done.stdout.strip() if done is not None and done.returncode == 0 else None


def _must(run: Run, folder: Path, *words: str) -> None:
    done = _run(folder, words)
    if done is None or done.returncode:
        said = done.stderr.strip().splitlines() if done is not None else []
        raise UnfinishedError(
            f"git {words[0]} failed in {folder.name}: {said[-1] if said else 'no answer'}",
            hint=f"mend it, then `seatrial resume {run.id}` or `seatrial undo {run.id}`",
        )


def _run(folder: Path, words: tuple[str, ...]) -> subprocess.CompletedProcess[str] | None:
    # The user's own git: identity, signing, hooks and credentials of their commits are theirs.
    try:
        return subprocess.run(
            ["git", "-C", str(folder), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
