"""Credentials that scripts write out or pipelines keep: a variable, or the job's own token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.jobsteps import way_to
from seatrial.kit.secrets.secretvalues import literals
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk
from seatrial.model.edit import FileEdit, ReplaceText, SetKey
from seatrial.practices.secret_rotation.credentials import OWN_TOKEN
from seatrial.practices.secret_rotation.settings import Settings
from seatrial.repo.expressions import references

_SHELL: Final = (".sh", ".bash")


def scripts(site: Site[Settings]) -> Iterator[Edit | Leave]:
    """Yield the edits of scripts: the value comes from the environment, or the script stops."""
    by_file: dict[tuple[str, str], list[FileEdit]] = {}
    names: dict[tuple[str, str], list[str]] = {}
    for literal in literals(site):
        place = literal.place
        if not place.path.endswith(_SHELL):
            continue
        root = next(r for r in site.repo.roots if r.name == place.repository)
        file = root.files[place.path]
        line = file.lines[place.line - 1]
        new = _asked(line, literal.name)
        if new is None or file.lines.count(line) != 1:
            yield Leave(f"take {literal.name} out of {place.path}", place)
            continue
        key = (place.repository, place.path)
        by_file.setdefault(key, []).append(ReplaceText(f"{line}\n", f"{new}\n"))
        names.setdefault(key, []).append(literal.name)
    for key, edits in by_file.items():
        listed = ", ".join(names[key])
        reason = f"{listed} come from the environment of whoever runs it, never from git"
        yield Edit(*key, tuple(edits), reason, Risk.MEDIUM)


def _asked(line: str, name: str) -> str | None:
    """The line with the value of `NAME=...` replaced by a variable that has to be set."""
    if not re.fullmatch(r"[A-Za-z_]\w*", name):
        return None
    found = re.search(rf"\b{name}=(\"[^\"]*\"|'[^']*'|[^\s\"'\\]+)", line)
    if found is None:
        return None
    return f'{line[: found.start(1)]}"${{{name}:?}}"{line[found.end(1) :]}'


def replaced_tokens(site: Site[Settings]) -> frozenset[str]:
    """Names of the personal tokens that no checkout uses any more."""
    return frozenset(name for name, _ in _checkouts(site))


def own_tokens(site: Site[Settings]) -> Iterator[Edit]:
    """Checkouts with a personal token: the job's own may push as well, and ends with the job."""
    for _, edit in _checkouts(site):
        yield edit


def _checkouts(site: Site[Settings]) -> Iterator[tuple[str, Edit]]:
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            may = {job.permissions.text, job.permissions.at("contents").text}
            if job.is_off or not may & {"write-all", "write"}:
                continue
            for step in job.steps:
                name = step.uses.name.lower() if step.uses else ""
                kept = list(references(step.inputs.at("token").text, "secrets"))
                if name == "actions/checkout" and kept and kept[0] not in OWN_TOKEN:
                    edit = SetKey((*way_to(job, step), "with"), "token", "${{ github.token }}")
                    reason = f"{kept[0]} outlives the job and reaches what its owner reaches"
                    file = workflow.file
                    yield kept[0], Edit(file.root.name, file.path, (edit,), reason, Risk.MEDIUM)
