"""Which commands run tests, which validate infrastructure, and whether their failure counts."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from seatrial.kit.releases import command_place
from seatrial.kit.site import Site
from seatrial.model.place import Place
from seatrial.repo.shell import Command
from seatrial.repo.workflows import Job, Step


class TestKind(enum.StrEnum):
    """What a run says something about."""

    __test__ = False

    TESTS = "tests"
    VALIDATION = "validation"
    """Checks of infrastructure code: validate, plan, policy, render."""
    LOAD = "load"


@dataclass(frozen=True, slots=True)
class TestRun:
    """A command or action in a job that runs tests.

    Attributes:
        counts: True when its failure fails the job.
        why_not: for a run that does not count, what masks it.
    """

    __test__ = False

    kind: TestKind
    what: str
    place: Place
    counts: bool
    why_not: str = ""
    command: Command | None = None


_DIRECT: Final[dict[str, TestKind]] = (
    {
        name: TestKind.TESTS
        for name in (
            "pytest",
            "py.test",
            "tox",
            "nox",
            "jest",
            "vitest",
            "mocha",
            "ava",
            "karma",
            "jasmine",
            "gotestsum",
            "ginkgo",
            "rspec",
            "cucumber",
            "phpunit",
            "pest",
            "bats",
            "ctest",
            "parallel_rspec",
            "parallel_cucumber",
            "nosetests",
            "behave",
            "robot",
            "stestr",
            "zope-testrunner",
            "trial",
            "knapsack_pro",
            "newman",
            "schemathesis",
            "dredd",
            "tavern-ci",
            "busted",
            "prove",
            "green",
        )
    }
    | {
        name: TestKind.VALIDATION
        for name in (
            "tflint",
            "kubeconform",
            "kubeval",
            "conftest",
            "kube-linter",
            "kube-score",
            "polaris",
            "datree",
            "pluto",
            "terrascan",
            "tfsec",
            "checkov",
            "chart-testing",
            "regula",
        )
    }
    | {
        name: TestKind.LOAD
        for name in (
            "k6",
            "locust",
            "artillery",
            "vegeta",
            "jmeter",
            "gatling",
            "wrk",
            "hey",
            "oha",
            "autocannon",
        )
    }
)
_WORDS: Final[tuple[tuple[str, tuple[str, ...], TestKind], ...]] = (
    ("python", ("pytest",), TestKind.TESTS),
    ("python", ("unittest",), TestKind.TESTS),
    ("go", ("test",), TestKind.TESTS),
    ("cargo", ("test",), TestKind.TESTS),
    ("cargo", ("nextest",), TestKind.TESTS),
    ("dotnet", ("test",), TestKind.TESTS),
    ("deno", ("test",), TestKind.TESTS),
    ("bun", ("test",), TestKind.TESTS),
    ("mix", ("test",), TestKind.TESTS),
    ("swift", ("test",), TestKind.TESTS),
    ("flutter", ("test",), TestKind.TESTS),
    ("sbt", ("test",), TestKind.TESTS),
    ("bazel", ("test",), TestKind.TESTS),
    ("hatch", ("test",), TestKind.TESTS),
    ("cypress", ("run",), TestKind.TESTS),
    ("playwright", ("test",), TestKind.TESTS),
    ("artisan", ("test",), TestKind.TESTS),
    ("composer", ("test",), TestKind.TESTS),
    ("rails", ("test",), TestKind.TESTS),
    ("bin/rails", ("test",), TestKind.TESTS),
    ("rake", ("test",), TestKind.TESTS),
    ("rake", ("spec",), TestKind.TESTS),
    ("rake", ("knapsack:rspec",), TestKind.TESTS),
    ("terraform", ("validate",), TestKind.VALIDATION),
    ("terraform", ("plan",), TestKind.VALIDATION),
    ("terraform", ("test",), TestKind.VALIDATION),
    ("tofu", ("validate",), TestKind.VALIDATION),
    ("tofu", ("plan",), TestKind.VALIDATION),
    ("terragrunt", ("validate",), TestKind.VALIDATION),
    ("terragrunt", ("plan",), TestKind.VALIDATION),
    ("pulumi", ("preview",), TestKind.VALIDATION),
    ("helm", ("lint",), TestKind.VALIDATION),
    ("helm", ("template",), TestKind.VALIDATION),
    ("helm", ("unittest",), TestKind.VALIDATION),
    ("ct", ("lint",), TestKind.VALIDATION),
    ("ct", ("install",), TestKind.VALIDATION),
    ("ct", ("lint-and-install",), TestKind.VALIDATION),
    ("kustomize", ("build",), TestKind.VALIDATION),
    ("ansible-lint", (), TestKind.VALIDATION),
    ("promtool", ("test",), TestKind.VALIDATION),
)
_NODE_RUNNERS: Final = {"npm", "yarn", "pnpm", "bun", "npx", "nx", "turbo", "lerna", "rush"}
_JVM: Final = {"mvn", "mvnw", "gradle", "gradlew"}
_JVM_GOALS: Final = {
    "test",
    "verify",
    "package",
    "install",
    "check",
    "build",
    "integration-test",
    "deploy",
}
_ACTIONS: Final[dict[str, TestKind]] = {
    "cypress-io/github-action": TestKind.TESTS,
    "schemathesis/action": TestKind.TESTS,
    "matt-ball/newman-action": TestKind.TESTS,
    "grafana/k6-action": TestKind.LOAD,
    "grafana/run-k6-action": TestKind.LOAD,
    "terraform-linters/tflint-load-config-action": TestKind.VALIDATION,
    "bridgecrewio/checkov-action": TestKind.VALIDATION,
    "aquasecurity/tfsec-action": TestKind.VALIDATION,
    "stefanprodan/kube-tools": TestKind.VALIDATION,
    "yannh/kubeconform": TestKind.VALIDATION,
    "dflook/terraform-validate": TestKind.VALIDATION,
    "dflook/terraform-plan": TestKind.VALIDATION,
    "fluxcd/flux2/action": TestKind.VALIDATION,
    "allenporter/flux-local/action/diff": TestKind.VALIDATION,
    "clowdhaus/terraform-composite-actions/pre-commit": TestKind.VALIDATION,
}


def runs_of(site: Site[object], job: Job) -> Iterator[TestRun]:
    """Yield the test runs of a job, in order; those that cannot fail it say why."""
    for step in job.all_steps:
        reason = _masked_step(job, step)
        uses = step.uses
        kind = _ACTIONS.get(uses.name.lower()) if uses else None
        if uses and kind:
            yield TestRun(kind, uses.name, uses.place, not reason, reason)
        elif (
            uses
            and uses.name.startswith("gradle/")
            and _JVM_GOALS & set(step.inputs.at("arguments").text.split())
        ):
            yield TestRun(TestKind.TESTS, uses.name, uses.place, not reason, reason)
        for command in site.repo.followed(step.commands, step.file):
            kind = kind_of(command)
            if kind is not None:
                why = reason or _masked_command(command)
                place = command_place(step, command)
                yield TestRun(kind, command.text, place, not why, why, command)


def tests_of(site: Site[object], job: Job) -> tuple[TestRun, ...]:
    """Runs of tests or validation of a job whose failure counts."""
    return tuple(r for r in runs_of(site, job) if r.counts and r.kind is not TestKind.LOAD)


def kind_of(command: Command) -> TestKind | None:
    """What kind of test a command runs; None for any other command."""
    argv, program, words = command.argv, command.program, command.words
    if {"--version", "--help", "--collect-only", "--setup-only", "--co"} & set(argv):
        return None
    if program.startswith("python"):
        return _python(argv)
    if program in _NODE_RUNNERS:
        return _node(program, words)
    if program in _JVM:
        return _jvm(argv, words)
    if program == "node" and "--test" in argv:
        return TestKind.TESTS
    if program in {"rake", "bundle"} and not words:
        return TestKind.TESTS if program == "rake" else None
    if program in _DIRECT:
        return _DIRECT[program]
    for name, leading, kind in _WORDS:
        if program == name and words[: len(leading)] == leading:
            return kind
    return None


def _python(argv: tuple[str, ...]) -> TestKind | None:
    if "-m" in argv:
        index = argv.index("-m")
        module = argv[index + 1] if index + 1 < len(argv) else ""
        if module in {"pytest", "unittest", "tox", "nox", "nose2", "behave", "robot", "trial"}:
            return TestKind.TESTS
        if module == "coverage" and "run" in argv:
            return TestKind.TESTS
        return TestKind.LOAD if module == "locust" else None
    script = next((w for w in argv[1:] if not w.startswith("-")), "")
    if script.endswith("manage.py") and "test" in argv:
        return TestKind.TESTS
    name = script.rpartition("/")[2]
    return TestKind.TESTS if name in {"runtests.py", "run_tests.py"} else None


def _node(program: str, words: tuple[str, ...]) -> TestKind | None:
    rest = list(words)
    while rest and rest[0] in {
        "run",
        "run-script",
        "workspace",
        "workspaces",
        "exec",
        "foreach",
        "many",
    }:
        rest.pop(0)
    if not rest:
        return None
    head = rest[0]
    if program in {"npx", "yarn", "pnpm", "bun"} and head in _DIRECT:
        return _DIRECT[head]
    if head in {"cypress", "playwright"}:
        return TestKind.TESTS
    parts = set(head.replace(":", "-").split("-"))
    if parts & {"lint", "build", "install", "types", "format"}:
        return None
    if parts & {"test", "tests", "t", "jest", "vitest", "e2e", "spec", "cypress", "playwright"}:
        return TestKind.TESTS
    return TestKind.TESTS if "test" in rest[:3] and program in {"nx", "turbo", "lerna"} else None


def _jvm(argv: tuple[str, ...], words: tuple[str, ...]) -> TestKind | None:
    if any("skiptests" in w.lower() or "maven.test.skip" in w for w in argv):
        return None
    if "-x" in argv and "test" in argv[argv.index("-x") + 1 : argv.index("-x") + 2]:
        return None
    goals = {w.rpartition(":")[2] for w in words}
    return TestKind.TESTS if goals & _JVM_GOALS else None


def _masked_step(job: Job, step: Step) -> str:
    if step.ignores_errors:
        return "continue-on-error on the step"
    if job.ignores_errors:
        return "continue-on-error on the job"
    return ""


def _masked_command(command: Command) -> str:
    if "--exit-zero" in command.argv or "--passWithNoTests" in command.argv:
        return "a flag that turns its failure into success"
    if command.masked:
        return "its exit code is thrown away (`|| true`, a pipe without pipefail, or no `set -e`)"
    return "it is the condition of an `if`" if command.condition else ""
