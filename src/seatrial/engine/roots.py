"""From the paths that the user named to opened repositories."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from seatrial.engine.watch import Watcher
from seatrial.model.errors import NotReadableError, SeatrialError
from seatrial.model.record import RepositoryRecord
from seatrial.model.struct import field, struct
from seatrial.repo.files import GIT_DEADLINE, Root, git_environment
from seatrial.spec.document import FILE_NAME, Spec


@struct(frozen=False)
class Opened:
    """Repositories that can be audited.

    Attributes:
        roots: in the order in which they were named.
        shown: how the user wrote each root's path, by the root's name.
        roles: roles that `seatrial.yaml` declares, by the root's name.
        notices: what was named but not opened again, or is not here.
    """

    roots: list[Root] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    commits: dict[str, subprocess.Popen[bytes] | None] = field(default_factory=dict, repr=False)
    notices: list[str] = field(default_factory=list)


def spec_file(paths: tuple[Path, ...], named: Path | None) -> Path | None:
    """The `seatrial.yaml` that counts: the named one, else the first that lies in a path."""
    if named is not None:
        return named
    for path in paths:
        candidate = path / FILE_NAME
        # A link is not followed: it could lead out of the repository.
        if os.path.lexists(candidate) and not candidate.is_symlink():
            return candidate
    return None


def open_roots(paths: tuple[Path, ...], spec: Spec, watcher: Watcher) -> Opened:
    """Open what was named, and with a single path the other repositories of the system.

    Raises:
        NotReadableError: nothing of it can be audited.
    """
    opened = Opened()
    failed = [error for path in paths if (error := _open(opened, path)) is not None]
    if failed and not opened.roots:
        _complain(failed[:-1], watcher)
        raise failed[-1]
    _complain(failed, watcher)
    _open_declared(opened, spec, alone=len(paths) == 1)
    for root in opened.roots:
        root.leave_out(spec.exclude)
    opened.notices.extend(
        f"{opened.shown[root.name]}: no files to audit; is it the right folder, and is it in git?"
        for root in opened.roots
        if not root.files
    )
    opened.commits.update((root.name, _ask_commit(root)) for root in opened.roots)
    if not any(root.files for root in opened.roots):
        hint = "name a folder that holds a repository"
        raise NotReadableError(opened.shown[opened.roots[0].name], "no files to audit", hint=hint)
    return opened


def record_of(root: Root, role: str, shown: str, commit: str) -> RepositoryRecord:
    """What the report says of a repository."""
    skipped = root.skipped
    counts = (
        ("submodules", len(skipped.submodules)),
        ("symlinks", skipped.symlinks),
        ("vendored", skipped.vendored),
        ("binaries", skipped.binaries),
        ("too large", len(skipped.too_large)),
        ("excluded", skipped.excluded),
    )
    return RepositoryRecord(
        name=root.name,
        path=shown,
        role=role,
        commit=commit,
        files=len(root.files),
        skipped=tuple((reason, count) for reason, count in counts if count),
    )


def _complain(errors: list[SeatrialError], watcher: Watcher) -> None:
    for error in errors:
        watcher.complain(error)


def _open(opened: Opened, path: Path) -> SeatrialError | None:
    try:
        folder = path.resolve()
        within = _already(opened.roots, folder)
        if within is not None:
            opened.notices.append(f"{path}: lies in {opened.shown[within.name]}, audited once")
            return None
        root = Root(path, _free_name(folder, opened.shown))
    except SeatrialError as error:
        return error
    except RuntimeError:  # what pathlib makes of a circle
        hint = "name a repository's folder"
        return NotReadableError(path, "a link that leads back to itself", hint=hint)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "cannot be opened"
        return NotReadableError(path, reason.lower(), hint="name a repository's folder")
    _drop_inner(opened, root, path)
    opened.roots.append(root)
    opened.shown[root.name] = str(path)
    return None


def _already(roots: list[Root], folder: Path) -> Root | None:
    for root in roots:
        if folder == root.folder or (folder.is_dir() and _lists(root, folder)):
            return root
    return None


def _lists(root: Root, folder: Path) -> bool:
    # A repository inside another one (a submodule, a clone) is not listed by the outer one's git.
    if not folder.is_relative_to(root.folder):
        return False
    prefix = folder.relative_to(root.folder).as_posix() + "/"
    return any(path.startswith(prefix) for path in root.files)


def _drop_inner(opened: Opened, root: Root, path: Path) -> None:
    for inner in [r for r in opened.roots if _lists(root, r.folder)]:
        opened.roots.remove(inner)
        opened.notices.append(f"{opened.shown.pop(inner.name)}: lies in {path}, audited once")


def _free_name(folder: Path, taken: Mapping[str, str]) -> str:
    name = folder.name or "root"
    for parent in folder.parents:
        if name not in taken:
            return name
        name = f"{parent.name}/{name}"
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}" if name in taken else name


def _open_declared(opened: Opened, spec: Spec, *, alone: bool) -> None:
    for declared in spec.repositories:
        path = Path(os.path.normpath(spec.folder() / declared.path))
        root = next((r for r in opened.roots if r.folder == path.resolve()), None)
        if root is None and alone:
            if not path.is_dir():
                opened.notices.append(
                    f"{spec.file}:{declared.line}: the {declared.role} repository {declared.path} "
                    "is not here; what it would show stays unknown"
                )
                continue
            error = _open(opened, path)
            if error is not None:
                opened.notices.append(f"{spec.file}:{declared.line}: {error}")
            root = next((r for r in opened.roots if r.folder == path.resolve()), None)
        if root is not None:
            opened.roles[root.name] = declared.role


def _ask_commit(root: Root) -> subprocess.Popen[bytes] | None:
    # Asked early and read late: git answers while the files are parsed.
    if not root.has_git:
        return None
    try:
        return subprocess.Popen(
            ["git", "-C", str(root.folder), "rev-parse", "--verify", "-q", "HEAD"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=git_environment(),
        )
    except OSError:
        return None


def commit_of(opened: Opened, root: Root) -> str:
    """The checked-out commit; empty without git or without a commit."""
    asked = opened.commits.pop(root.name, None)
    if asked is None:
        return ""
    try:
        answer, _ = asked.communicate(timeout=GIT_DEADLINE)
    except subprocess.TimeoutExpired:
        asked.kill()
        asked.communicate()
        return ""
    return answer.decode("ascii", errors="replace").strip()
