"""Tests that look like a gate and are none."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.site import Site
from seatrial.kit.testruns import TestKind
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.practices.automated_testing.evidence import runs
from seatrial.practices.automated_testing.settings import Settings

_TOOLS = frozenset("pytest pytest-cov pytest-asyncio coverage tox nox jest mocha vitest".split())


@check("automated-testing/masked-tests", severity=Severity.HIGH)
def masked_tests(site: Site[Settings]) -> Iterator[Observation]:
    """Tests run, but their failure fails nothing.

    Why: the pipeline is green with a red suite, and nobody looks.
    Fix: take away `|| true` or `continue-on-error`.
    """
    for job, run in runs(site):
        if not run.counts and run.kind is TestKind.TESTS:
            yield fault(run.place, f"`{run.what}` in job {job.id} cannot fail: {run.why_not}")


@check("automated-testing/empty-suite", severity=Severity.MEDIUM)
def empty_suite(site: Site[Settings]) -> Iterator[Observation]:
    """A test folder holds no tests, or a run is told to pass without any.

    Why: a suite that collects nothing is green for ever.
    Fix: write tests, or remove the folder; never pass without tests.
    """
    for suite in site.repo.suites:
        if suite.empty and not suite.example:
            yield fault(suite.place, f"the folder {suite.folder} holds code but no test")
    for job, run in runs(site):
        argv = run.command.argv if run.command else ()
        if {"--passWithNoTests", "--pass-with-no-tests"} & set(argv):
            yield fault(run.place, f"`{run.what}` in job {job.id} passes when it finds no tests")


@check("automated-testing/silent-upload", severity=Severity.LOW)
def silent_upload(site: Site[Settings]) -> Iterator[Observation]:
    """The coverage upload fails without anybody noticing.

    Why: `fail_ci_if_error` is off by default, and without a token the upload is refused.
    Fix: give it a token (or OIDC) and set `fail_ci_if_error: true`.
    """
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            for step in job.all_steps if not job.is_off else ():
                uses = step.uses
                if not uses or uses.name.lower() != "codecov/codecov-action":
                    continue
                inputs = step.inputs
                told = inputs.at("fail_ci_if_error").text == "true"
                token = (
                    inputs.has("token") or inputs.has("use_oidc") or _has_token(step.env.names())
                )
                token = token or _has_token(job.node.at("env").names())
                if not told and not token:
                    yield fault(
                        uses.place, f"{uses.name} has no token, so the upload may fail unseen"
                    )


def _has_token(names: list[str]) -> bool:
    return "CODECOV_TOKEN" in names


@check("automated-testing/unpinned-tools", severity=Severity.LOW)
def unpinned_tools(site: Site[Settings]) -> Iterator[Observation]:
    """A test job installs its tools without a version.

    Why: a new release of a tool turns the suite red, or lets it pass, without any change of yours.
    Fix: list them in a locked requirements file.
    """
    seen: set[int] = set()
    for job, _ in runs(site):
        if id(job) in seen:
            continue
        seen.add(id(job))
        for step in job.all_steps:
            for command in step.commands:
                if command.program not in {"pip", "pip3", "npm"} or "install" not in command.words:
                    continue
                loose = [w for w in command.words if w in _TOOLS]
                if loose:
                    yield fault(
                        step.file.place(command.line),
                        f"job {job.id} installs {loose[0]} without a version",
                    )
