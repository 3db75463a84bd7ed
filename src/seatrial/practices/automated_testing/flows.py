"""The test workflow of each repository: what it runs, or which of the team's own it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.delivery.pipelines import elsewhere
from seatrial.kit.delivery.testruns import TestKind
from seatrial.kit.planning.checks import TESTS_PASSED, VALIDATION_PASSED
from seatrial.kit.planning.homes import workflow_path
from seatrial.kit.planning.render import render
from seatrial.kit.site import Site, once
from seatrial.model.change import Generate, Leave, Wish
from seatrial.model.struct import replace, struct
from seatrial.practices.automated_testing.codechecks import (
    KUBECONFORM,
    ChartCheck,
    ManifestCheck,
    TerraformCheck,
    chart_checks,
    manifest_check,
    terraform_checks,
)
from seatrial.practices.automated_testing.evidence import Seen, on_proposals, suites
from seatrial.practices.automated_testing.firsttests import FirstTests, first_tests
from seatrial.practices.automated_testing.lanes import Lane, application_lane, lanes
from seatrial.practices.automated_testing.lanespython import (
    CONSTRAINTS,
    TOOLS,
    loose_tools,
    with_tools,
)
from seatrial.practices.automated_testing.unmasked import effective_later
from seatrial.practices.automated_testing.unrun import unstarted
from seatrial.repo.files import Root

if TYPE_CHECKING:
    from seatrial.repo.code.testsuites import Suite

FLOOR: Final = 50
"""Percent of lines below which a first coverage floor lets nothing fall."""


@struct(eq=False)
class Flow:
    """The test workflow that a repository shall get.

    Attributes:
        id: job id by which others call it: `tests`, or `validate` for infrastructure alone.
        path: of the workflow file.
        left: what it cannot run.
    """

    id: str
    path: str
    lanes: tuple[Lane, ...]
    terraform: tuple[TerraformCheck, ...]
    charts: tuple[ChartCheck, ...]
    manifests: ManifestCheck | None
    left: tuple[Leave, ...]

    @property
    def jobs(self) -> tuple[str, ...]:
        """Ids of its jobs, the collecting one left out."""
        named = (
            ("terraform", self.terraform),
            ("charts", self.charts),
            ("manifests", self.manifests),
        )
        return (*(lane.id for lane in self.lanes), *(name for name, found in named if found))


@once
def flows(site: Site[object]) -> dict[str, Flow]:
    """The workflows to be written, by the name of the repository."""
    if elsewhere_only(site):
        return {}
    found = {root.name: _flow(site, root) for root in site.repo.roots}
    return {name: flow for name, flow in found.items() if flow.jobs}


@once
def elsewhere_only(site: Site[object]) -> str:
    """Where tests may run that cannot be seen from here; empty when some run here."""
    if effective_later(site):
        return ""
    return "; ".join(seen.credential for seen in elsewhere(site, "tests"))


def wishes(site: Site[object]) -> Iterator[Wish]:
    """The workflow files and what belongs to them."""
    hidden = elsewhere_only(site)
    if hidden:
        yield Leave(f"look whether tests run there: {hidden}; nothing is added beside them")
    for name, flow in flows(site).items():
        yield from flow.left
        yield Generate(name, flow.path, _text(flow), _reason(flow))
        if any(CONSTRAINTS in line for lane in flow.lanes for line in lane.recipe.install):
            root = next(r for r in site.repo.roots if r.name == name)
            pins = "".join(f"{tool}=={TOOLS[tool]}\n" for tool in loose_tools(site, root))
            head = "# Versions of the tools that tests need, for `pip install --constraint`.\n"
            reason = "a new release of a test tool shall not decide whether a suite is green"
            yield Generate(name, CONSTRAINTS, head + pins, reason)


def _text(flow: Flow) -> str:
    infrastructure = flow.id == "validate"
    return render(
        "automated_testing",
        ".github/workflows/tests.yaml.j2",
        name="Validation" if infrastructure else "Tests",
        id=flow.id,
        path=flow.path,
        lanes=flow.lanes,
        terraform=flow.terraform,
        charts=flow.charts,
        manifests=flow.manifests,
        kubeconform=KUBECONFORM,
        jobs=flow.jobs,
        floor=FLOOR,
        passed=VALIDATION_PASSED if infrastructure else TESTS_PASSED,
    )


def _reason(flow: Flow) -> str:
    if flow.id == "validate":
        return "what is wrong in proposed infrastructure is found before it is applied"
    return "the tests run on every pull request and before every release"


def _flow(site: Site[object], root: Root) -> Flow:
    made, left = _lanes(site, root)
    validated = _validated(site, root)
    name = "tests" if made else "validate"
    return Flow(
        name,
        _path(root, name),
        made,
        () if validated else tuple(terraform_checks(site, root)),
        () if validated else tuple(chart_checks(site, root)),
        None if validated else manifest_check(site, root),
        left,
    )


def _lanes(site: Site[object], root: Root) -> tuple[tuple[Lane, ...], tuple[Leave, ...]]:
    found: list[Lane] = []
    left: list[Leave] = []
    for one in lanes(site, root, _suites_to_run(site, root)):
        found.append(one) if isinstance(one, Lane) else left.append(one)
    for first in first_tests(site, root):
        there = next((lane for lane in found if _runs(lane, first)), None)
        lane = there or _lane_of(site, root, first)
        if lane is None or (there is None and _is_run(site, root, first)):
            continue
        if there is not None:
            found.remove(there)
        found.append(replace(lane, recipe=with_tools(site, root, lane.recipe, first.needs)))
    return tuple(found), tuple(left)


def _runs(lane: Lane, first: FirstTests) -> bool:
    return lane.folder == first.folder and lane.id.startswith(first.language)


def _lane_of(site: Site[object], root: Root, first: FirstTests) -> Lane | None:
    return application_lane(site, root, first.language, first.folder)


def _is_run(site: Site[object], root: Root, first: FirstTests) -> bool:
    """True when a pipeline runs this language's tests here already, and finds the new ones."""
    return any(
        suite.language == first.language and suite.files[0].root is root
        for suite in suites(site)
        if suite not in _suites_to_run(site, root)
    )


def _suites_to_run(site: Site[object], root: Root) -> tuple[Suite, ...]:
    own = tuple(s for s in suites(site) if s.files[0].root is root)
    tests = [seen for seen in effective_later(site) if _is_test_of(seen, root)]
    if not any(on_proposals(site, job, run) for job, run in tests):
        return own
    idle = unstarted(site)
    return tuple(s for s in own if s in idle)


def _is_test_of(seen: Seen, root: Root) -> bool:
    job, run = seen
    return run.kind is TestKind.TESTS and job.workflow.file.root is root


def _validated(site: Site[object], root: Root) -> bool:
    """True when checks of infrastructure run on proposals of this repository already."""
    return any(
        run.kind is TestKind.VALIDATION
        and job.workflow.file.root is root
        and on_proposals(site, job, run)
        for job, run in effective_later(site)
    )


def _path(root: Root, name: str) -> str:
    for stem in (name, f"{name}-gate"):
        path = workflow_path(root, stem)
        if path not in root.files:
            return path
    return workflow_path(root, f"seatrial-{name}")
