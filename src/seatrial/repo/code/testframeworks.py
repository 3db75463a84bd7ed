"""What the content of a test file says: its framework, how many tests, of which kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from seatrial.model.struct import struct
from seatrial.repo.code.testfiles import is_load_path
from seatrial.repo.files import File


@struct
class Sight:
    """What one file holds.

    Attributes:
        count: test functions, cases or scenarios seen; 0 makes the file no test file.
        kind: `unit`, `integration`, `e2e`, `load`, or empty when the content does not tell.
    """

    framework: str
    count: int
    kind: str = ""


NONE: Final = Sight("", 0)


def look(file: File, language: str, packages: frozenset[str]) -> Sight:
    """Look into a file.

    Args:
        file: the file.
        language: as `testfiles.language_of` told.
        packages: names of the libraries that the nearest package.json asks for.
    """
    text = file.text
    if language == "javascript":
        return _javascript(file, text, packages)
    reader = _READERS.get(language)
    if reader is None:
        return NONE
    return reader(file, text)


def _count(pattern: str, text: str) -> int:
    # Patterns start with `^[ \t]*`: a `\s*` would run over all lines below, again for each line.
    return len(re.findall(pattern, text, re.MULTILINE))


def _python(file: File, text: str) -> Sight:
    if "locust" in text and re.search(r"^[ \t]*(from|import) locust", text, re.MULTILINE):
        return Sight("locust", max(1, _count(r"^[ \t]*@task\b", text)), "load")
    if not file.name.partition(".")[0].strip("s").startswith("test") and "test" not in file.name:
        return NONE
    count = _count(r"^[ \t]*(?:async )?def test", text)
    kind = (
        "e2e"
        if re.search(r"^[ \t]*(from|import) (playwright|selenium)", text, re.MULTILINE)
        else ""
    )
    own = "pytest" not in text and re.search(r"class \w+\([^)]*TestCase", text)
    return Sight("unittest" if own else "pytest", count, kind)


def _javascript(file: File, text: str, packages: frozenset[str]) -> Sight:
    if re.search(r"""(from|require\()\s*['"]k6(/|['"])""", text):
        return Sight("k6", 1, "load")
    count = _count(
        r"^(?!\s*(?://|\*)).*?\b(?:it|test|specify|Scenario)(?:\.\w+)*\s*\(\s*['\"`]", text
    )
    count = count or _count(r"^[ \t]*(?:it|test)(?:\.\w+)*(?:\(|`)", text)
    if not count:
        return NONE
    if "@playwright/test" in text:
        return Sight("playwright", count, "e2e")
    if re.search(r"\bcy\.\w+\(", text) or "/cypress/" in f"/{file.path.lower()}":
        return Sight("cypress", count, "e2e")
    for word, framework in _JS_IMPORTS:
        if word in text:
            return Sight(framework, count)
    found = next((f for package, f in _JS_PACKAGES if package in packages), "")
    if found in {"playwright", "cypress", "wdio"}:
        return Sight(found, count, "e2e")
    return Sight(found or "javascript", count, "e2e" if "puppeteer" in text else "")


_JS_IMPORTS: Final = (
    ("vitest", "vitest"),
    ("@jest/globals", "jest"),
    ("jest.", "jest"),
    ("node:test", "node"),
    ("bun:test", "bun"),
    ("from 'ava'", "ava"),
    ("jasmine", "jasmine"),
)
_JS_PACKAGES: Final = (
    ("vitest", "vitest"),
    ("jest", "jest"),
    ("react-scripts", "jest"),
    ("jest-expo", "jest"),
    ("mocha", "mocha"),
    ("ava", "ava"),
    ("jasmine", "jasmine"),
    ("jasmine-core", "jasmine"),
    ("karma", "jasmine"),
    ("tap", "tap"),
    ("@playwright/test", "playwright"),
    ("cypress", "cypress"),
    ("@wdio/cli", "wdio"),
)


def _go(_file: File, text: str) -> Sight:
    head = text.partition("package ")[0]
    kind = ""
    if "//go:build" in head or "+build" in head:
        kind = "integration" if "integration" in head else "e2e" if "e2e" in head else ""
    count = _count(r"^func (?:\(\w+ \*?\w+\) )?(?:Test|Fuzz|Example)\w*\(", text)
    count -= _count(r"^func TestMain\(", text)
    if "gruntwork-io/terratest" in text:
        return Sight("terratest", count, "integration")
    if "onsi/ginkgo" in text:
        return Sight("ginkgo", count + _count(r"^[ \t]*(?:It|Entry)\(", text), kind)
    integration = "testcontainers" in text or "envtest" in text
    return Sight("go test", count, kind or ("integration" if integration else "unit"))


def _jvm(file: File, text: str) -> Sight:
    if "gatling" in text and "Simulation" in text:
        return Sight("gatling", 1, "load")
    if "extends Specification" in text:
        return Sight("spock", _count(r"^[ \t]*(?:def|void) ['\"]", text))
    tests = r"^[ \t]*@(?:Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate|Property)\b"
    count = _count(tests, text)
    if not count and re.search(r"(Fun|String|Describe|Should|Behavior)Spec\b", text):
        return Sight("kotest", max(1, _count(r"^[ \t]*(?:test|it|should|\"[^\"]+\")\s*[({]", text)))
    stem = file.name.partition(".")[0]
    wide = ("@SpringBootTest", "testcontainers", "Testcontainers", "@QuarkusTest", "@DataJpaTest")
    integration = stem.endswith(("IT", "ITCase", "IntegrationTest", "IntegrationTests"))
    kind = "integration" if integration or any(word in text for word in wide) else "unit"
    kind = "e2e" if "org.openqa.selenium" in text or "com.microsoft.playwright" in text else kind
    return Sight("testng" if "org.testng" in text else "junit", count, kind)


def _ruby(file: File, text: str) -> Sight:
    if file.name.endswith("_spec.rb"):
        count = _count(r"^[ \t]*(?:it|specify|scenario|example|its|it_behaves_like)\b", text)
        return Sight("rspec", count, _rspec_kind(file.path))
    count = _count(r"^[ \t]*(?:def test_|test ['\"]|it ['\"]|should ['\"])", text)
    return Sight("minitest", count, "e2e" if "SystemTestCase" in text else "")


def _rspec_kind(path: str) -> str:
    folders = set(path.split("/")[:-1])
    if folders & {"features", "system", "acceptance"}:
        return "e2e"
    if folders & {"requests", "controllers", "integration", "api"}:
        return "integration"
    return "unit"


def _dotnet(_file: File, text: str) -> Sight:
    for framework, pattern in (
        ("xunit", r"^[ \t]*\[(?:\w+,\s*)?(?:Fact|Theory)\b"),
        ("nunit", r"^[ \t]*\[(?:Test|TestCase|TestCaseSource)\b"),
        ("mstest", r"^[ \t]*\[(?:TestMethod|DataTestMethod)\b"),
    ):
        count = _count(pattern, text)
        if count:
            wide = "WebApplicationFactory" in text or "Testcontainers" in text
            return Sight(framework, count, "integration" if wide else "")
    return NONE


def _rust(file: File, text: str) -> Sight:
    count = (
        _count(r"^[ \t]*#\[(?:\w+::)*(?:test|rstest|test_case)\b", text) if "test" in text else 0
    )
    parts = file.path.split("/")
    return Sight("cargo test", count, "integration" if "tests" in parts[:-1] else "unit")


def _php(_file: File, text: str) -> Sight:
    count = _count(r"function test\w*\(|^[ \t]*\*\s*@test\b|#\[Test\]", text)
    if count:
        return Sight("phpunit", count)
    return Sight("pest", _count(r"^[ \t]*(?:it|test)\(", text))


def _yaml(_file: File, text: str) -> Sight:
    if "asserts:" in text and re.search(r"^[ \t]*- it:", text, re.MULTILINE):
        return Sight("helm unittest", _count(r"^[ \t]*- it:", text), "unit")
    if "helm.sh/hook" in text and re.search(r"helm.sh/hook[\"']?:.*\btest", text):
        return Sight("helm test", 1, "e2e")
    if "rule_files:" in text and re.search(r"^tests:", text, re.MULTILINE):
        return Sight(
            "promtool", max(1, _count(r"^[ \t]*- (?:interval|name|input_series)", text)), "unit"
        )
    if re.search(r"^scenarios:", text, re.MULTILINE) and re.search(r"^config:", text, re.MULTILINE):
        return Sight("artillery", 1, "load")
    if "chainsaw.kyverno.io" in text or "kuttl.dev" in text:
        return Sight("chainsaw" if "chainsaw" in text else "kuttl", 1, "e2e")
    return NONE


def _simple(framework: str, pattern: str, kind: str = "") -> Callable[[File, str], Sight]:
    def read(file: File, text: str) -> Sight:
        found = "load" if kind == "" and is_load_path(file.path) else kind
        return Sight(framework, _count(pattern, text), found)

    return read


_READERS: Final[dict[str, Callable[[File, str], Sight]]] = {
    "python": _python,
    "go": _go,
    "jvm": _jvm,
    "ruby": _ruby,
    "dotnet": _dotnet,
    "rust": _rust,
    "php": _php,
    "yaml": _yaml,
    "shell": _simple("bats", r"^[ \t]*@test\b"),
    "terraform": _simple("terraform test", r"^[ \t]*run\s+\"|^[ \t]*\"run\"", "unit"),
    "gherkin": _simple("cucumber", r"^[ \t]*(?:Scenario|Example)\b", "e2e"),
    "rego": _simple("opa test", r"^[ \t]*test_\w+", "unit"),
    "elixir": _simple("exunit", r"^[ \t]*test \""),
    "dart": _simple("dart test", r"^[ \t]*(?:test|testWidgets)\("),
    "swift": _simple("xctest", r"^[ \t]*(?:@Test\b|func test)"),
    "c++": _simple("googletest", r"^[ \t]*(?:TEST(?:_F|_P)?|TEST_CASE|SCENARIO)\("),
    "robot": _simple("robot", r"^(?:\*\*\* Test Cases)", "e2e"),
    "jmeter": _simple("jmeter", r"<ThreadGroup\b", "load"),
    "postman": _simple("postman", r"\"request\"\s*:", "e2e"),
    "hurl": _simple("hurl", r"^(?:GET|POST|PUT|PATCH|DELETE|HEAD) ", "e2e"),
}
