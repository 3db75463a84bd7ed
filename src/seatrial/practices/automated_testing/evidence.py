"""Suites, runs and coverage floors of a system."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.delivery.testruns import TestKind, TestRun, testing_jobs
from seatrial.kit.delivery.testwords import JVM
from seatrial.kit.delivery.ways import ways_to
from seatrial.kit.folders import folder_of
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.model.place import Place

if TYPE_CHECKING:
    from seatrial.repo.code.testsuites import Suite
    from seatrial.repo.commands.command import Command
    from seatrial.repo.files import File
    from seatrial.repo.workflows import Job

Seen = tuple["Job", TestRun]
_INFRA: Final = frozenset("helm prometheus terraform opa rego kyverno conftest".split())
CODE: Final = frozenset(".py .js .ts .tsx .go .java .kt .rb .cs .rs .php .scala .ex .swift".split())


@once
def suites(site: Site[object]) -> tuple[Suite, ...]:
    """Suites of the application: those of examples, of load and of infrastructure left out."""
    return tuple(
        s
        for s in site.repo.suites
        if not s.example and s.kind != "load" and s.language not in _INFRA and not s.empty
    )


@once
def has_application(site: Site[object]) -> bool:
    """True when the repositories hold application or library code."""
    if suites(site) or any(not is_aside(d.file.path) for d in site.repo.dockerfiles):
        return True
    counted = 0
    for dependency in site.repo.dependencies:
        if not dependency.dev:
            counted += 1
    if not counted:
        return False
    code = (f for f in site.repo.files() if f.suffix in CODE and not is_aside(f.path))
    return any(not f.path.startswith((".github/", "scripts/", "hack/")) for f in code)


@once
def runs(site: Site[object]) -> tuple[Seen, ...]:
    """Test runs of pipelines that an event reaches; for infrastructure its validation."""
    kinds = (TestKind.TESTS, TestKind.VALIDATION)
    return tuple(
        (job, run)
        for job, run in testing_jobs(site, *kinds)
        if ways_to(site, job) and not _finds_nothing(site, run) and not _is_hollow(site, job, run)
    )


def _is_hollow(site: Site[object], job: Job, run: TestRun) -> bool:
    """True for a task by the name of tests that only says something."""
    if run.command is None or run.step is None:
        return False
    folder = folder_of(job, run.step)
    started = site.repo.tasks(run.step.file.root).started(run.command, folder)
    return bool(started) and all(t.commands and does_nothing(t.commands) for t in started)


_HARMLESS: Final = frozenset({"echo", "true", ":", "exit", "printf"})


def does_nothing(commands: tuple[Command, ...]) -> bool:
    """True for commands that say something at most, and succeed."""
    if any(c.program not in _HARMLESS for c in commands):
        return False
    return not any(c.program == "exit" and c.argv[1:2] not in {(), ("0",)} for c in commands)


def _finds_nothing(site: Site[object], run: TestRun) -> bool:
    # `mvn package` and `gradle build` run tests only where there are any.
    built = run.command is not None and run.command.program in JVM
    return built and not any(s.language == "jvm" and not s.empty for s in site.repo.suites)


@once
def effective(site: Site[object]) -> tuple[Seen, ...]:
    """Runs that can fail their job; validation counts where it runs on proposed changes."""
    return tuple(
        (job, run)
        for job, run in runs(site)
        if run.counts and (run.kind is TestKind.TESTS or on_proposals(site, job, run))
    )


def on_proposals(site: Site[object], job: Job, run: TestRun) -> bool:
    """True when a run happens on changes that are not merged yet."""
    condition = run.step.condition if run.step else ""
    return any(w.is_proposal and w.may_hold(condition) for w in ways_to(site, job))


_RUN_WORDS: Final = (
    "pytest",
    "npm test",
    "npm run test",
    "yarn test",
    "go test",
    "rspec",
    "mvn test",
    "gradlew test",
    "tox",
    "dotnet test",
    "cargo test",
    "phpunit",
    "make test",
)


def commented_run(site: Site[object]) -> Place | None:
    """Place of a test command that stands commented out in a workflow, or None."""
    for workflow in site.repo.workflows:
        for number, line in enumerate(workflow.file.lines, 1):
            text = line.strip()
            if text.startswith("#") and "run:" in text and any(w in text for w in _RUN_WORDS):
                return workflow.file.place(number)
    return None


_FLOOR_FLAGS: Final = (
    "--cov-fail-under",
    "--fail-under",
    "--min",
    "--threshold",
    "-Dcoverage.minimum",
)
_COMMAND_FLAGS: Final = (
    *_FLOOR_FLAGS[:2],
    "--check-coverage",
    "--coverageThreshold",
    "--coverage.thresholds",
    "--test-coverage-lines",
)
_FLOORS: Final = (
    # file's name, words of which one sets a floor
    ("pyproject.toml", ("fail_under", "--cov-fail-under", "fail-under")),
    (".coveragerc", ("fail_under",)),
    ("setup.cfg", ("fail_under", "--cov-fail-under")),
    ("tox.ini", ("fail_under", "--cov-fail-under", "--fail-under")),
    ("pytest.ini", ("--cov-fail-under",)),
    ("noxfile.py", ("--fail-under", "fail_under")),
    ("package.json", ("coverageThreshold", "check-coverage", "--lines", "thresholds")),
    (".nycrc", ("check-coverage",)),
    (".nycrc.json", ("check-coverage",)),
    (".c8rc.json", ("check-coverage",)),
    ("codecov.yml", ("target:",)),
    ("codecov.yaml", ("target:",)),
    (".codecov.yml", ("target:",)),
    (".codecov.yaml", ("target:",)),
    (".github/codecov.yml", ("target:",)),
    ("pom.xml", ("<minimum>", "haltOnFailure", "<totalLineRate>", "lineRate>")),
    ("build.gradle", ("jacocoTestCoverageVerification", "minBound", "minimum =")),
    ("build.gradle.kts", ("jacocoTestCoverageVerification", "minBound", "minimum =")),
    (".simplecov", ("minimum_coverage",)),
    ("spec_helper.rb", ("minimum_coverage",)),
    ("rails_helper.rb", ("minimum_coverage",)),
    ("test_helper.rb", ("minimum_coverage",)),
    ("simplecov.rake", ("minimum_coverage",)),
    (".testcoverage.yml", ("threshold",)),
    ("mix.exs", ("threshold:", "minimum_coverage")),
    ("coveralls.json", ("minimum_coverage",)),
    ("tarpaulin.toml", ("fail-under",)),
    ("Makefile", ("--cov-fail-under", "--fail-under", "minimum_coverage")),
)
_SUFFIXES: Final = ("jest.config.", "vitest.config.", "vite.config.", "karma.conf.")


@once
def floors(site: Site[object]) -> tuple[Place, ...]:
    """Places that set a coverage floor which some run would enforce."""
    return (*_in_commands(site), *_in_files(site))


def _in_commands(site: Site[object]) -> Iterator[Place]:
    actions = (
        "vladopajic/go-test-coverage",
        "py-cov-action/",
        "orgoro/coverage",
        "5monkeys/cobertura",
    )
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            for step in job.all_steps if not job.is_off else ():
                if "go tool cover" in step.run and "exit 1" in step.run:
                    # Go prints the total only; what compares it is a line of shell.
                    yield step.place
                for command in step.commands:
                    flagged = any(w.startswith(_COMMAND_FLAGS) for w in command.argv)
                    if flagged or "/p:Threshold" in " ".join(command.argv):
                        yield step.file.place(command.line)
                if step.uses and step.uses.name.lower().startswith(actions):
                    yield step.place


def _in_files(site: Site[object]) -> Iterator[Place]:
    named: dict[str, tuple[str, ...]] = dict(_FLOORS)
    for file in site.repo.files():
        words = named.get(file.name) or named.get(file.path)
        if words is None and file.name.startswith(_SUFFIXES):
            words = ("coverageThreshold", "thresholds", "threshold")
        if words is None and file.path.endswith(".rake") and "coverage" in file.text:
            words = ("minimum_coverage",)
        line = _line(file, words) if words and not is_aside(_above(file)) else 0
        if line:
            yield file.place(line)


def _above(file: File) -> str:
    # Helpers of a suite stand among the tests, and their floors count.
    return "x" if file.suffix in {".rb", ".rake"} else file.path


def _line(file: File, words: tuple[str, ...]) -> int:
    for word in words:
        line = file.line_of(word)
        if line and not file.lines[line - 1].lstrip().startswith(("#", "//", "<!--")):
            return line
    return 0
