"""Suites that no pipeline runs although it runs others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.delivery.pipelines import elsewhere
from seatrial.kit.delivery.testruns import TestKind, kind_of
from seatrial.kit.delivery.ways import ways_to
from seatrial.kit.folders import folder_of
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.model.struct import struct
from seatrial.practices.automated_testing.evidence import runs, suites
from seatrial.practices.automated_testing.settings import Settings
from seatrial.repo.commands.scripts import joined

if TYPE_CHECKING:
    from seatrial.repo.code.testsuites import Suite
    from seatrial.repo.commands.command import Command
    from seatrial.repo.workflows import Job, Step

_BROWSERS: Final = frozenset({"cypress", "playwright", "testcafe", "nightwatch", "codeceptjs"})
_RUNNERS: Final[dict[str, frozenset[str]]] = {
    "python": frozenset(
        "pytest py.test tox nox unittest manage.py nose2 coverage trial stestr behave hatch"
        " runtests.py run_tests.py".split()
    ),
    "javascript": frozenset(
        "jest vitest mocha ava karma jasmine node deno bun react-scripts ng wtr tap tape uvu lab"
        " vue-cli-service nest craco".split()
    ),
    "go": frozenset({"go", "gotestsum", "ginkgo"}),
    "jvm": frozenset({"mvn", "mvnw", "gradle", "gradlew", "sbt"}),
    "ruby": frozenset("rspec rake rails minitest parallel_rspec knapsack_pro turbo_tests".split()),
    "gherkin": frozenset("cucumber rake behave parallel_cucumber cucumber-js godog".split()),
    "dotnet": frozenset({"dotnet", "nuke", "cake"}),
    "rust": frozenset({"cargo", "cargo-nextest", "cross"}),
    "php": frozenset({"phpunit", "pest", "artisan", "paratest", "codecept", "behat"}),
    "elixir": frozenset({"mix"}),
}
_BUILDERS: Final = frozenset(
    "go dotnet cargo cross mix node deno bun ng hatch manage.py nuke".split()
)
"""Programs that also build or format: they run tests where `test` stands beside them."""
_EVERYTHING: Final = frozenset(
    "nx turbo lerna rush moon bazel bazelisk pants buck2 earthly skaffold tilt please dagger"
    " act garden circleci".split()
)
"""Runners that find the suites by themselves; what they run is not in the files."""


@struct
class _Started:
    """A test runner that a pipeline starts; the folder is None when it is not told."""

    words: frozenset[str]
    folder: str | None


@check("automated-testing/suite-nobody-runs", severity=Severity.MEDIUM)
def suite_nobody_runs(site: Site[Settings]) -> Iterator[Observation]:
    """A suite stands here, pipelines run others, and nothing runs this one.

    Why: tests that nobody runs rot; people believe that the part they cover is guarded.
    Fix: start it in the test workflow, or delete it.
    """
    for suite in unstarted(site):
        several = f"{suite.count} tests" if suite.count > 1 else "only test"
        where = suite.folder or "the root"
        task = _task(site, suite)
        yield fault(
            suite.place,
            f"no pipeline runs the {several} ({suite.framework}) in {where}",
            related=(task,) if task else (),
        )


@once
def unstarted(site: Site[object]) -> tuple[Suite, ...]:
    """Suites that nothing starts although pipelines start others; none where it cannot be told."""
    run_here = any(run.kind is TestKind.TESTS for _, run in runs(site))
    if not run_here or list(elsewhere(site, "tests")):
        return ()
    started = _started(site)
    if started is None:
        return ()
    return tuple(suite for suite in suites(site) if not _is_started(suite, started))


def _is_started(suite: Suite, started: tuple[_Started, ...]) -> bool:
    wanted = _RUNNERS.get(suite.language, frozenset())
    if suite.framework in _BROWSERS:
        wanted = frozenset({suite.framework})
    return not wanted or any(_covers(one, wanted, suite) for one in started)


def _covers(one: _Started, wanted: frozenset[str], suite: Suite) -> bool:
    hits = wanted & one.words
    if not hits or (hits <= _BUILDERS and "test" not in one.words):
        return False
    folder, other = suite.folder, one.folder
    if not folder or not other:
        return True
    return (folder + "/").startswith(other + "/") or (other + "/").startswith(folder + "/")


@once
def _started(site: Site[object]) -> tuple[_Started, ...] | None:
    """All that pipelines start and that may run tests; None when that cannot be told."""
    found: list[_Started] = []
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            if job.is_off or not ways_to(site, job):
                continue
            for step in job.all_steps:
                uses = step.uses
                if uses and "setup" not in uses.name:
                    found.append(_Started(_words(uses.name.lower().replace("-", "/")), None))
                    given = "".join(n.text + " " for _, n in step.inputs.pairs())
                    found.append(_Started(_words(given), None))
                seen = _of_step(site, job, step)
                if seen is None:
                    return None
                found.extend(seen)
    found.extend(_of_images(site))
    return tuple(found)


def _of_step(site: Site[object], job: Job, step: Step) -> list[_Started] | None:
    found: list[_Started] = []
    start = folder_of(job, step)
    own = set(step.commands)
    folder = start
    for command in site.repo.followed(step.commands, step.file, start):
        if command.program == "cd" and command in own:
            target = command.words[0] if command.words else ""
            moved = folder is not None and "$" not in target
            folder = joined(folder or "", target).removeprefix(".") if moved else None
        words = _words(*command.argv)
        if _EVERYTHING & words:
            return None
        if command.program in {"docker", "docker-compose", "podman"}:
            found.extend(_of_container(site, command, folder))
        # What a task or script starts runs in a folder of its own.
        found.append(_Started(words, folder if command in own else None))
    # A script in another language may run anything.
    return None if step.opaque and "test" in step.run.lower() else found


def _words(*argv: str) -> frozenset[str]:
    words = " ".join(argv).replace("/", " ").replace("=", " ").replace(":", " ").split()
    return frozenset(w.strip("'\"").partition("@")[0] for w in words)


def _of_container(site: Site[object], command: Command, folder: str | None) -> Iterator[_Started]:
    """Yield what images and services start that a container command builds or names."""
    words = set(command.words)
    if "build" in words:
        context = joined(folder or "", command.words[-1]).removeprefix(".")
        for dockerfile in site.repo.dockerfiles:
            if context and (dockerfile.file.folder + "/").startswith(context + "/"):
                packed = _words(*(w for c in dockerfile.start for w in c.argv))
                yield _Started(packed, dockerfile.file.folder)
    if words & {"run", "up", "exec"}:
        for compose in site.repo.compose:
            for service in compose.services:
                if service.name in words:
                    text = " ".join(n.text for n in service.node.at("command").listed())
                    yield _Started(_words(text), service.build.removeprefix("./") or None)
                    for dockerfile in site.repo.dockerfiles:
                        if _packs(service.build, service.dockerfile, dockerfile.file.path):
                            argv = (w for c in dockerfile.start for w in c.argv)
                            yield _Started(_words(*argv), None)


def _packs(build: str, dockerfile: str, path: str) -> bool:
    context = build.removeprefix("./").rstrip("/").removeprefix(".")
    return bool(build) and path in {
        f"{context}/{dockerfile or 'Dockerfile'}".lstrip("/"),
        (dockerfile or "").removeprefix("./"),
    }


def _of_images(site: Site[object]) -> Iterator[_Started]:
    """Yield what builds of images run: a test in a RUN fails the build."""
    for dockerfile in site.repo.dockerfiles:
        folder = dockerfile.file.folder.rpartition("/")[0] or None
        for command in dockerfile.commands:
            if kind_of(command) is TestKind.TESTS:
                yield _Started(_words(*command.argv), folder)


def _task(site: Site[object], suite: Suite) -> Place | None:
    """Place of a task that would run the suite, by a part of its folder in the task's name."""
    root = suite.files[0].root
    parts = {p for p in suite.folder.lower().split("/") if len(p) > 3}  # noqa: PLR2004 - `src`
    for task in site.repo.tasks(root).all:
        name = set(task.name.lower().replace("_", "-").replace(":", "-").split("-"))
        if is_aside(task.file.path) or not name & {"test", "tests", "e2e", "cypress"}:
            continue
        if name & parts or suite.framework in name:
            return task.place
    return None
