"""Wishes about load tests that run in pipelines of the team's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.injected import sanitised
from seatrial.kit.planning.stepways import job_at, steps_of
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import DropKey, SetKey, YamlEdit
from seatrial.practices.performance_testing.scenarios import pipeline_runs

_SWALLOWED: Final = re.compile(r"\s*\|\|\s*(?:true|:|exit 0)\s*$", re.MULTILINE)


def mended(site: Site[object]) -> Iterator[Wish]:
    """Let a failed threshold fail the job."""
    for job, run in pipeline_runs(site):
        if run.counts or run.step is None:
            continue
        at = next((s.at for s in steps_of(job) if s.step.node is run.step.node), None)
        text = _SWALLOWED.sub("", run.step.run)
        script = sanitised(run.step)
        edit: YamlEdit | None = None
        if at and run.why_not == "continue-on-error on the step":
            edit = DropKey(at, "continue-on-error")
        elif run.why_not == "continue-on-error on the job":
            edit = DropKey(job_at(job), "continue-on-error")
        elif at and text != run.step.run and script and script.run == run.step.run:
            edit = SetKey(at, "run", text)
        if edit is None:
            yield Leave(f"let {run.what} in job {job.id} fail its job: {run.why_not}", run.place)
            continue
        file = job.workflow.file
        reason = "a threshold that is missed turns the job red"
        yield Edit(file.root.name, file.path, (edit,), reason, Risk.MEDIUM)
