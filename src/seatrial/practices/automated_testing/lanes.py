"""What a test workflow runs: one job for each project that has tests, told from its manifests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.planning.testservices import Service, test_services, test_variables
from seatrial.kit.planning.versions import node_version, python_version
from seatrial.kit.site import Site
from seatrial.model.change import Leave
from seatrial.model.struct import struct
from seatrial.practices.automated_testing.lanesjs import javascript
from seatrial.practices.automated_testing.lanespython import python
from seatrial.practices.automated_testing.recipe import Recipe, put
from seatrial.repo.files import Root

if TYPE_CHECKING:
    from seatrial.repo.code.testsuites import Suite

MANIFESTS: Final[dict[str, tuple[str, ...]]] = {
    "python": (
        *("uv.lock", "poetry.lock", "pyproject.toml", "requirements-dev.txt", "requirements.txt"),
        *("setup.py", "setup.cfg", "Pipfile", "tox.ini", "manage.py"),
    ),
    "javascript": ("package.json",),
    "go": ("go.mod",),
    "jvm": ("pom.xml", "build.gradle", "build.gradle.kts"),
    "rust": ("Cargo.toml",),
    "ruby": ("Gemfile",),
    "dotnet": (".sln", ".slnx", ".csproj"),
    "php": ("composer.json",),
    "elixir": ("mix.exs",),
}
_BROWSERS: Final = frozenset({"cypress", "playwright", "testcafe", "nightwatch", "codeceptjs"})


@struct
class Lane:
    """One job of the test workflow.

    Attributes:
        id: job id.
        name: shown for it.
        folder: project folder; empty for the root.
        recipe: its steps.
        services: containers that it starts.
        env: variables by which the code finds them.
    """

    id: str
    name: str
    folder: str
    recipe: Recipe
    services: tuple[Service, ...]
    env: tuple[tuple[str, str], ...]

    @property
    def results(self) -> str:
        """Paths of the reports that are kept, from the repository's root."""
        return put(self.folder, self.recipe.results)


def lanes(site: Site[object], root: Root, suites: Iterable[Suite]) -> Iterator[Lane | Leave]:
    """Yield the jobs that run these suites, and what cannot be run by rule."""
    projects: dict[tuple[str, str], Suite] = {}
    for suite in suites:
        if suite.files[0].root is not root:
            continue
        if suite.framework in _BROWSERS:
            yield Leave(f"run the {suite.framework} tests in {suite.folder or 'the root'} before a"
                        " release: they need the whole system", suite.place)  # fmt: skip
            continue
        projects.setdefault((suite.language, home_of(root, suite.language, suite.folder)), suite)
    taken: set[str] = set()
    for (language, folder), suite in projects.items():
        recipe = _recipe(site, root, language, folder)
        if recipe is None:
            yield Leave(f"start the {suite.framework} tests in {suite.folder or 'the root'} in a"
                        " workflow: seatrial knows no command for them", suite.place)  # fmt: skip
            continue
        yield _lane(site, root, language, folder, recipe, taken)
        if not recipe.has_floor:
            yield Leave(f"set a coverage floor for {folder or 'the project'}: how {language} sets"
                        " one depends on the build", suite.place)  # fmt: skip


def application_lane(site: Site[object], root: Root, language: str, folder: str) -> Lane | None:
    """A job for a project whose first tests `apply` writes."""
    recipe = _recipe(site, root, language, folder)
    return _lane(site, root, language, folder, recipe, set()) if recipe else None


def _lane(
    site: Site[object],
    root: Root,
    language: str,
    folder: str,
    recipe: Recipe,
    taken: set[str],
) -> Lane:
    stem = "-".join(p for p in (language, *folder.split("/")) if p)
    name = "".join(c if c.isalnum() or c in "-_" else "-" for c in stem)
    while name in taken:
        name += "-2"
    taken.add(name)
    shown = f"{language} tests{f' of {folder}' if folder else ''}"
    services = test_services(site)
    env = test_variables(site, root) if services else ()
    return Lane(name, shown[:1].upper() + shown[1:], folder, recipe, services, env)


def home_of(root: Root, language: str, folder: str) -> str:
    """The nearest folder at or above a suite that holds a manifest of its language."""
    names = MANIFESTS.get(language, ())
    while True:
        inside = [f.name for f in root.files.values() if f.folder == folder]
        if any(name == want or (want[:1] == "." and name.endswith(want))
               for name in inside for want in names):  # fmt: skip
            return folder
        if not folder:
            return ""
        folder = folder.rpartition("/")[0]


def _recipe(site: Site[object], root: Root, language: str, folder: str) -> Recipe | None:
    if language == "python":
        return python(site, root, folder, python_version(site, root, folder))
    if language == "javascript":
        return javascript(root, folder, node_version(site, root, folder))
    return _others(root, language, folder)


def _others(root: Root, language: str, folder: str) -> Recipe | None:
    def here(name: str) -> bool:
        return (f"{folder}/{name}" if folder else name) in root.files

    if language == "go" and here("go.mod"):
        return Recipe(_GO_SETUP.format(put(folder, "go.mod")), (), _GO_RUN, has_floor=True)
    if language == "jvm":
        maven = "./mvnw" if here("mvnw") else "mvn"
        gradle = "./gradlew" if here("gradlew") else "gradle"
        run = f"{maven} --batch-mode verify" if here("pom.xml") else f"{gradle} check"
        return Recipe("", (), (run,), "**/TEST-*.xml")
    if language == "ruby" and here("Gemfile"):
        specs = here(".rspec") or any(p.startswith(put(folder, "spec/")) for p in root.files)
        return Recipe(
            "", ("bundle install",), (f"bundle exec {'rspec' if specs else 'rake test'}",)
        )
    if language == "rust" and here("Cargo.toml"):
        return Recipe("", (), ("cargo test --locked" if here("Cargo.lock") else "cargo test",))
    if language == "php" and here("composer.json"):
        return Recipe("", ("composer install --no-interaction",), ("vendor/bin/phpunit",))
    return Recipe("", (), ("dotnet test",)) if language == "dotnet" else None


_GO_SETUP: Final = "actions/setup-go\ngo-version-file: {}"
_GO_RUN: Final = (
    "go test -race -covermode=atomic -coverprofile=coverage.out ./...",
    "total=$(go tool cover -func=coverage.out | awk '/^total:/ { print int($3) }')",
    'echo "coverage: $total %, floor: $COVERAGE_FLOOR %"',
    '[ "$total" -ge "$COVERAGE_FLOOR" ] || exit 1',
)
