"""Which files hold tests, told by their names; contents are looked at later."""

from __future__ import annotations

from typing import Final

from seatrial.repo.files import File

TEST_FOLDERS: Final = frozenset(
    "test tests spec specs __tests__ __test__ e2e integration-tests integration_tests unit_tests"
    " features cypress playwright testing load-tests loadtests load_tests load-test loadtest"
    " performance perf acceptance functional smoke-tests smoke_tests system-tests".split()
)
"""Names of folders that hold tests; the first on a path is where its suite stands."""
NO_TESTS: Final = frozenset(
    "testdata fixtures __fixtures__ __snapshots__ __mocks__ snapshots mocks golden".split()
)
"""Folders below tests that hold data for them."""
EXAMPLES: Final = frozenset({"examples", "example", "samples", "sample", "demo", "demos"})
_JS: Final = (".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts")
_JVM: Final = (".java", ".kt", ".groovy", ".scala")
_LOAD_WORDS: Final = (
    "k6",
    "load",
    "perf",
    "stress",
    "soak",
    "spike",
    "bench",
    "locust",
    "artillery",
)


def language_of(file: File) -> str:
    """Language whose tests a file may hold by its name and folder; empty for none."""
    suffix, name = file.suffix, file.name
    lowered = file.path.lower()
    if not NO_TESTS.isdisjoint(lowered.split("/")[:-1]):
        return ""
    stem = name.partition(".")[0]
    if suffix == ".py":
        return "python" if _python(stem, lowered) else ""
    if suffix in _JS:
        return "javascript" if _javascript(name, lowered) else ""
    if suffix in _JVM:
        return "jvm" if _jvm(stem, file.path) else ""
    if suffix == ".cs":
        return "dotnet" if "test" in lowered or "spec" in lowered else ""
    return _by_ending(name, suffix, lowered)


def is_load_path(path: str) -> bool:
    """True when a word of the path speaks of load tests (`k6/`, `load-test.js`, `perf/`)."""
    words = path.lower().replace("_", "-").replace(".", "-").replace("/", "-").split("-")
    return any(word.startswith(start) for word in words for start in _LOAD_WORDS)


def _python(stem: str, path: str) -> bool:
    named = stem.startswith(("test_", "tests_")) or stem.endswith(("_test", "_tests"))
    return named or stem in {"tests", "test"} or is_load_path(path)


def _javascript(name: str, path: str) -> bool:
    middle = name.lower().split(".")[1:-1]
    if {"test", "spec", "cy", "tests", "e2e-spec", "steps"} & set(
        middle
    ) or "/__tests__/" in f"/{path}":
        return True
    folders = set(path.split("/")[:-1])
    stem = name.partition(".")[0].lower()
    if stem.endswith(("-test", "_test", "-spec", "_spec")):
        return True
    return bool(folders & {"test", "tests", "cypress", "e2e", "specs"}) or is_load_path(path)


def _jvm(stem: str, path: str) -> bool:
    if stem.endswith(("Test", "Tests", "IT", "ITCase", "Spec", "Simulation", "TestCase")):
        return True
    parts = path.split("/")
    return "src" in parts and any(
        part.lower().endswith("test") for part in parts[parts.index("src") + 1 : -1]
    )


def _by_ending(name: str, suffix: str, path: str) -> str:
    for ending, language in _ENDINGS.items():
        if name.endswith(ending):
            return language
    if suffix == ".rs":
        return "rust"
    if suffix in {".cc", ".cpp", ".cxx"} and "test" in name.lower():
        return "c++"
    if suffix in {".yaml", ".yml"} and ("test" in path or is_load_path(path)):
        return "yaml"
    return ""


_ENDINGS: Final = {
    "_test.go": "go",
    "_spec.rb": "ruby",
    "_test.rb": "ruby",
    "Test.php": "php",
    "Cest.php": "php",
    ".bats": "shell",
    ".tftest.hcl": "terraform",
    ".tftest.json": "terraform",
    ".tofutest.hcl": "terraform",
    ".feature": "gherkin",
    "_test.rego": "rego",
    "_test.exs": "elixir",
    "_test.dart": "dart",
    "Tests.swift": "swift",
    "Test.swift": "swift",
    ".robot": "robot",
    ".jmx": "jmeter",
    ".postman_collection.json": "postman",
    ".hurl": "hurl",
}
