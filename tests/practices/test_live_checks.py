"""Rules of other practices that GitHub's answers decide: checks, ages, alerts, branches."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from seatrial.engine import load
from seatrial.engine.audit import judge
from seatrial.kit import environments
from seatrial.kit.site import Site
from seatrial.model.fact import Facts, Known
from seatrial.model.finding import Outcome
from seatrial.repo.files import Root
from seatrial.repo.repository import Repository
from seatrial.systems.github.branch_facts import BranchGuard, RequiredChecks, Rules
from seatrial.systems.github.facts import Hosted, Scanning, Secrets, StoredSecret

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SLUG = "example-org/shop"
TESTS = """\
name: Tests
on: {pull_request: }
jobs:
  tests:
    name: Unit tests
    runs-on: ubuntu-latest
    steps:
      - run: pytest --cov
  scan:
    runs-on: ubuntu-latest
    steps:
      - run: trivy fs --exit-code 1 .
        env:
          KEY: ${{ secrets.SCAN_TOKEN }}
  done:
    needs: [tests]
    runs-on: ubuntu-latest
    steps:
      - run: echo done
"""
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  project: shop
  source:
    repoURL: "https://github.com/example-org/shop.git"
    path: manifests
    targetRevision: main
  destination: {server: "https://kubernetes.default.svc", namespace: shop-production}
  syncPolicy: {automated: {prune: true, selfHeal: true}}
"""


def said(folder: Path, practice: str, rule: str, key: str, value: object) -> list[tuple[str, str]]:
    """What one rule says of a repository of which this fact is known."""
    root = folder / "shop"
    for path, text in {
        ".github/workflows/tests.yml": TESTS,
        "argocd/production.yaml": APPLICATION,
        "tests/test_app.py": "def test_one():\n    assert True\n",
        "app.py": "import fastapi\n",
        "requirements.txt": "fastapi==0.115.0\npytest==9.0.0\n",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    files = Repository([Root(root, "shop", git=False)])
    facts = Facts({key: Known((Hosted("shop", SLUG, value),), NOW)})
    (chosen,) = load.select([practice])
    rules = load.rules(chosen)
    site: Site[object] = Site(files, rules.settings(), environments.found(files), facts, NOW)
    findings = judge(rules, site).findings
    outcomes = {Outcome.FAULT: "fault", Outcome.MET: "met"}
    return [
        (outcomes[f.outcome], f.message)
        for f in findings
        if f.rule == f"{practice}/{rule}" and f.outcome in outcomes
    ]


@pytest.mark.parametrize(
    ("checks", "outcome", "words"),
    [
        ((), "fault", "takes pull requests with red tests"),
        (("lint",), "fault", "waits for lint, not for job tests"),
        (("Unit tests",), "met", "waits for Unit tests"),
        (("Unit tests (3.11)",), "met", "waits for"),
        (("done",), "met", "waits for done"),
        (("CI / Unit tests",), "met", "waits for"),
    ],
)
def test_tests_are_a_required_check(
    tmp_path: Path, checks: tuple[str, ...], outcome: str, words: str
) -> None:
    value = RequiredChecks("main", checks)
    found = said(tmp_path, "automated-testing", "not-required", "github.required_checks", value)
    assert [kind for kind, _ in found] == [outcome]
    assert words in found[0][1]


def test_scans_that_nothing_waits_for(tmp_path: Path) -> None:
    value = RequiredChecks("main", ())
    found = said(tmp_path, "security-scanning", "not-required", "github.required_checks", value)
    assert found == [("fault", f"{SLUG}: main takes pull requests with red scans")]


def test_grave_alerts_are_counted(tmp_path: Path) -> None:
    value = Scanning(("Trivy",), (("critical", 2), ("low", 9)))
    key = "github.code_scanning"
    found = said(tmp_path, "security-scanning", "open-alerts", key, value)
    assert found == [("fault", f"{SLUG} has open alerts: 2 critical")]
    calm = said(tmp_path, "security-scanning", "open-alerts", key, Scanning(("Trivy",), ()))
    assert calm == [("met", f"{SLUG}: Trivy reports, nothing grave is open")]


def test_secrets_past_their_policy(tmp_path: Path) -> None:
    value = Secrets(
        (
            StoredSecret("SCAN_TOKEN", "", "2026-08-01T00:00:00Z"),
            StoredSecret("POSTGRES_PASSWORD", "production", "2026-08-01T00:00:00Z"),
            StoredSecret("KUBECONFIG_DEV", "", "2026-11-01T00:00:00Z"),
            StoredSecret("ODD_TOKEN", "", "some day"),
        )
    )
    found = said(tmp_path, "secret-rotation", "overdue", "github.secret_ages", value)
    assert found == [("fault", f"SCAN_TOKEN of {SLUG} is 115 days old, 90 allowed")]


@pytest.mark.parametrize("asks", [True, False])
def test_a_controller_follows_a_branch_that_was_reviewed(tmp_path: Path, asks: bool) -> None:  # noqa: FBT001 - a parameter of the test
    value = Rules("main", (), BranchGuard(asks_pull_request=asks))
    found = said(tmp_path, "gitops", "unreviewed-branch", "github.rulesets", value)
    assert bool(found) is not asks
