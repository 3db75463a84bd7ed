"""Acceptance on the example pair: every complaint that the examples were written for is found.

The pair is in the state of a list of twenty complaints of a real team; each is written down here
with the rule and the file and line that must be among the findings.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from seatrial.engine import load
from seatrial.report import as_json
from tests.recording import PROJECT

PAIR = ("examples/vmshift", "examples/iac-vmshift")
CHART = "vmshift/helm/vmshift"
PIPELINES = "vmshift/.github/workflows"
TERRAFORM = "iac-vmshift/terraform"


@dataclass(frozen=True)
class Complaint:
    """What the team says, and where the audit must see it: (rule, repository/path:line)."""

    number: int
    practice: str
    says: str
    seen: tuple[tuple[str, str], ...]


COMPLAINTS = (
    Complaint(
        1,
        "environment-protection",
        "missing: production can be deployed without review",
        (
            ("unbound-release", f"{PIPELINES}/ci-cd.yaml:118"),
            ("unbound-release", f"{PIPELINES}/deploy.yaml:15"),
            ("unbound-release", "iac-vmshift/.github/workflows/terraform.yml:22"),
        ),
    ),
    Complaint(
        2,
        "remote-state",
        "local state, committed to git, secrets exposed, no locking",
        (
            ("local-state", f"{TERRAFORM}/providers.tf:1"),
            ("state-in-git", f"{TERRAFORM}/terraform.tfstate.d/production/terraform.tfstate:1"),
            ("state-committed", "iac-vmshift/.github/workflows/terraform.yml:54"),
        ),
    ),
    Complaint(
        3,
        "automated-testing",
        "no tests running",
        (
            ("tests-not-run", f"{PIPELINES}/ci-cd.yaml:46"),
            ("ungated-release", f"{PIPELINES}/ci-cd.yaml:121"),
        ),
    ),
    Complaint(
        4,
        "health-checks",
        "the deployment succeeds even if the app is broken",
        (
            ("masked-verification", f"{PIPELINES}/ci-cd.yaml:140"),
            ("no-verification", f"{PIPELINES}/ci-cd.yaml:132"),
            ("smoke-route-missing", f"{PIPELINES}/ci-cd.yaml:144"),
        ),
    ),
    Complaint(
        5,
        "secret-rotation",
        "never rotated; tokens and database passwords are visible",
        (
            ("credential-in-git", f"{TERRAFORM}/terraform.tfvars:1"),
            ("credential-in-git", f"{CHART}/values-production.yaml:42"),
            ("no-rotation", f"{PIPELINES}/argocd-update.yaml:18"),
        ),
    ),
    Complaint(
        6, "centralized-logging", "no log aggregation", (("no-store", f"{TERRAFORM}/helm.tf:1"),)
    ),
    Complaint(
        7,
        "monitoring-alerting",
        "Prometheus and Grafana only in production, no alerts configured",
        (
            ("not-scraped", f"{TERRAFORM}/helm.tf:22"),
            ("no-rules", "iac-vmshift/helm-values/alerts.yaml:11"),
            ("no-receiver", "iac-vmshift/helm-values/alerts.yaml:4"),
        ),
    ),
    Complaint(
        8,
        "database-backups",
        "no automated backups",
        (("no-backup", f"{CHART}/templates/postgresql.yaml:2"),),
    ),
    Complaint(
        9,
        "security-scanning",
        "no vulnerability scanning",
        (("unscanned", f"{PIPELINES}/ci-cd.yaml:48"),),
    ),
    Complaint(
        10,
        "rollback",
        "no automated rollback",
        (("no-way-back", f"{PIPELINES}/ci-cd.yaml:132"),),
    ),
    Complaint(
        11,
        "gitops",
        "Argo CD is installed but not used",
        (
            ("installed-unused", f"{TERRAFORM}/helm.tf:11"),
            ("values-file-mismatch", f"{PIPELINES}/argocd-update.yaml:22"),
            ("foreign-tag", f"{CHART}/values-prod.yaml:18"),
        ),
    ),
    Complaint(
        12,
        "infrastructure-as-code",
        "some manual kubectl commands are still used",
        (
            ("by-hand-in-script", "iac-vmshift/scripts/patch-ingress.sh:5"),
            ("by-hand-in-script", "iac-vmshift/scripts/bootstrap-cluster.sh:7"),
            ("by-hand-in-docs", "vmshift/docs/operations.md:22"),
            ("dead-values", f"{CHART}/values-production.yaml:10"),
            ("missing-task", "vmshift/app/celery_app.py:31"),
        ),
    ),
    Complaint(
        13,
        "cost-monitoring",
        "no cost tracking",
        (
            ("cost-unknown", f"{TERRAFORM}/main.tf:1"),
            ("no-budget", f"{TERRAFORM}/main.tf:1"),
        ),
    ),
    Complaint(
        14,
        "rbac",
        "cluster-admin everywhere",
        (
            ("cluster-admin", f"{CHART}/templates/rbac.yaml:18"),
            ("cluster-admin", f"{TERRAFORM}/kubernetes.tf:27"),
            ("cluster-admin", "iac-vmshift/manifests/developers-rbac.yaml:8"),
        ),
    ),
    Complaint(
        15,
        "disaster-recovery",
        "no documentation of disaster recovery",
        (("no-runbook", "vmshift/README.md:1"),),
    ),
    Complaint(
        16,
        "service-mesh",
        "wanted: mTLS between services",
        (("plaintext", f"{CHART}/templates/api.yaml:2"),),
    ),
    Complaint(
        17,
        "canary",
        "wanted: a subset of users first",
        (("all-at-once", f"{CHART}/templates/api.yaml:7"),),
    ),
    Complaint(
        18,
        "performance-testing",
        "wanted: load tests",
        (("no-load-test", f"{CHART}/templates/api.yaml:7"),),
    ),
    Complaint(
        19,
        "multi-region",
        "wanted: several regions",
        (("one-region", f"{TERRAFORM}/main.tf:1"),),
    ),
    Complaint(
        20,
        "developer-experience",
        "wanted: live reload, a preview for each pull request, self-service deployments",
        (
            ("live-reload", "vmshift/docker-compose.yml:32"),
            ("preview", f"{PIPELINES}/argocd-update.yaml:1"),
            ("unguarded-deploy", f"{PIPELINES}/deploy.yaml:6"),
        ),
    ),
)

Json = dict[str, object]


def run(*words: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "seatrial", *words],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


@cache
def document() -> Json:
    read: Json = json.loads(run("audit", *PAIR, "--format", "json"))
    return read


def practices() -> dict[str, Json]:
    listed = document()["practices"]
    assert isinstance(listed, list)
    return {str(p["id"]): p for p in listed}


def faults(practice: Json) -> set[tuple[str, str]]:
    findings = practice["findings"]
    assert isinstance(findings, list)
    return {
        (f["rule"].partition("/")[2], _place(f["location"]))
        for f in findings
        if f["outcome"] == "fault" and f["location"]
    }


def _place(location: dict[str, str | int]) -> str:
    return f"{location['repository']}/{location['path']}:{location['line']}"


@pytest.mark.parametrize("complaint", [pytest.param(c, id=c.practice) for c in COMPLAINTS])
def test_the_complaint_is_found_at_its_line(complaint: Complaint) -> None:
    practice = practices()[complaint.practice]
    assert practice["number"] == complaint.number
    missing = set(complaint.seen) - faults(practice)
    assert not missing, f"{complaint.says}: {sorted(faults(practice))}"


def test_all_twenty_practices_are_judged_and_none_is_good_or_unclear() -> None:
    assert len(load.practices()) == 20
    assert {c.practice for c in COMPLAINTS} == set(practices())
    statuses = {name: str(p["status"]) for name, p in practices().items()}
    assert {name: s for name, s in statuses.items() if s not in {"absent", "partial"}} == {}
    good = "automated-testing remote-state secret-rotation gitops rbac disaster-recovery".split()
    assert {statuses[name] for name in good} == {"absent"}


def test_the_environments_and_the_roles_are_seen() -> None:
    seen = document()
    environments, repositories = seen["environments"], seen["repositories"]
    assert isinstance(environments, list)
    assert isinstance(repositories, list)
    assert [e["tier"] for e in environments] == ["dev", "staging", "production"]
    assert [(r["name"], r["role"]) for r in repositories] == [
        ("vmshift", "app"),
        ("iac-vmshift", "infra"),
    ]
    assert seen["troubles"] == []
    assert seen["notices"] == []


def test_the_json_follows_its_schema_and_every_place_exists() -> None:
    jsonschema.Draft7Validator(json.loads(as_json.schema())).validate(document())
    for practice in practices().values():
        for _, place in faults(practice):
            path, _, line = place.rpartition(":")
            text = (PROJECT / "examples" / path).read_text("utf-8")
            assert 1 <= int(line) <= max(len(text.splitlines()), 1), place


def test_two_audits_say_the_same() -> None:
    again = json.loads(run("audit", *PAIR, "--format", "json"))
    assert {k: v for k, v in again.items() if k != "at"} == {
        k: v for k, v in document().items() if k != "at"
    }


def test_the_sarif_is_json_with_a_result_for_every_fault() -> None:
    (sarif,) = json.loads(run("audit", *PAIR, "--format", "sarif"))["runs"]
    rules = {f"{c.practice}/{rule}" for c in COMPLAINTS for rule, _ in c.seen}
    assert rules <= {result["ruleId"] for result in sarif["results"]}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["audit", *PAIR], 0),
        (["audit", *PAIR, "--fail-on", "critical"], 1),
        (["audit", "canary", *PAIR, "--fail-on", "critical"], 0),
        (["audit", *PAIR, "--strict"], 3),
        (["audit", "examples/nowhere"], 2),
        (["audit", "."], 0),
        (["explain", "rollback"], 0),
        (["init", "--dry-run", "examples/vmshift"], 0),
    ],
)
def test_the_exit_code_of_the_acceptance_commands(words: list[str], code: int) -> None:
    run(*words, code=code)


def test_the_audit_leaves_the_examples_as_they_are() -> None:
    before = {p: p.stat().st_mtime_ns for p in Path(PROJECT, "examples").rglob("*.y*ml")}
    run("audit", *PAIR, "--format", "github")
    assert {p: p.stat().st_mtime_ns for p in before} == before
