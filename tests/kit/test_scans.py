"""Which steps scan, what they look at, and whether a hit can fail anything."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from seatrial.kit.delivery.scans import Scan, Scanned, scanned_by, scans_of
from seatrial.kit.site import Site
from seatrial.model.fact import Facts
from seatrial.repo.commands import shell
from seatrial.repo.files import Root
from seatrial.repo.repository import Repository


def scans(tmp_path: Path, steps: str, *, job: str = "") -> list[Scan]:
    """Scans of a workflow with one job of these steps."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    text = f"on: push\njobs:\n  scan:\n    runs-on: x\n{job}    steps:\n{steps}"
    (folder / "scan.yml").write_text(text)
    repo = Repository([Root(tmp_path, git=False)])
    site: Site[object] = Site(repo, None, (), Facts({}), datetime(2026, 11, 24, tzinfo=UTC))
    return [s for w in repo.workflows for j in w.jobs for s in scans_of(site, j)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("trivy image app:1", {Scanned.IMAGE}),
        ("trivy fs .", {Scanned.DEPENDENCIES, Scanned.SECRETS}),
        ("trivy fs --scanners misconfig .", {Scanned.IAC}),
        ("trivy --version", set()),
        ("npm audit", {Scanned.DEPENDENCIES}),
        ("npm audit fix", set()),
        ("npm ci", set()),
        ("docker run --rm -v x:/src aquasec/trivy:0.60 config /src", {Scanned.IAC}),
        ("uvx zizmor@1.30 .", {Scanned.WORKFLOWS}),
        ("python -m pip_audit", {Scanned.DEPENDENCIES}),
        ("dotnet list package --vulnerable", {Scanned.DEPENDENCIES}),
        ("pip install bandit", set()),
        ("echo gitleaks", set()),
    ],
)
def test_a_command_tells_what_it_scans(line: str, expected: set[Scanned]) -> None:
    (command,) = shell.parse(line).commands[:1]
    assert set(scanned_by(command)) == expected


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("trivy image --exit-code 1 app:1", True),
        ("trivy image app:1", False),
        ("trivy image --exit-code 0 app:1", False),
        ("gitleaks git", True),
        ("gitleaks git || true", False),
        ("gitleaks git --exit-code 0", False),
        ("grype app:1 --fail-on high", True),
        ("grype app:1", False),
        ("semgrep ci", True),
        ("semgrep scan --config auto", False),
        ("semgrep scan --config auto --error", True),
        ("zizmor .", True),
        ("zizmor --format sarif .", False),
        ("checkov -d . --soft-fail", False),
        ("npm audit | tee audit.txt", False),
    ],
)
def test_a_scan_counts_only_when_a_hit_fails_the_job(
    tmp_path: Path, line: str, *, counts: bool
) -> None:
    (scan,) = scans(tmp_path, f"      - run: {line}\n")[:1]
    assert scan.counts is counts
    assert bool(scan.why_not) is not counts


@pytest.mark.parametrize(
    ("step", "counts"),
    [
        ("uses: aquasecurity/trivy-action@v1\n        with: {image-ref: a, exit-code: '1'}", True),
        ("uses: aquasecurity/trivy-action@v1\n        with: {image-ref: a}", False),
        ("uses: gitleaks/gitleaks-action@v2", True),
        ("uses: gitleaks/gitleaks-action@v2\n        continue-on-error: true", False),
        ("uses: github/codeql-action/analyze@v4", False),
        ("uses: zizmorcore/zizmor-action@v0.5\n        with: {advanced-security: false}", True),
        ("uses: zizmorcore/zizmor-action@v0.5", False),
        ("uses: anchore/scan-action@v7\n        with: {image: a, fail-build: false}", False),
    ],
)
def test_an_action_counts_only_when_a_hit_fails_the_job(
    tmp_path: Path, step: str, *, counts: bool
) -> None:
    (scan,) = scans(tmp_path, f"      - {step}\n")
    assert scan.counts is counts


def test_pre_commit_scans_what_its_hooks_scan(tmp_path: Path) -> None:
    config = "repos:\n- repo: x\n  hooks:\n  - id: gitleaks\n  - id: ruff\n  - id: checkov\n"
    (tmp_path / ".pre-commit-config.yaml").write_text(config)
    found = scans(tmp_path, "      - run: pre-commit run --all-files\n")
    assert [scan.scanned for scan in found] == [Scanned.SECRETS, Scanned.IAC]


def test_pre_commit_with_one_hook_scans_only_that(tmp_path: Path) -> None:
    config = "repos:\n- repo: x\n  hooks:\n  - id: gitleaks\n  - id: ruff\n"
    (tmp_path / ".pre-commit-config.yaml").write_text(config)
    assert scans(tmp_path, "      - run: pre-commit run ruff\n") == []


def test_super_linter_scans_only_the_parts_that_are_asked_for(tmp_path: Path) -> None:
    step = "      - uses: super-linter/super-linter@v8\n        env: {VALIDATE_GITLEAKS: true}\n"
    assert [scan.scanned for scan in scans(tmp_path, step)] == [Scanned.SECRETS]
