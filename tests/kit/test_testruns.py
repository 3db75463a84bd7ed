"""Which commands run tests, and whether their failure counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.kit.delivery.testruns import TestKind, kind_of, runs_of
from seatrial.repo.commands import shell
from tests.kit.pipelines_repo import site_of


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("pytest -q", TestKind.TESTS),
        ("python -m pytest", TestKind.TESTS),
        ("uv run tox run", TestKind.TESTS),
        ("tox run -e lint", None),
        ("npm test", TestKind.TESTS),
        ("npm run build", None),
        ("npm run test:lint", None),
        ("yarn nx affected --targets=lint,test", TestKind.TESTS),
        ("./gradlew check", TestKind.TESTS),
        ("mvn -B package -DskipTests", None),
        ("docker compose run --rm app manage.py test", TestKind.TESTS),
        ("docker build --target test .", TestKind.TESTS),
        ("test -f README.md", None),
        ("./scripts/run-tests.sh", TestKind.TESTS),
        ("make test", TestKind.TESTS),
        ("make docker-build", None),
        ("terraform plan", TestKind.VALIDATION),
        ("kubectl apply --dry-run=server -f .", TestKind.VALIDATION),
        ("kubectl apply -f .", None),
        ("k6 run load.js", TestKind.LOAD),
        ("pytest --version", None),
        ("echo pytest", None),
    ],
)
def test_a_command_is_told_by_what_it_runs(script: str, kind: TestKind | None) -> None:
    found = [k for c in shell.parse(script).commands if (k := kind_of(c))]
    assert found[:1] == ([kind] if kind else [])


def test_a_masked_run_says_why_it_does_not_count(tmp_path: Path) -> None:
    ci = "on: push\njobs:\n  t:\n    steps:\n      - run: pytest || true\n"
    site = site_of(tmp_path, ci=ci)
    (run,) = runs_of(site, site.repo.workflows[0].jobs[0])
    assert not run.counts
    assert "thrown away" in run.why_not
    assert run.place.line == 5


def test_a_render_that_feeds_the_cluster_is_no_check(tmp_path: Path) -> None:
    ci = "on: push\njobs:\n  t:\n    steps:\n      - run: helm template . | kubectl apply -f -\n"
    site = site_of(tmp_path, ci=ci)
    assert not runs_of(site, site.repo.workflows[0].jobs[0])
