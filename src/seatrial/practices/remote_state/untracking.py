"""What leaves git: states, plans and what keeps them out; the lock file comes in instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Untrack, Wish
from seatrial.model.edit import EnsureLine, FileEdit, ReplaceText
from seatrial.practices.remote_state.homes import homes
from seatrial.practices.remote_state.leaks import ignored_lock_file, is_kept_on_purpose
from seatrial.repo.files import Root
from seatrial.repo.infrastructure.tfmodules import Module

_IGNORED: Final = ("*.tfplan", "*.tfstate", "*.tfstate.*", ".terraform/", "crash.log")
_LOCK: Final = (
    "# .terraform.lock.hcl is committed: it says which provider files are the right ones."
)
_SHOWN: Final = 8


def untracking(site: Site[object]) -> Iterator[Wish]:
    """Yield what git shall forget, and the names of the secrets that it knows."""
    for state in site.repo.terraform.states:
        if state.encrypted or is_kept_on_purpose(state.file.path):
            continue
        root = state.file.root
        yield Untrack(
            root.name,
            state.file.path,
            "git shall forget this state only after it was moved to the backend: until then this is"
            " the only shared copy; the file itself stays",
        )
        names = [str(one) for one in state.sensitive]
        if names:
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            listed = ", ".join(names[:_SHOWN])
            yield Leave(
                f"replace what {state.file.path} made known to every clone: {listed}{more}",
                state.place,
            )
    for plan in site.repo.terraform.plans:
        reason = "a saved plan holds the values of the state in plain text"
        yield Untrack(plan.root.name, plan.path, reason)


def ignoring(site: Site[object]) -> Iterator[Wish]:
    """Keep states and plans out of the next commit, and the lock file in."""
    for root in site.repo.roots:
        mine = [h for h in homes(site) if isinstance(h.run, Module) and h.run.root is root]
        if not any(not h.is_remote for h in mine):
            lines: list[FileEdit] = []
        else:
            lines = [EnsureLine(line) for line in _IGNORED if not _ignores(root, line)]
        place = ignored_lock_file(site)
        edits = [*_lock(root), *lines] if place else lines
        if edits:
            reason = "states and plans stay out of git, the providers' lock file goes in"
            yield Edit(root.name, ".gitignore", tuple(edits), reason)


def _ignores(root: Root, line: str) -> bool:
    file = root.files.get(".gitignore")
    written = {one.strip() for one in file.lines} if file else set()
    wider = {"*.tfstate": "*.tfstate*", "*.tfstate.*": "*.tfstate*"}.get(line, line)
    return bool(written & {line, wider, line.rstrip("/"), f"**/{line}"})


def _lock(root: Root) -> Iterator[FileEdit]:
    file = root.files.get(".gitignore")
    for line in file.lines if file else ():
        if line.strip().endswith(".terraform.lock.hcl") and line[:1] not in {"#", "!"}:
            yield ReplaceText(line, _LOCK)


def lock_files(site: Site[object]) -> Iterator[Leave]:
    """Hashes of providers come from their registry: a person makes the file."""
    for home in homes(site):
        module = home.run
        if not isinstance(module, Module) or module.lock_file is not None:
            continue
        if module.required_providers or module.providers() or module.resources() or module.data():
            yield Leave(
                f"run `terraform providers lock -platform=linux_amd64 -platform=darwin_arm64` in"
                f" {home.name} and commit .terraform.lock.hcl: the hashes come from the registry",
                home.place,
                "a way to registry.terraform.io",
            )
