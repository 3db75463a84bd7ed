"""What the plan of practice 7 writes: scraping everywhere, rules that can fire, ways to people."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from seatrial.practices.monitoring_alerting.burnrates import Objective, limits
from tests.needed import program
from tests.practices.applied import Applied

_INFRA = "iac-vmshift"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Applied:
    return Applied(tmp_path_factory.mktemp("pair"), "monitoring-alerting").carry_out()


def _alerts(pair: Applied, name: str) -> dict[str, dict[str, str]]:
    made = yaml.safe_load(pair.text(f"{_INFRA}/monitoring/rules/{name}.yaml"))
    rules = [rule for group in made["groups"] for rule in group["rules"]]
    return {rule["alert"]: rule for rule in rules if "alert" in rule}


def test_every_environment_is_scraped_and_nothing_is_destroyed(pair: Applied) -> None:
    terraform = pair.text(f"{_INFRA}/terraform/helm.tf")
    assert "count" not in terraform
    for name in ("prometheus", "grafana"):
        assert f"from = helm_release.{name}[0]" in terraform
    values = yaml.safe_load(pair.text(f"{_INFRA}/helm-values/prometheus.yaml"))
    (job,) = yaml.safe_load(values["extraScrapeConfigs"])
    assert job["job_name"] == "vmshift-api"
    assert "static_configs" not in job
    assert pair.again() == []


def test_each_alert_names_a_section_of_the_runbook(pair: Applied) -> None:
    page = pair.text(f"{_INFRA}/docs/runbooks/alerts.md")
    found = {**_alerts(pair, "slo"), **_alerts(pair, "platform")}
    assert "Watchdog" in found
    for name, rule in found.items():
        address = rule["annotations"]["runbook_url"]  # type: ignore[index] # a mapping
        assert address.endswith(f"docs/runbooks/alerts.md#{name.lower()}")
        assert f"\n## {name}\n" in page


def test_addresses_come_from_files(pair: Applied) -> None:
    text = pair.text(f"{_INFRA}/helm-values/alerts.yaml")
    config = yaml.safe_load(text)["alertmanager"]["config"]
    assert "https://" not in text
    routes = [(r["receiver"], r["matchers"]) for r in config["route"]["routes"]]
    assert routes[0] == ("deadman", ['alertname="Watchdog"'])
    assert ("slack", ['environment!~"production"']) in routes
    assert {r["name"] for r in config["receivers"]} >= {r for r, _ in routes}
    assert any("alertmanager-receivers" in left.message for left in pair.plan.left)


def test_rules_fire_when_they_must(pair: Applied) -> None:
    folder = Path(pair.folder, _INFRA, "monitoring")
    for words in (
        ["check", "rules", *map(str, folder.glob("rules/*.yaml"))],
        ["test", "rules", *map(str, folder.glob("tests/*_test.yaml"))],
    ):
        done = subprocess.run(
            [program("promtool"), *words], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_tests_notice_a_dead_rule(pair: Applied, tmp_path: Path) -> None:
    shutil.copytree(Path(pair.folder, _INFRA, "monitoring"), tmp_path / "monitoring")
    rules = tmp_path / "monitoring/rules/platform.yaml"
    rules.write_text(rules.read_text().replace("restarts_total", "restart_total"))
    words = [
        program("promtool"),
        "test",
        "rules",
        str(tmp_path / "monitoring/tests/platform_test.yaml"),
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "CrashLoop" in done.stdout + done.stderr


def test_a_tier_that_could_never_fire_is_left_out() -> None:
    assert next(limits(Objective("availability", 99.5))).name == "Fast"
    assert [t.name for t in limits(Objective("latency", 90.0))] == ["Slow", "Steady", "Creeping"]


def test_rules_of_the_team_are_enough(tmp_path: Path) -> None:
    cases = Path(__file__).parents[3] / "src/seatrial/practices/monitoring_alerting/cases"
    shutil.copytree(cases / "all-good/repo", tmp_path / "repo")
    applied = Applied(tmp_path, "monitoring-alerting", names=("repo",))
    assert applied.plan.files == ()
    assert applied.plan.left == ()


def test_flux_gets_the_kinds_of_a_new_stack_later(tmp_path: Path) -> None:
    cases = Path(__file__).parents[3] / "src/seatrial/practices/monitoring_alerting/cases"
    shutil.copytree(cases / "silent-delivery/repo", tmp_path / "repo")
    applied = Applied(tmp_path, "monitoring-alerting", names=("repo",)).carry_out()
    late = yaml.safe_load(applied.text("repo/apps/rules-slo.yaml"))
    assert late["kind"] == "Kustomization"
    made = yaml.safe_load(applied.text(f"repo/{late['spec']['path'][2:]}/object.yaml"))
    assert made["kind"] == "PrometheusRule"
    assert made["metadata"]["labels"] == {"release": "kube-prometheus-stack"}
    assert applied.again() == []


_APP = """\
from fastapi import FastAPI

app = FastAPI()
"""
_COMPOSE = """\
services:
  web: # the shop
    build: .
    ports: ["80:8000"]
"""


def test_compose_gets_its_own_prometheus(tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    (repo / "app").mkdir(parents=True)
    (repo / "app/__init__.py").touch()
    (repo / "app/main.py").write_text(_APP)
    (repo / "requirements.txt").write_text("fastapi==0.115.0\n")
    (repo / "Dockerfile").write_text('FROM python:3.12-slim\nEXPOSE 8000\nCMD ["uvicorn"]\n')
    (repo / "compose.yaml").write_text(_COMPOSE)
    both = ("centralized-logging", "monitoring-alerting")
    applied = Applied(tmp_path, *both, names=("repo",)).carry_out()
    included = "include:\n  - compose.logging.yaml\n  - compose.monitoring.yaml\n"
    assert applied.text("repo/compose.yaml") == included + _COMPOSE
    scraped = yaml.safe_load(applied.text("repo/observability/prometheus.yml"))
    jobs = {
        job["job_name"]: job["static_configs"][0]["targets"] for job in scraped["scrape_configs"]
    }
    assert jobs["web"] == ["web:8000"]
    assert applied.text("repo/app/main.py") == (
        "from fastapi import FastAPI\n"
        "from app.json_logging import use_json_for_asgi\n"
        "from app.metrics import expose_metrics\n\n"
        "app = FastAPI()\n"
        "use_json_for_asgi(app)\n"
        "expose_metrics(app)\n"
    )
    assert applied.again() == []


_APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: monitoring-{name}
  namespace: argocd
spec:
  project: platform
  source:
    repoURL: https://prometheus-community.github.io/helm-charts
    chart: kube-prometheus-stack
    targetRevision: 85.2.1
  destination:
    name: {name}
    namespace: monitoring
"""


def test_argo_gets_rules_in_the_values_of_every_cluster(tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    repo.mkdir()
    for name in ("dev", "production"):
        (repo / f"monitoring-{name}.yaml").write_text(_APPLICATION.format(name=name))
    (repo / "web.yaml").write_text(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n"
        "  selector: {matchLabels: {app: web}}\n  template:\n"
        "    metadata: {labels: {app: web}}\n"
        '    spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}\n'
    )
    applied = Applied(tmp_path, "monitoring-alerting", names=("repo",)).carry_out()
    for name in ("dev", "production"):
        made = yaml.safe_load(applied.text(f"repo/monitoring-{name}.yaml"))
        values = made["spec"]["source"]["helm"]["valuesObject"]
        assert set(values["additionalPrometheusRulesMap"]) == {"slo"}
        assert values["alertmanager"]["config"]["route"]["routes"][0]["receiver"] == "deadman"
    workflow = applied.text("repo/.github/workflows/alert-rules.yaml")
    assert '.additionalPrometheusRulesMap["slo"]' in workflow
    assert applied.again() == []
