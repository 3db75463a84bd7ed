"""Test suites: where tests stand, in which framework, how many, of which kind."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.code import testframeworks
from seatrial.repo.code.testfiles import EXAMPLES, NO_TESTS, TEST_FOLDERS, is_load_path, language_of
from seatrial.repo.code.testframeworks import Sight
from seatrial.repo.files import File, Root

_MANIFESTS: Final = frozenset(
    "package.json go.mod Cargo.toml pom.xml build.gradle build.gradle.kts pyproject.toml mix.exs"
    " Gemfile composer.json setup.py".split()
)
_FOLDERS: Final = frozenset({"test", "tests", "spec", "__tests__"})
_CODE: Final = frozenset(".py .js .ts .jsx .tsx .go .java .kt .rb .cs .rs .php .scala".split())
_LANGUAGES: Final = {
    "locust": "python",
    "helm unittest": "helm",
    "helm test": "helm",
    "promtool": "prometheus",
    "artillery": "javascript",
}


@struct(eq=False)
class Suite:
    """Tests of one framework and kind below one folder.

    Attributes:
        language: `python`, `javascript`, `go`, `jvm`, `ruby`, `dotnet`, `rust`, `php`, ...
        framework: `pytest`, `jest`, `go test`, ...; empty for a test folder without tests.
        folder: where the suite stands, from the repository's root; empty for the root.
        files: the files that hold its tests.
        count: number of test functions, cases or scenarios that can be seen.
        kind: `unit`, `integration`, `e2e`, `load` or `unknown`.
        example: True when it stands below a folder of examples.
    """

    language: str
    framework: str
    folder: str
    files: tuple[File, ...]
    count: int
    kind: str
    example: bool = False

    @property
    def place(self) -> Place:
        """Its first file."""
        return self.files[0].place()

    @property
    def empty(self) -> bool:
        """True for a test folder in which no test was seen."""
        return self.count == 0


@lru_cache(maxsize=8)
def read(root: Root) -> tuple[Suite, ...]:
    """The test suites of a repository, then test folders that hold no test."""
    manifests = {f.folder for f in root.files.values() if f.name in _MANIFESTS}
    packages = _Packages(root)
    groups: dict[tuple[str, str, str, str], list[tuple[File, int]]] = {}
    for file in root.files.values():
        language = language_of(file)
        if not language:
            continue
        sight = testframeworks.look(file, language, packages.near(file))
        if sight.count:
            folder = _folder(file, manifests, load=sight.kind == "load")
            key = (language, sight.framework, folder, _kind(file, sight))
            groups.setdefault(key, []).append((file, sight.count))
    suites = tuple(_suite(key, members) for key, members in groups.items())
    return (*suites, *_empty(root, suites, manifests))


def _suite(key: tuple[str, str, str, str], members: list[tuple[File, int]]) -> Suite:
    language, framework, folder, kind = key
    files = tuple(file for file, _ in members)
    example = any(part.lower() in EXAMPLES for part in folder.split("/"))
    count = sum(count for _, count in members)
    language = _LANGUAGES.get(framework, language)
    return Suite(language, framework, folder, files, count, kind, example)


def _folder(file: File, manifests: set[str], *, load: bool) -> str:
    """The outermost test folder of a path, else the folder of the nearest manifest."""
    parts = file.path.split("/")[:-1]
    for index, part in enumerate(parts):
        if part.lower() in TEST_FOLDERS and not _is_package(parts, index):
            return "/".join(parts[: index + 1])
    folder = file.folder
    # A load script stands for itself, wherever it lies.
    while not load and folder and folder not in manifests:
        folder = folder.rpartition("/")[0]
    return folder


def _is_package(parts: list[str], index: int) -> bool:
    # `src/main/java/com/acme/performance` is a package, no test folder.
    return "main" in parts[:index] and "src" in parts[:index]


def _kind(file: File, sight: Sight) -> str:
    if sight.kind == "load":
        return "load"
    words = set(file.path.lower().replace("_", "-").replace("/", "-").replace(".", "-").split("-"))
    if words & {"e2e", "acceptance", "playwright", "cypress", "smoke"} and sight.kind != "unit":
        return "e2e"
    if words & {"integration", "functional", "contract", "it"}:
        return "integration"
    if sight.kind:
        return sight.kind
    return "unit" if "unit" in words else "unknown"


def _empty(root: Root, suites: tuple[Suite, ...], manifests: set[str]) -> Iterator[Suite]:
    """Yield test folders that hold code but no test."""
    full = [suite.folder for suite in suites]
    seen: dict[str, list[File]] = {}
    for file in root.files.values():
        parts = file.path.split("/")[:-1]
        names = [part.lower() for part in parts]
        if file.suffix not in _CODE or not NO_TESTS.isdisjoint(names):
            continue
        found = next((i for i, n in enumerate(names) if n in _FOLDERS), None)
        # `app/controllers/test` is a module; `test` is a test folder only beside a manifest.
        if found and names[found] == "test" and "/".join(parts[:found]) not in manifests:
            continue
        if found is not None and not is_load_path(file.path):
            seen.setdefault("/".join(parts[: found + 1]), []).append(file)
    for folder, files in seen.items():
        within = any(f == folder or f.startswith(folder + "/") for f in full)
        around = any(not f or folder.startswith(f + "/") for f in full if _is_test(f))
        if not within and not around:
            yield Suite(_by_suffix(files[0]), "", folder, tuple(files), 0, "unknown")


def _is_test(folder: str) -> bool:
    return folder.rpartition("/")[2].lower() in TEST_FOLDERS


def _by_suffix(file: File) -> str:
    names = {".py": "python", ".go": "go", ".rb": "ruby", ".cs": "dotnet", ".rs": "rust"}
    if file.suffix in {".java", ".kt", ".scala"}:
        return "jvm"
    return names.get(file.suffix, "php" if file.suffix == ".php" else "javascript")


class _Packages:
    """Libraries that the package.json nearest to a file asks for."""

    def __init__(self, root: Root) -> None:
        self._root = root
        self._known: dict[str, frozenset[str]] = {}

    def near(self, file: File) -> frozenset[str]:
        if file.suffix[:2] not in {".j", ".t", ".m", ".c"}:
            return frozenset()
        return self._of(file.folder)

    def _of(self, folder: str) -> frozenset[str]:
        if folder not in self._known:
            own = self._root.files.get(f"{folder}/package.json" if folder else "package.json")
            above = self._of(folder.rpartition("/")[0]) if folder else frozenset()
            self._known[folder] = (_libraries(own) if own else frozenset()) or above
        return self._known[folder]


def _libraries(file: File) -> frozenset[str]:
    document = file.yaml.first
    sections = ("dependencies", "devDependencies")
    return frozenset(name for section in sections for name in document.at(section).names())
