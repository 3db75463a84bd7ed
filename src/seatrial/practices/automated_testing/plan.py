"""What `apply` writes for automated testing.

`.github/workflows/tests.yaml` runs the suites on pull requests and before every release: with the
services in the versions that the system runs, fixed versions of the tools, a coverage floor, kept
results, and the job "Tests passed" for the rules of the branch. In a repository of infrastructure
it is `validate.yaml` with Terraform, charts and manifests. Releasing jobs get `needs`; a test
workflow of yours is called instead of a second one beside it. Where no test goes through the
application's routes, `tests/contract/` does (FastAPI, Flask, Django, Express). SQLite gives way to
the real database where a variable names one. Masks such as `|| true` go.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.testruns import TestKind
from seatrial.kit.planning.remains import remains
from seatrial.kit.site import Site
from seatrial.model.change import Leave, Wish
from seatrial.practices.automated_testing import audit
from seatrial.practices.automated_testing.evidence import has_application
from seatrial.practices.automated_testing.firsttests import written
from seatrial.practices.automated_testing.flows import elsewhere_only, flows, wishes
from seatrial.practices.automated_testing.gating import gated
from seatrial.practices.automated_testing.settings import Settings
from seatrial.practices.automated_testing.standins import real_database
from seatrial.practices.automated_testing.unmasked import effective_later, mended, pinned_tools


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """Run the tests, let releases wait for them, and write some where there are none."""
    yield from wishes(site)
    if elsewhere_only(site):
        return
    for root in site.repo.roots:
        yield from written(site, root)
    yield from gated(site)
    yield from mended(site)
    yield from pinned_tools(site)
    yield from real_database(site)
    yield from remains(
        site,
        audit.empty_suite,
        audit.empty_target,
        audit.service_without_tests,
        audit.sometimes_ignored,
        audit.unknown_kinds_skipped,
    )
    if any(flow.lanes for flow in flows(site).values()):
        return
    yield from remains(site, audit.coverage_floor)
    tested = any(run.kind is TestKind.TESTS for _, run in effective_later(site))
    if has_application(site) and not tested:
        yield Leave("write tests: there are none, and the first ones can only be written by rule"
                    " for FastAPI, Flask, Django and Express applications")  # fmt: skip
    elif not flows(site) and not effective_later(site):
        yield Leave("check proposed changes in a workflow: seatrial knows no command for what"
                    " stands here")  # fmt: skip
