"""Wishes that let every releasing job wait for tests."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.needs import survives_failure
from seatrial.kit.delivery.paths import Route, routes
from seatrial.kit.delivery.releases import Kind
from seatrial.kit.delivery.testruns import TestKind
from seatrial.kit.planning.stepways import job_at
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import AddItem, Block, SetKey, YamlEdit
from seatrial.practices.automated_testing.audit import gates_of, must_be_gated
from seatrial.practices.automated_testing.flows import Flow, flows
from seatrial.practices.automated_testing.reusing import calling, reusable
from seatrial.practices.automated_testing.unmasked import effective_later
from seatrial.repo.workflows import Job, Workflow

_REASON = "nothing is released that the tests have not passed"


def gated(site: Site[object]) -> Iterator[Wish]:
    """`needs` on each releasing job, and the job that it needs."""
    ways: dict[int, list[Route]] = {}
    jobs: dict[int, Job] = {}
    for route in routes(site):
        wanted = must_be_gated(route, site) and not gates_of(site, route)
        if wanted or _provisions(site, route):
            ways.setdefault(id(route.release.job), []).append(route)
            jobs[id(route.release.job)] = route.release.job
    for key, job in jobs.items():
        if survives_failure(job):
            yield Leave(f"let job {job.id} run only after success: its `if` lets it run after"
                        " failed tests", job.place_of("if"))  # fmt: skip
            continue
        edits = list(_edits(site, job, ways[key]))
        if edits:
            file = job.workflow.file
            yield Edit(file.root.name, file.path, tuple(edits), _REASON, Risk.MEDIUM)
        else:
            yield Leave(f"let job {job.id} need a job that tests: nothing here can be called to"
                        " do it", job.place)  # fmt: skip
    yield from reusable(site)


def _provisions(site: Site[object], route: Route) -> bool:
    """True where infrastructure is applied and a workflow that validates it is written."""
    flow = flows(site).get(route.release.job.workflow.file.root.name)
    applies = any(act.kind is Kind.PROVISION for act in route.acts)
    return applies and flow is not None and bool(flow.terraform)


def _edits(site: Site[object], job: Job, ways: list[Route]) -> Iterator[YamlEdit]:
    own = _own_tests(site, job, ways)
    if own:
        for name in own:
            yield AddItem((*job_at(job), "needs"), name, sort=True)
        return
    workflow = job.workflow
    flow = flows(site).get(workflow.file.root.name)
    call = _call(flow) if flow else calling(site, workflow)
    if call is None:
        return
    wanted, path, lines = call
    name = _free(workflow, wanted, path)
    yield SetKey(("jobs",), name, Block("\n".join(lines)), replace=False)
    yield AddItem((*job_at(job), "needs"), name, sort=True)


def _call(flow: Flow) -> tuple[str, str, tuple[str, ...]]:
    lines = (f"uses: $/{flow.path}", "permissions:", "  contents: read")
    return flow.id, flow.path, lines


def _own_tests(site: Site[object], job: Job, ways: list[Route]) -> list[str]:
    """Jobs of the same workflow that test, and that run whenever the release does."""
    found = []
    for other, run in effective_later(site):
        same = other.workflow is job.workflow and other is not job
        after = job in other.workflow.ancestors(other)
        if same and run.kind is TestKind.TESTS and not after and other.id not in found:
            condition = run.step.condition if run.step else ""
            if all(w.may_hold(other.condition) and w.may_hold(condition) for w in ways):
                found.append(other.id)
    return found


def _free(workflow: Workflow, wanted: str, path: str) -> str:
    """A job id that nothing else has; the same again once the job is there."""
    for name in (wanted, f"{wanted}-gate", f"release-{wanted}"):
        job = workflow.job(name)
        if job is None or (job.uses is not None and job.uses.local_path == path):
            return name
    return f"seatrial-{wanted}"
