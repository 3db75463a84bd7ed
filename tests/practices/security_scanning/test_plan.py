"""What the plan of practice 9 writes: scans, pins, permissions, calls, update bot."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.practices.applied import Applied

WORKFLOW = ".github/workflows/ci.yaml"
LEVELS = ("error", "warn", "help")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Applied:
    return Applied(tmp_path_factory.mktemp("pair"), "security-scanning").carry_out()


def _workflow(folder: Path, text: str, **others: str) -> Applied:
    files = {WORKFLOW: text, **others}
    for path, content in files.items():
        target = folder / "shop" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)
    return Applied(folder, "security-scanning", names=("shop",)).carry_out()


def test_zizmor_has_nothing_left_but_what_practice_10_replaces(pair: Applied) -> None:
    zizmor = str(Path(sys.executable).parent / "zizmor")
    folders = [str(pair.folder / name) for name in ("vmshift", "iac-vmshift")]
    command = [zizmor, "--offline", "--no-progress", "--color", "never", *folders]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = [
        line for line in done.stdout.splitlines() if line.startswith(("error", "warn", "help"))
    ]
    assert len(found) == 2
    assert done.stdout.count("8398a7/action-slack") >= 2


def test_each_job_may_do_what_it_does(pair: Applied) -> None:
    made = yaml.safe_load(pair.text("vmshift/.github/workflows/ci-cd.yaml"))
    assert made["permissions"] == {"contents": "read"}
    jobs = made["jobs"]
    assert jobs["build"]["permissions"] == {"contents": "read", "packages": "write"}
    assert "permissions" not in jobs["deploy-dev"]
    pushing = yaml.safe_load(pair.text("iac-vmshift/.github/workflows/terraform.yml"))["jobs"]
    assert pushing["terraform"]["permissions"] == {"contents": "write"}
    assert pushing["terraform"]["steps"][0]["with"]["persist-credentials"] is True


def test_the_image_is_scanned_in_the_job_that_pushes_it(pair: Applied) -> None:
    steps = yaml.safe_load(pair.text("vmshift/.github/workflows/ci-cd.yaml"))["jobs"]["build"][
        "steps"
    ]
    ids = [step.get("id") or str(step.get("uses")).partition("@")[0] for step in steps]
    assert ids.index("scan-image") == ids.index("docker/build-push-action") - 1


def test_what_followed_another_workflow_is_called_by_it(pair: Applied) -> None:
    started = yaml.safe_load(pair.text("vmshift/.github/workflows/argocd-update.yaml"))
    assert list(started[True]) == ["workflow_call"]
    assert started["jobs"]["update-values"]["if"] == "success()"
    caller = yaml.safe_load(pair.text("vmshift/.github/workflows/ci-cd.yaml"))["jobs"][
        "argocd-update"
    ]
    assert caller["uses"] == "$/.github/workflows/argocd-update.yaml"
    assert caller["secrets"] == {"GH_PAT": "${{ secrets.GH_PAT }}"}
    assert caller["permissions"] == {"contents": "write"}
    assert pair.again() == []


def test_a_push_by_commands_waits_for_the_scan(tmp_path: Path) -> None:
    text = (
        "on: {push: {branches: [main]}}\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - uses: actions/checkout@v4\n      - run: docker build -t acme/shop .\n"
        "      - run: docker push acme/shop\n      - uses: acme/unknown@v1\n"
    )
    one = _workflow(tmp_path, text, Dockerfile="FROM alpine:3.20\nRUN true\n")
    jobs = yaml.safe_load(one.text(f"shop/{WORKFLOW}"))["jobs"]
    assert jobs["ship"]["needs"] == ["scan"]
    assert jobs["scan"]["permissions"]["security-events"] == "write"
    assert any("acme/unknown" in left.message for left in one.plan.left)
    assert one.again() == []


def test_an_own_configuration_of_the_bot_is_completed(tmp_path: Path) -> None:
    entry = "  - package-ecosystem: pip\n    directory: /\n    schedule:\n      interval: daily\n"
    config = f"version: 2\nupdates:\n{entry}"
    job = "on: pull_request\njobs:\n  a:\n    runs-on: x\n    steps:\n"
    ci = f"{job}      - uses: actions/checkout@v4\n"
    one = _workflow(
        tmp_path, ci, **{".github/dependabot.yml": config, "requirements.txt": "a==1\n"}
    )
    updates = yaml.safe_load(one.text("shop/.github/dependabot.yml"))["updates"]
    assert updates[0]["schedule"] == {"interval": "daily"}
    assert [entry["cooldown"]["default-days"] for entry in updates] == [7, 7]
    assert updates[1]["package-ecosystem"] == "github-actions"
