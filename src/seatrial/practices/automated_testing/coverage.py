"""Where coverage is measured, and where a team would set its floor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.practices.automated_testing.evidence import runs, suites

if TYPE_CHECKING:
    from seatrial.repo.files import File

_MEASURES: Final = (
    # file's name, words of which one measures
    ("pyproject.toml", ("[tool.coverage.report]", "[tool.coverage.run]", "--cov")),
    (".coveragerc", ("[report]", "[run]")),
    ("setup.cfg", ("[coverage:report]", "[coverage:run]", "--cov")),
    ("tox.ini", ("--cov", "coverage run")),
    ("pytest.ini", ("--cov",)),
    ("noxfile.py", ("--cov", '"coverage"')),
    ("Makefile", ("--cov", "coverage run", "-coverprofile", "--coverage")),
    ("package.json", ("collectCoverage", "--coverage", '"nyc ', '"c8 ')),
    (".nycrc", ("{",)),
    (".nycrc.json", ("{",)),
    ("pom.xml", ("jacoco-maven-plugin", "cobertura-maven-plugin")),
    ("build.gradle", ("jacoco", "kover")),
    ("build.gradle.kts", ("jacoco", "kover")),
    ("spec_helper.rb", ("SimpleCov.start",)),
    ("rails_helper.rb", ("SimpleCov.start",)),
    ("test_helper.rb", ("SimpleCov.start",)),
    ("phpunit.xml", ("<coverage", "<source")),
    ("phpunit.xml.dist", ("<coverage", "<source")),
    ("skaffold.yaml", ("--cov", "coverage run", "jacoco")),
    ("mix.exs", ("test_coverage",)),
)
_CONFIGS: Final = ("jest.config.", "vitest.config.", "vite.config.", "karma.conf.")
_RUN_FLAGS: Final = ("--cov", "--coverage", "-cover", "-coverprofile", "-race -cover", "--collect:")
_SETTINGS: Final = (
    # file's name, where its tests are set up
    ("pytest.ini", ("addopts", "[pytest]")),
    ("pyproject.toml", ("[tool.pytest",)),
    ("setup.cfg", ("[tool:pytest]",)),
    ("tox.ini", ("[testenv", "[pytest]")),
    (".rspec", ("--",)),
    ("package.json", ('"test"', '"test:unit"', '"test:ci"')),
    ("pom.xml", ("maven-surefire-plugin", "<plugins>")),
    ("phpunit.xml", ("<testsuites",)),
)


@once
def measured(site: Site[object]) -> tuple[Place, ...]:
    """Places that measure coverage: configuration first, then commands of pipelines."""
    return (*_in_files(site, dict(_MEASURES), configs=True), *_in_commands(site))


@once
def set_up(site: Site[object]) -> tuple[Place, ...]:
    """Places that set the tests up, near which a floor belongs."""
    wanted = {s.language for s in suites(site)}
    named: dict[str, tuple[str, ...]] = dict(_SETTINGS)
    if "javascript" not in wanted:
        del named["package.json"]
    return tuple(_in_files(site, named, configs=False))


def _in_commands(site: Site[object]) -> Iterator[Place]:
    for _, run in runs(site):
        argv = run.command.argv if run.command else ()
        text = " ".join(argv)
        if any(w.startswith(_RUN_FLAGS) for w in argv) or "coverage run" in text:
            yield run.place


def _in_files(
    site: Site[object], named: dict[str, tuple[str, ...]], *, configs: bool
) -> Iterator[Place]:
    for file in site.repo.files():
        words = named.get(file.name)
        if words is None and configs and file.name.startswith(_CONFIGS):
            words = ("collectCoverage", "coverage:", "coverageReporter")
        line = _line(file, words) if words and not is_aside(_above(file)) else 0
        if line:
            yield file.place(line)


def _above(file: File) -> str:
    # Helpers of a suite stand among the tests.
    return "x" if file.suffix == ".rb" else file.path


def _line(file: File, words: tuple[str, ...]) -> int:
    for word in words:
        line = file.line_of(word)
        if line and not file.lines[line - 1].lstrip().startswith(("#", "//", "<!--")):
            return line
    return 0
