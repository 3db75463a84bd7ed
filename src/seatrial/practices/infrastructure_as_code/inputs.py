"""Inputs and outputs of Terraform modules that their README describes and that do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from seatrial.kit.site import Site
from seatrial.model.finding import Observation, fault

if TYPE_CHECKING:
    from seatrial.repo.files import File

_SHOWN = 3


def documented(site: Site[object]) -> Iterator[Observation]:
    """Rows of the tables below `Inputs` and `Outputs` that name no variable or output."""
    for module in site.repo.terraform.modules:
        path = f"{module.folder}/README.md".lstrip("/")
        file = module.root.files.get(path)
        if file is None:
            continue
        outputs = {b.labels[0] for b in module.outputs() if b.labels}
        yield from _lost(file, "variable", set(module.variables()), ("inputs", "variables"))
        yield from _lost(file, "output", outputs, ("outputs",))


def _lost(
    file: File, noun: str, known: set[str], headings: tuple[str, ...]
) -> Iterator[Observation]:
    rows = list(_rows(file, headings)) if known else []
    lost = [(n, line) for n, line in rows if n not in known]
    # A table of which nothing fits describes something else.
    if lost and len(lost) < len(rows):
        names = ", ".join(n for n, _ in lost[:_SHOWN])
        rest = f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
        several = len(lost) > 1
        yield fault(
            file.place(lost[0][1]),
            f"{file.path} describes the {noun}{'s' * several} {names}{rest}, which"
            f" {'do' if several else 'does'} not exist",
        )


def _rows(file: File, headings: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    inside = False
    for number, line in enumerate(file.lines, 1):
        if line.startswith("#"):
            words = line.lower().strip("# ").split()
            inside = words[:1] in [[h] for h in headings] or words[1:] == ["variables"]
        elif inside and line.startswith("|"):
            cell = line.split("|")[1].strip()
            if "](" in cell:
                cell = cell.rpartition("[")[2].partition("]")[0]
            name = cell.strip("`* ").replace("\\_", "_")
            if name.isidentifier() and name.islower():
                yield name, number
