"""Test suites of all languages."""

# ruff: noqa: E501 # a test file stands on one line
from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.repo.code import testsuites
from seatrial.repo.files import Root


def root_of(folder: Path, files: dict[str, str]) -> Root:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return Root(folder)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("tests/unit/test_a.py", "import pytest\ndef test_a(): ...\n  async def test_b(): ...\n# def test_c\n", ("python", "pytest", "tests", 2, "unit")),
        ("app/tests.py", "class A(TestCase):\n    def test_a(self): ...\n", ("python", "unittest", "", 1, "unknown")),
        ("src/a.test.ts", "import {it} from 'vitest'\nit('x', () => {})\n// it('no')\n", ("javascript", "vitest", "", 1, "unknown")),
        ("e2e/login.spec.ts", "import { test } from '@playwright/test';\ntest('x', async () => {})\n", ("javascript", "playwright", "e2e", 1, "e2e")),
        ("cypress/e2e/a.cy.js", "it('x', () => { cy.visit('/') })\n", ("javascript", "cypress", "cypress", 1, "e2e")),
        ("a/b_test.go", "package a\nfunc TestMain(m *testing.M) {}\nfunc TestX(t *testing.T) {}\n", ("go", "go test", "", 1, "unit")),
        ("test/tf_test.go", 'package t\nimport "github.com/gruntwork-io/terratest/modules/terraform"\nfunc TestX(t *testing.T) {}\n', ("go", "terratest", "test", 1, "integration")),
        ("src/test/java/AIT.java", "  @Test\n  void a() {}\n", ("jvm", "junit", "src/test", 1, "integration")),
        ("spec/models/a_spec.rb", "  it 'x' do\n  end\n", ("ruby", "rspec", "spec", 1, "unit")),
        ("A.Tests/ATests.cs", "  [Fact]\n  public void A() {}\n", ("dotnet", "xunit", "", 1, "unknown")),
        ("src/lib.rs", "mod tests {\n    #[test]\n    fn a() {}\n}\n", ("rust", "cargo test", "", 1, "unit")),
        ("tests/ATest.php", "    public function testA() {}\n", ("php", "phpunit", "tests", 1, "unknown")),
        ("test/a.bats", '@test "x" {\n}\n', ("shell", "bats", "test", 1, "unknown")),
        ("tests/a.tftest.hcl", 'run "x" {\n}\n', ("terraform", "terraform test", "tests", 1, "unit")),
        ("chart/tests/a_test.yaml", "suite: a\ntests:\n  - it: x\n    asserts: []\n", ("helm", "helm unittest", "chart/tests", 1, "unit")),
        ("features/a.feature", "Feature: a\n  Scenario: b\n", ("gherkin", "cucumber", "features", 1, "e2e")),
        ("k6/smoke.js", "import http from 'k6/http'\n", ("javascript", "k6", "k6", 1, "load")),
        ("ops/locustfile.py", "from locust import HttpUser, task\n@task\ndef a(): ...\n", ("python", "locust", "ops", 1, "load")),
        ("load/plan.jmx", "<x><ThreadGroup a='1'/></x>", ("jmeter", "jmeter", "load", 1, "load")),
        ("load/a.yml", "config:\n  target: x\nscenarios:\n  - flow: []\n", ("javascript", "artillery", "load", 1, "load")),
    ],
)  # fmt: skip
def test_each_framework_is_seen(
    tmp_path: Path, path: str, text: str, expected: tuple[str, str, str, int, str]
) -> None:
    (suite,) = testsuites.read(root_of(tmp_path, {path: text}))
    found = (suite.language, suite.framework, suite.folder, suite.count, suite.kind)
    assert found == expected
    assert suite.place.path == path


def test_the_package_file_names_the_framework_where_the_test_does_not(tmp_path: Path) -> None:
    files = {"package.json": '{"devDependencies": {"mocha": "1"}}', "test/a.js": "it('x')\n"}
    (suite,) = testsuites.read(root_of(tmp_path, files))
    assert suite.framework == "mocha"


def test_a_folder_without_tests_is_an_empty_suite(tmp_path: Path) -> None:
    files = {"tests/__init__.py": "", "tests/conftest.py": "import pytest\n", "app/main.py": ""}
    (suite,) = testsuites.read(root_of(tmp_path, files))
    assert (suite.folder, suite.empty, suite.framework) == ("tests", True, "")


def test_data_vendored_code_and_modules_named_test_are_no_suites(tmp_path: Path) -> None:
    test = "def test_a(): ...\n"
    files = {
        "tests/fixtures/test_x.py": test,
        "node_modules/a/test_x.py": test,
        "app/controllers/test/x.rb": "class X; end\n",
        "test/chart/values.yaml": "a: 1\n",
    }
    assert testsuites.read(root_of(tmp_path, files)) == ()


def test_suites_of_examples_are_marked(tmp_path: Path) -> None:
    files = {"examples/a/test_a.py": "def test_a(): ...\n", "examples/a/setup.py": ""}
    assert [s.example for s in testsuites.read(root_of(tmp_path, files))] == [True]
