"""Inputs of Terraform modules that their README describes and that do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from seatrial.kit.site import Site
from seatrial.model.finding import Observation, fault

if TYPE_CHECKING:
    from seatrial.repo.files import File

_SHOWN = 3


def documented(site: Site[object]) -> Iterator[Observation]:
    """Rows of the table below a heading `Inputs` or `Variables` that name no variable."""
    for module in site.repo.terraform.modules:
        path = f"{module.folder}/README.md".lstrip("/")
        file = module.root.files.get(path)
        known = module.variables()
        if file is None or not known:
            continue
        rows = list(_rows(file))
        lost = [(n, line) for n, line in rows if n not in known]
        # A table of which nothing fits describes something else.
        if lost and len(lost) < len(rows):
            names = ", ".join(n for n, _ in lost[:_SHOWN])
            rest = f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
            several = len(lost) > 1
            yield fault(
                file.place(lost[0][1]),
                f"{path} describes the variable{'s' * several} {names}{rest}, which"
                f" {'do' if several else 'does'} not exist",
            )


def _rows(file: File) -> Iterator[tuple[str, int]]:
    inside = False
    for number, line in enumerate(file.lines, 1):
        if line.startswith("#"):
            words = line.lower().strip("# ").split()
            inside = words[:1] in (["inputs"], ["variables"]) or words == ["input", "variables"]
        elif inside and line.startswith("|"):
            cell = line.split("|")[1].strip()
            if "](" in cell:
                cell = cell.rpartition("[")[2].partition("]")[0]
            name = cell.strip("`* ").replace("\\_", "_")
            if name.isidentifier() and name.islower():
                yield name, number
