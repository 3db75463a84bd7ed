"""Tests that look like a gate and are none."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.testruns import TestKind, TestRun
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.practices.automated_testing.evidence import runs
from seatrial.practices.automated_testing.settings import Settings
from seatrial.repo.expressions import fold
from seatrial.repo.workflows import Job

_TOOLS = frozenset("pytest pytest-cov pytest-asyncio coverage tox nox jest mocha vitest".split())


@check("automated-testing/masked-tests", severity=Severity.HIGH)
def masked_tests(site: Site[Settings]) -> Iterator[Observation]:
    """Tests run, but their failure fails nothing.

    Why: the pipeline is green with a red suite, and nobody looks.
    Fix: take away `|| true` or `continue-on-error`.
    """
    for job, run in runs(site):
        message = f"`{run.what}` in job {job.id} cannot fail: {run.why_not}"
        if not run.counts and run.kind is TestKind.TESTS:
            yield fault(run.place, message)
        elif not run.counts and _is_gate(job, run):
            yield fault(run.place, message, severity=Severity.MEDIUM)


_GATES = frozenset({"kubectl", "oc", "kubeconform", "kubeval", "tflint", "promtool", "conftest"})
_GATING = (("terraform", "validate"), ("tofu", "validate"), ("helm", "lint"), ("ct", "lint"))


def _is_gate(job: Job, run: TestRun) -> bool:
    """True for a check of infrastructure whose result nothing looks at later."""
    command, step = run.command, run.step
    if command is None or step is None or run.kind is not TestKind.VALIDATION:
        return False
    name = step.node.at("id").text
    asked = bool(name) and f"steps.{name}." in job.text
    # `cmd || code=$?` ... `exit $code` keeps the failure.
    kept = "exit $" in step.run or 'exit "$' in step.run or command.condition
    gates = command.program in _GATES or any(command.starts(*words) for words in _GATING)
    return gates and not asked and not kept


_TRIED_AHEAD = ("experimental", "allow", "nightly", "prerelease", "beta", "unstable", "optional")


@check("automated-testing/sometimes-ignored", severity=Severity.MEDIUM)
def sometimes_ignored(site: Site[Settings]) -> Iterator[Observation]:
    """A condition decides whether failing tests count.

    Why: what is built on the other side of the condition is published with red tests, and the
    pipeline stays green.
    Fix: let every build that is published fail; try what is ahead in a job of its own.
    """
    seen: set[int] = set()
    for job, run in runs(site):
        if run.kind is not TestKind.TESTS or id(job) in seen:
            continue
        for node in (job.node, run.step.node if run.step else job.node):
            written = node.at("continue-on-error").text
            ahead = any(word in written.lower() for word in _TRIED_AHEAD)
            if fold(written or "false") is None and not ahead:
                seen.add(id(job))
                yield fault(
                    job.workflow.file.place(node.line_of("continue-on-error")),
                    f"whether `{run.what}` in job {job.id} counts is decided by {written}",
                )
                break


@check("automated-testing/forks-untested", severity=Severity.LOW)
def forks_untested(site: Site[Settings]) -> Iterator[Observation]:
    """Tests run when a branch is pushed, not on pull requests.

    Why: pushes to a fork start nothing here, so what comes from outside is merged untested.
    Fix: add `pull_request:` to the triggers.
    """
    for workflow in site.repo.workflows:
        push = workflow.trigger("push")
        if push is None or push.tags_only or set(push.branches) - {"*", "**"}:
            continue
        others = {t.event for t in workflow.triggers} & _PROPOSED
        tested = [run for job, run in runs(site) if job.workflow is workflow and run.counts]
        if tested and not others:
            yield fault(
                push.place,
                f"`{tested[0].what}` runs on pushes alone: pull requests from forks get none of it",
                related=(tested[0].place,),
            )


_PROPOSED = frozenset({"pull_request", "pull_request_target", "merge_group", "workflow_call"})


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
