"""One step of a run: check what is there, write, read back; or the way back."""

from __future__ import annotations

import glob
import os
import stat
import subprocess
from pathlib import Path

from seatrial.engine.runs import FileStep, Run, UnfinishedError, digest, write_whole
from seatrial.model.errors import SeatrialError
from seatrial.model.plan import Action
from seatrial.repo.files import GIT_DEADLINE, git_environment


class MovedError(SeatrialError):
    """A file is not what it was when the plan was made."""

    exit_code = 4


def forward(run: Run, step: FileStep) -> None:
    """Carry a step out; one that is done already does nothing.

    Raises:
        MovedError: the file is neither as before nor as afterwards.
        UnfinishedError: writing failed, or what was read back differs.
    """
    folder = run.header.folder(step.repository)
    if step.action is Action.UNTRACK:
        _remember(run, step, folder)
        if index_entry(folder, step.path):
            _git(run, folder, "rm", "--cached", "--quiet", "--", step.path)
        return
    now = digest(current(folder / step.path))
    if now not in {step.before, step.after}:
        raise _moved(run, step)
    _remember(run, step, folder)
    if now != step.after:
        _put(run, step, folder, "after")
    if current(folder / step.path) is not None:
        make_known(run, folder, [step.path])


def _remember(run: Run, step: FileStep, folder: Path) -> None:
    if step.base_after:
        _write(run, folder / step.kept, run.content(f"{step.number}.base-after"), 0o644)
        make_known(run, folder, [step.kept])


def _unremember(run: Run, step: FileStep, folder: Path) -> None:
    if not step.base_after:
        return
    kept = folder / step.kept
    if step.base_before:
        _write(run, kept, run.content(f"{step.number}.base-before"), 0o644)
        return
    kept.unlink(missing_ok=True)
    sweep(kept)
    _forget(run, folder, step.kept)
    _empty_folders(kept.parent, folder)


def backward(run: Run, step: FileStep) -> None:
    """Bring a file back to what it was before the run; one that is as before does nothing.

    Raises:
        MovedError: somebody changed the file since.
        UnfinishedError: writing failed.
    """
    folder = run.header.folder(step.repository)
    if step.action is Action.UNTRACK:
        if step.index and not index_entry(folder, step.path):
            mode, blob = step.index.split()
            entry = f"{mode},{blob},{step.path}"
            _git(run, folder, "update-index", "--add", "--cacheinfo", entry)
        _unremember(run, step, folder)
        return
    now = digest(current(folder / step.path))
    if now not in {step.before, step.after}:
        raise _moved(run, step)
    if now != step.before:
        _put(run, step, folder, "before")
    _unremember(run, step, folder)
    sweep(folder / step.path)
    if not step.before:
        _forget(run, folder, step.path)


def _put(run: Run, step: FileStep, folder: Path, which: str) -> None:
    target = folder / step.path
    wanted = step.after if which == "after" else step.before
    if not wanted:
        try:
            target.unlink(missing_ok=True)
        except OSError as error:
            raise _failed(run, step.path, error) from error
        _empty_folders(target.parent, folder)
        return
    mode = 0o755 if step.executable else 0o644
    if target.exists():
        mode = stat.S_IMODE(target.stat().st_mode)
    _write(run, target, _content(run, step, folder, which), mode)
    if digest(current(target)) != wanted:
        raise UnfinishedError(
            f"{step.path} does not read back as it was written",
            hint=f"seatrial resume {run.id}, or seatrial undo {run.id}",
        )


def sweep(target: Path) -> None:
    """Take away what a killed process left half written beside a file, and the empty folder."""
    for left in target.parent.glob(f".{glob.escape(target.name)}.*.seatrial"):
        left.unlink(missing_ok=True)


def _content(run: Run, step: FileStep, folder: Path, which: str) -> bytes:
    if which == "after" or not step.blob:
        return run.content(f"{step.number}.{which}")
    done = _run_git(folder, "cat-file", "blob", step.blob)
    if done is None or done.returncode:
        hint = f"git has lost {step.blob}; look for the file in another clone"
        raise UnfinishedError(f"{step.path} cannot be brought back", hint=hint)
    return done.stdout


def _write(run: Run, target: Path, data: bytes, mode: int) -> None:
    try:
        if current(target) == data:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, data, mode)
    except OSError as error:
        raise _failed(run, target.name, error) from error


def current(target: Path) -> bytes | None:
    """Content of a file, None where there is none; a link is never followed."""
    if not os.path.lexists(target):
        return None
    descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()


def index_entry(folder: Path, path: str) -> str:
    """`mode blob` of a path in git's index; empty when git does not know it."""
    done = _run_git(folder, "ls-files", "-s", "-z", "--", path)
    if done is None or done.returncode:
        return ""
    head = done.stdout.decode("utf-8", "replace").split("\t")[0].split()
    return f"{head[0]} {head[1]}" if len(head) > 1 else ""


def make_known(run: Run, folder: Path, paths: list[str]) -> None:
    """Tell git that these files exist (`add --intent-to-add`), so that `git diff` shows them.

    A path that the repository ignores stays unknown; the plan's reader is told by git itself.
    """
    if _run_git(folder, "rev-parse", "--git-dir") is not None:
        done = _run_git(folder, "add", "--intent-to-add", "--", *paths)
        if done is not None and done.returncode:
            run.note("ignored-by-git", detail=", ".join(paths))


def _forget(run: Run, folder: Path, path: str) -> None:
    # What was only made known is taken out of the index again; a blob that was added stays away.
    if index_entry(folder, path):
        _git(run, folder, "rm", "--cached", "--quiet", "--force", "--", path)


def _empty_folders(folder: Path, top: Path) -> None:
    while folder != top and folder.is_relative_to(top):
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def _git(run: Run, folder: Path, *words: str) -> None:
    done = _run_git(folder, *words)
    if done is None or done.returncode:
        said = "" if done is None else done.stderr.decode("utf-8", "replace").strip()
        raise UnfinishedError(
            f"git {words[0]} failed: {said or 'no answer'}",
            hint=f"mend it, then seatrial resume {run.id} or seatrial undo {run.id}",
        )


def _run_git(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes] | None:
    try:
        return subprocess.run(
            ["git", "-C", str(folder), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=GIT_DEADLINE,
            env=git_environment(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None


def _moved(run: Run, step: FileStep) -> MovedError:
    return MovedError(
        "was changed by somebody else meanwhile; it is left as it is",
        place=step.path,
        hint=f"put it back and `seatrial resume {run.id}`, or `seatrial undo {run.id}`",
    )


def _failed(run: Run, name: str, error: OSError) -> UnfinishedError:
    reason = (error.strerror or str(error)).lower()
    return UnfinishedError(
        f"{name} could not be written: {reason}",
        hint=f"mend it, then `seatrial resume {run.id}` or `seatrial undo {run.id}`",
    )


__all__ = ["MovedError", "backward", "current", "forward", "index_entry", "make_known"]
