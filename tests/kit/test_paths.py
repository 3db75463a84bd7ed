"""Every way from an event to a release, and what stands on it."""

from __future__ import annotations

from pathlib import Path

from seatrial.kit.delivery.paths import Route, gates, routes, standing
from seatrial.kit.delivery.testruns import tests_of as look
from tests.kit.pipelines_repo import site_of

TEST = """
  test:
    runs-on: ubuntu-latest
    steps:
      - run: pytest
"""
DEPLOY_STEPS = """
    runs-on: ubuntu-latest
    steps:
      - run: helm upgrade --install shop ./chart
"""


def _one(found: tuple[Route, ...]) -> Route:
    assert len(found) == 1
    return found[0]


def test_a_needed_test_job_is_a_gate(tmp_path: Path) -> None:
    ci = f"on: push\njobs:{TEST}  deploy:\n    needs: [test]{DEPLOY_STEPS}"
    site = site_of(tmp_path, ci=ci)
    assert [run.what for run in gates(site, _one(routes(site)), look)] == ["pytest"]


def test_a_test_job_beside_the_release_is_no_gate(tmp_path: Path) -> None:
    site = site_of(tmp_path, ci=f"on: push\njobs:{TEST}  deploy:{DEPLOY_STEPS}")
    assert not gates(site, _one(routes(site)), look)


def test_always_takes_the_gate_away_and_a_checked_result_gives_it_back(tmp_path: Path) -> None:
    head = f"on: push\njobs:{TEST}  deploy:\n    needs: [test]\n    if: "
    loose = site_of(tmp_path / "loose", ci=head + "always()" + DEPLOY_STEPS)
    asked = "always() && needs.test.result == 'success'"
    checked = site_of(tmp_path / "checked", ci=head + asked + DEPLOY_STEPS)
    assert not gates(loose, _one(routes(loose)), look)
    assert gates(checked, _one(routes(checked)), look)


def test_an_intermediate_job_that_ignores_failures_breaks_the_gate(tmp_path: Path) -> None:
    middle = "  build:\n    needs: [test]\n    if: always()\n    steps:\n      - run: make\n"
    ci = f"on: push\njobs:{TEST}{middle}  deploy:\n    needs: [build]{DEPLOY_STEPS}"
    site = site_of(tmp_path, ci=ci)
    assert not gates(site, _one(routes(site)), look)


def test_an_aggregator_passes_the_failures_of_what_it_needs_on(tmp_path: Path) -> None:
    middle = (
        "  all:\n    needs: [test]\n    if: always()\n    steps:\n"
        "      - if: contains(needs.*.result, 'failure')\n        run: exit 1\n"
    )
    ci = f"on: push\njobs:{TEST}{middle}  deploy:\n    needs: [all]{DEPLOY_STEPS}"
    site = site_of(tmp_path, ci=ci)
    assert gates(site, _one(routes(site)), look)


def test_tests_after_the_deployment_or_on_another_event_are_no_gate(tmp_path: Path) -> None:
    late = "on: push\njobs:\n  deploy:" + DEPLOY_STEPS + "      - run: pytest\n"
    other = (
        "on: push\njobs:\n  deploy:\n    steps:\n"
        "      - if: github.event_name == 'pull_request'\n        run: pytest\n"
        "      - run: helm upgrade --install shop ./chart\n"
    )
    for name, text in (("late", late), ("other", other)):
        site = site_of(tmp_path / name, ci=text)
        assert not gates(site, _one(routes(site)), look), name


def test_a_workflow_run_chain_is_gated_only_when_it_asks_for_success(tmp_path: Path) -> None:
    ci = f"name: CI\non:\n  push:\n    branches: [main]\njobs:{TEST}"
    head = "on:\n  workflow_run:\n    workflows: [CI]\n    types: [completed]\njobs:\n  deploy:"
    asked = "\n    if: github.event.workflow_run.conclusion == 'success'"
    loose = site_of(tmp_path / "loose", ci=ci, deploy=head + DEPLOY_STEPS)
    checked = site_of(tmp_path / "checked", ci=ci, deploy=head + asked + DEPLOY_STEPS)
    assert _one(routes(loose)).unchecked_chain
    assert not gates(loose, _one(routes(loose)), look)
    route = _one(routes(checked))
    assert (route.trigger.event, route.workflow.name) == ("push", "CI")
    assert gates(checked, route, look)


def test_a_release_in_a_reusable_workflow_is_gated_by_its_caller(tmp_path: Path) -> None:
    called = "on: workflow_call\njobs:\n  deploy:" + DEPLOY_STEPS
    caller = (
        f"on: push\njobs:{TEST}  go:\n    needs: [test]\n    uses: ./.github/workflows/to.yaml\n"
    )
    site = site_of(tmp_path, to=called, ci=caller)
    route = _one(routes(site))
    assert [job.id for job in route.callers] == ["go"]
    assert gates(site, route, look)


def test_inputs_of_a_reusable_workflow_decide_whether_it_pushes(tmp_path: Path) -> None:
    called = """
        on:
          workflow_call:
            inputs:
              push: {type: boolean, default: false}
        jobs:
          build:
            steps:
              - uses: docker/build-push-action@v6
                with:
                  push: ${{ inputs.push }}
        """
    site = site_of(
        tmp_path,
        image=called,
        pr="on: pull_request\njobs:\n  b:\n    uses: ./.github/workflows/image.yaml\n",
        main="on: push\njobs:\n  b:\n    uses: ./.github/workflows/image.yaml\n"
        "    with:\n      push: true\n",
    )
    assert _one(routes(site)).trigger.event == "push"


def test_a_pull_request_does_not_reach_a_release_that_asks_for_main(tmp_path: Path) -> None:
    ci = (
        "on: [push, pull_request]\njobs:\n  deploy:\n"
        "    if: github.ref == 'refs/heads/main'" + DEPLOY_STEPS
    )
    site = site_of(tmp_path, ci=ci)
    assert _one(routes(site)).trigger.event == "push"


def test_what_a_job_does_in_a_cluster_of_its_own_is_no_release(tmp_path: Path) -> None:
    ci = (
        "on: push\njobs:\n  e2e:\n    steps:\n      - uses: helm/kind-action@v1\n"
        "      - run: kubectl apply -f deploy/\n"
    )
    assert not routes(site_of(tmp_path, ci=ci))


def test_an_environment_stands_on_the_route_as_an_approval(tmp_path: Path) -> None:
    ci = f"on: push\njobs:{TEST}  deploy:\n    environment: production{DEPLOY_STEPS}"
    site = site_of(tmp_path, ci=ci)
    found = standing(site, _one(routes(site)))
    assert [place.line for place in found.approvals] == [8]
    assert not found.tests
    assert not found.scans
