"""What the plan of practice 3 writes: workflows, gates, first tests, the real database."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

from tests.practices.applied import Applied

RELEASE = """\
name: Release
on:
  push:
    branches: [main]
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: helm upgrade --install shop ./chart
"""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Applied:
    return Applied(tmp_path_factory.mktemp("pair"), "automated-testing").carry_out()


def _repository(folder: Path, files: dict[str, str]) -> Applied:
    for path, text in files.items():
        target = folder / "shop" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return Applied(folder, "automated-testing", names=("shop",)).carry_out()


def test_the_tests_meet_the_services_in_the_versions_of_the_chart(pair: Applied) -> None:
    job = yaml.safe_load(pair.text("vmshift/.github/workflows/tests.yaml"))["jobs"]["python"]
    images = {name: service["image"] for name, service in job["services"].items()}
    # The compose file has postgres:15; production is what the chart runs.
    assert images == {"postgres": "postgres:16-alpine", "redis": "redis:7-alpine"}
    assert job["env"]["DATABASE_URL"] == "postgresql+psycopg://postgres@localhost:5432/test"
    assert "--cov-fail-under" in job["steps"][-2]["run"]


def test_every_releasing_job_waits_for_the_tests(pair: Applied) -> None:
    jobs = yaml.safe_load(pair.text("vmshift/.github/workflows/ci-cd.yaml"))["jobs"]
    assert jobs["build"]["needs"] == ["tests"]
    assert jobs["deploy-production"]["needs"] == ["build", "tests"]
    # Also what another workflow or a person starts.
    assert yaml.safe_load(pair.text("vmshift/.github/workflows/argocd-update.yaml"))["jobs"][
        "update-values"
    ]["needs"]
    assert yaml.safe_load(pair.text("vmshift/.github/workflows/deploy.yaml"))["jobs"]["deploy"][
        "needs"
    ] == ["tests"]
    assert yaml.safe_load(pair.text("iac-vmshift/.github/workflows/terraform.yml"))["jobs"][
        "terraform"
    ]["needs"] == ["validate"]


def test_sqlite_stays_only_where_no_database_is_named(pair: Applied) -> None:
    text = pair.text("vmshift/tests/unit/conftest.py")
    assert "engine = real_database() or create_engine(" in text
    ast.parse(text)
    ast.parse(pair.text("vmshift/tests/unit/realdatabase.py"))
    ast.parse(pair.text("vmshift/tests/contract/test_documented_routes.py"))
    assert pair.again() == []


def test_a_test_workflow_of_the_team_is_called(tmp_path: Path) -> None:
    one = _repository(
        tmp_path,
        {
            ".github/workflows/release.yaml": RELEASE,
            ".github/workflows/ci.yaml": "name: CI\non: [pull_request]\njobs:\n  unit:\n"
            "    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n",
            "tests/test_a.py": "def test_a():\n    assert 1\n",
            "requirements.txt": "pytest==9.2.0\n",
        },
    )
    assert not (tmp_path / "shop/.github/workflows/tests.yaml").exists()
    assert "on: [pull_request, workflow_call]" in one.text("shop/.github/workflows/ci.yaml")
    jobs = yaml.safe_load(one.text("shop/.github/workflows/release.yaml"))["jobs"]
    assert jobs["tests"]["uses"] == "$/.github/workflows/ci.yaml"
    assert jobs["deploy"]["needs"] == ["tests"]
    assert one.again() == []


def test_masks_go(tmp_path: Path) -> None:
    job = "on: pull_request\njobs:\n  unit:\n    runs-on: x\n    steps:\n"
    ci = f"{job}      - run: pytest || true\n"
    files = {".github/workflows/ci.yaml": ci, "tests/test_a.py": "def test_a():\n    assert 1\n"}
    one = _repository(tmp_path, files)
    assert "run: pytest\n" in one.text("shop/.github/workflows/ci.yaml")
    assert one.again() == []


@pytest.mark.parametrize(
    ("files", "written", "run"),
    [
        (
            {"shop/__init__.py": "from flask import Flask\n\ndef create_app():\n"
             "    app = Flask(__name__)\n    return app\n", "requirements.txt": "flask==3.1.0\n"},
            "tests/contract/test_routes.py", "python -m pytest --cov=shop",
        ),
        (
            {"manage.py": "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
             "shop/settings.py": "", "requirements.txt": "Django==5.2\n"},
            "test_routes.py", "manage.py test",
        ),
        (
            {"app.js": "const express = require('express');\nconst app = express();\n"
             "module.exports = app;\n", "package.json": '{"dependencies": {"express": "5.1.0"}}'},
            "test/routes.test.mjs", "node --test",
        ),
    ],
)  # fmt: skip
def test_first_tests(tmp_path: Path, files: dict[str, str], written: str, run: str) -> None:
    one = _repository(tmp_path, {".github/workflows/release.yaml": RELEASE, **files})
    assert (tmp_path / "shop" / written).exists()
    assert run in one.text("shop/.github/workflows/tests.yaml")
    assert one.again() == []


def test_another_language_without_tests_is_left_to_people(tmp_path: Path) -> None:
    files = {"main.go": "package main\n", "go.mod": "module a\n\nrequire b v1.0.0\n"}
    one = _repository(tmp_path, {".github/workflows/release.yaml": RELEASE, **files})
    assert any("write tests" in left.message for left in one.plan.left)
