"""What the plan of practice 13 writes: OpenCost with prices, budgets, tags, requests, a script."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from seatrial.model.verdict import Status
from seatrial.practices.cost_monitoring.prices import HOURS, LINODE
from seatrial.repo.files import Root
from seatrial.repo.repository import Repository
from tests.needed import program
from tests.plans import audited
from tests.practices.applied import Applied

_INFRA = "iac-vmshift"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Applied:
    return Applied(tmp_path_factory.mktemp("pair"), "cost-monitoring").carry_out()


@pytest.mark.parametrize("name", ["g6-standard-2", "g6-dedicated-8"])
def test_prices_of_the_parts_make_the_price_of_the_node(name: str) -> None:
    node = LINODE[name]
    hourly = node.cores * node.core_hour + node.memory * node.memory_hour
    assert hourly * HOURS == pytest.approx(node.monthly, abs=0.05)


def test_opencost_knows_what_linode_charges(pair: Applied) -> None:
    values = yaml.safe_load(pair.text(f"{_INFRA}/helm-values/opencost.yaml"))["opencost"]
    assert values["customPricing"]["costModel"]["CPU"] == LINODE["g6-standard-2"].core_hour
    assert values["prometheus"]["internal"]["serviceName"] == "prometheus-server"
    assert pair.again() == []


def test_each_environment_has_a_budget_above_its_estimate(pair: Applied) -> None:
    budgets = {}
    for environment in ("dev", "staging", "production"):
        made = yaml.safe_load(pair.text(f"{_INFRA}/monitoring/rules/{environment}/cost.yaml"))
        expression = made["groups"][0]["rules"][0]["expr"]
        budgets[environment] = int(expression.rpartition(">")[2])
    # 1, 2 and 3 nodes of 24, 24 and 48 USD.
    assert budgets == {"dev": 30, "staging": 60, "production": 180}


def test_budget_alerts_fire(pair: Applied) -> None:
    tests = sorted(map(str, Path(pair.folder, _INFRA, "monitoring/tests").glob("cost_*")))
    words = [program("promtool"), "test", "rules", *tests]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_container_requests_something(pair: Applied) -> None:
    chart = Repository((Root(pair.folder / "vmshift"),)).charts[0]
    for environment in ("dev", "staging", "production"):
        texts = chart.render_values(chart.overrides(environment))
        objects = [o for text in texts.values() for o in yaml.safe_load_all(text) if o]
        pods = [o["spec"]["template"]["spec"] for o in objects if o["kind"] == "Deployment"]
        assert pods
        for container in (c for pod in pods for c in pod["containers"]):
            assert set(container["resources"]["requests"]) == {"cpu", "memory"}


def _cost(pair: Applied, *words: str) -> str:
    root = Path(pair.folder, _INFRA)
    # No network: the table of the file is what counts.
    code = "import sys, cost; cost.API = 'http://127.0.0.1:1'; sys.exit(cost.main())"
    command = [sys.executable, "-c", code, *words]
    environment = {"PYTHONPATH": str(root / "scripts"), "PATH": ""}
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_the_script_prices_what_terraform_says(pair: Applied, tmp_path: Path) -> None:
    base = tmp_path / "base"
    shutil.copytree(Path(pair.folder, _INFRA, "terraform"), base / "terraform")
    tfvars = base / "terraform/production.tfvars"
    tfvars.write_text(tfvars.read_text().replace("g6-standard-4", "g6-standard-2"))
    shown = _cost(pair, "--base", str(base), "--csv", str(tmp_path / "cost.csv"))
    assert "| dev | 24.00 | +0.00 |" in shown
    assert "| production | 144.00 | +72.00 |" in shown
    assert "table of 2024-07-11" in shown
    assert "production,node g6-standard-4,3,144.0" in (tmp_path / "cost.csv").read_text()


def test_what_is_not_known_is_named_and_never_nothing(pair: Applied) -> None:
    variables = Path(pair.folder, _INFRA, "terraform/variables.tf")
    before = variables.read_text()
    variables.write_text(before.replace('"g6-standard-2"', '"g9-unheard-of"'))
    try:
        shown = _cost(pair)
    finally:
        variables.write_text(before)
    assert "Not priced: dev: node g9-unheard-of; staging: node g9-unheard-of" in shown


_APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: monitoring, namespace: argocd}
spec:
  project: platform
  source:
    repoURL: https://prometheus-community.github.io/helm-charts
    chart: kube-prometheus-stack
    targetRevision: 85.2.1
  destination: {server: "https://kubernetes.default.svc", namespace: monitoring}
"""


def test_without_a_price_list_the_cluster_keeps_what_months_cost(tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    repo.mkdir()
    (repo / "monitoring.yaml").write_text(_APPLICATION)
    applied = Applied(tmp_path, "cost-monitoring", names=("repo",)).carry_out()
    kinds = [o["kind"] for o in yaml.safe_load_all(applied.text("repo/cost-report.yaml"))]
    assert kinds == ["PersistentVolumeClaim", "ServiceAccount", "CronJob"]
    assert not (repo / "scripts/cost.py").exists()
    assert any("monthly_budget" in left.message for left in applied.plan.left)
    assert audited(applied.request).status is Status.PRESENT
    assert applied.again() == []


def test_a_cost_tool_of_the_team_is_kept(tmp_path: Path) -> None:
    cases = Path(__file__).parents[3] / "src/seatrial/practices/cost_monitoring/cases"
    shutil.copytree(cases / "all_good/repo", tmp_path / "repo")
    applied = Applied(tmp_path, "cost-monitoring", names=("repo",))
    assert applied.plan.files == ()
