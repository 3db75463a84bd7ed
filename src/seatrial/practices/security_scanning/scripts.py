"""Wishes that take pasted expressions out of scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.injected import sanitised
from seatrial.kit.planning.stepways import Standing, composite_steps, steps_of
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import SetKey, YamlEdit
from seatrial.practices.security_scanning.settings import Settings
from seatrial.repo.files import File
from seatrial.repo.workflows import Job

_REASON: Final = (
    "values reach the script as shell variables: pasted into its text they would be run"
)
_CHOSEN: Final = "secrets[matrix."


def scripts(site: Site[Settings]) -> Iterator[Wish]:
    """Pass expressions through `env:`, and name each secret that a matrix chooses."""
    edits: dict[File, list[YamlEdit]] = {}
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            for standing in steps_of(job):
                found = edits.setdefault(workflow.file, [])
                yield from _pasted(standing, found)
                found.extend(_chosen_secrets(job, standing))
    for standing in composite_steps(site.repo.workflows):
        yield from _pasted(standing, edits.setdefault(standing.step.file, []))
    for file, found in edits.items():
        if found:
            yield Edit(file.root.name, file.path, tuple(found), _REASON, Risk.MEDIUM)


def _pasted(standing: Standing, edits: list[YamlEdit]) -> Iterator[Wish]:
    step = standing.step
    script = sanitised(step)
    if script is None:
        yield Leave("pass the expressions of this script through `env:`; it cannot be done"
                    " safely here by rule", step.place)  # fmt: skip
    elif script.run != step.run:
        edits.append(SetKey(standing.at, "run", script.run, over=step.run))
        edits.extend(SetKey((*standing.at, "env"), name, value) for name, value in script.env)
    given = step.inputs.at("script").text
    if step.uses and step.uses.name.lower() == "actions/github-script" and "${{" in given:
        message = "pass the expressions of this script through `env:` and read `process.env`"
        yield Leave(message, step.place)


def _chosen_secrets(job: Job, standing: Standing) -> Iterator[YamlEdit]:
    """Edits of a script that reads `secrets[matrix.x]`: the runner would be given all secrets."""
    run = standing.step.run
    if _CHOSEN not in run:
        return
    axis = run.partition(_CHOSEN)[2].partition("]")[0].strip()
    pasted = f"${{{{ {_CHOSEN}{axis}] }}}}"
    names = tuple(dict.fromkeys(job.matrix.get(axis, ())))
    safe = names and all(name.replace("_", "").isalnum() for name in names)
    if not safe or run.count("${{") != run.count(pasted) or f'"{pasted}"' not in run:
        return
    choice = " || ".join(f"matrix.{axis} == '{name}' && secrets.{name}" for name in names)
    variable = axis.upper().replace("-", "_")
    yield SetKey(standing.at, "run", run.replace(pasted, f"${{{variable}}}"), over=run)
    yield SetKey((*standing.at, "env"), variable, f"${{{{ {choice} }}}}")
