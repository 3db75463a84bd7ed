"""Wishes about test jobs that people wrote: failures that count, real services, fixed versions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databases import engine_of
from seatrial.kit.delivery.testruns import TestKind, TestRun
from seatrial.kit.planning.injected import sanitised
from seatrial.kit.planning.stepways import job_at, steps_of
from seatrial.kit.planning.testservices import Service, test_services, test_variables
from seatrial.kit.site import Site, once
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import At, Block, DropKey, SetKey, YamlEdit
from seatrial.practices.automated_testing.evidence import Seen, on_proposals, runs
from seatrial.practices.automated_testing.lanespython import TOOLS
from seatrial.practices.automated_testing.services import needed, provided
from seatrial.repo.workflows import Job, Step

_SWALLOWED: Final = re.compile(r"\s*\|\|\s*(?:true|:|exit 0)\s*$", re.MULTILINE)
_EMPTY_PASSES: Final = re.compile(r" --pass-?[wW]ith-?[nN]o-?[tT]ests\b")
_ENGINE_NAMES: Final = {"postgres": "postgresql"}


@once
def effective_later(site: Site[object]) -> tuple[Seen, ...]:
    """Runs that can fail their job once these wishes are carried out."""
    return tuple(
        (job, run)
        for job, run in runs(site)
        if (run.counts or _unmasked(job, run) is not None)
        and (run.kind is TestKind.TESTS or on_proposals(site, job, run))
    )


def mended(site: Site[object]) -> Iterator[Wish]:
    """Edits of the test jobs that are there."""
    seen: set[int] = set()
    for job, run in runs(site):
        if run.kind is not TestKind.TESTS or run.step is None or id(run.step.node) in seen:
            continue
        seen.add(id(run.step.node))
        mask = () if run.counts else _unmasked(job, run)
        edits = list(mask or ())
        if mask is None:
            yield Leave(f"let `{run.what}` in job {job.id} fail its job: {run.why_not}", run.place)
        edits += _script_edits(job, run.step)
        if edits:
            yield _edit(job, edits, "a red suite, or one that found no tests, fails the pipeline")
    yield from _services(site)


def _edit(job: Job, edits: list[YamlEdit], reason: str) -> Edit:
    file = job.workflow.file
    return Edit(file.root.name, file.path, tuple(edits), reason, Risk.MEDIUM)


def _at(job: Job, step: Step) -> At | None:
    return next((s.at for s in steps_of(job) if s.step.node is step.node), None)


def _unmasked(job: Job, run: TestRun) -> tuple[YamlEdit, ...] | None:
    """Edits after which a masked run counts; None where no small one does it."""
    at = _at(job, run.step) if run.step else None
    if run.step is None or at is None:
        return None
    if run.why_not == "continue-on-error on the step":
        return (DropKey(at, "continue-on-error"),)
    if run.why_not == "continue-on-error on the job":
        return (DropKey(job_at(job), "continue-on-error"),)
    swallowed = "|| true" in run.why_not and _SWALLOWED.search(run.step.run)
    # The script itself is written anew by `_script_edits`.
    return () if swallowed and _is_free(run.step) else None


def _is_free(step: Step) -> bool:
    script = sanitised(step)
    return script is not None and script.run == step.run and not step.opaque


def _script_edits(job: Job, step: Step) -> list[YamlEdit]:
    at = _at(job, step)
    text = _EMPTY_PASSES.sub("", _SWALLOWED.sub("", step.run))
    if at is None or text == step.run or not _is_free(step):
        return []
    return [SetKey(at, "run", text)]


def pinned_tools(site: Site[object]) -> Iterator[Wish]:
    """Versions for test tools that jobs install without one."""
    seen: set[int] = set()
    for job, _ in runs(site):
        if id(job) in seen:
            continue
        seen.add(id(job))
        edits: list[YamlEdit] = []
        for standing in steps_of(job):
            text = "\n".join(_pinned(line) for line in standing.step.run.split("\n"))
            if text != standing.step.run and _is_free(standing.step):
                edits.append(SetKey(standing.at, "run", text))
        if edits:
            yield _edit(job, edits, "a new release of a test tool shall not turn the suite red")


def _pinned(line: str) -> str:
    if "pip install" not in line and "pip3 install" not in line:
        return line
    words = line.split(" ")
    return " ".join(f"{word}=={TOOLS[word]}" if word in TOOLS else word for word in words)


def _services(site: Site[object]) -> Iterator[Wish]:
    jobs = {
        id(job): job for job, run in effective_later(site) if run.kind is TestKind.TESTS
    }.values()
    wanted = test_services(site)
    for job in jobs:
        edits = list(_other_versions(job, wanted))
        if edits:
            yield _edit(job, edits, "the tests meet the versions that the system runs")
    if not needed(site) or not jobs or any(provided(site, job) for job in jobs):
        return
    job = next(iter(jobs))
    edits = [
        SetKey((*job_at(job), "services"), service.name, Block(_service(service)), replace=False)
        for service in wanted
    ]
    edits += [
        SetKey((*job_at(job), "env"), name, value, replace=False)
        for name, value in test_variables(site, job.workflow.file.root)
    ]
    yield _edit(job, edits, "the tests meet the services that the application really uses")


def _other_versions(job: Job, wanted: tuple[Service, ...]) -> Iterator[YamlEdit]:
    for name, node in job.services.pairs():
        engine = engine_of(node.at("image").text)
        for service in wanted:
            same = engine and _ENGINE_NAMES.get(service.name, service.name) == engine
            if same and _major(service.image) != _major(node.at("image").text):
                yield SetKey((*job_at(job), "services", name), "image", service.image)


def _major(image: str) -> str:
    return image.partition("@")[0].rpartition(":")[2].partition(".")[0].partition("-")[0]


def _service(service: Service) -> str:
    lines = [f"image: {service.image}"]
    if service.env:
        lines += ["env:", *(f'  {name}: "{value}"' for name, value in service.env)]
    lines.append(f'ports: ["{service.port}:{service.port}"]')
    if service.health:
        lines += ["options: >-", f'  --health-cmd "{service.health}"']
        lines.append("  --health-interval 2s --health-timeout 5s --health-retries 30")
    return "\n".join(lines)
