"""What the plan of practice 4 writes: probes, endpoints, the step that verifies."""

from __future__ import annotations

import pytest
import yaml

from seatrial.repo.files import Root
from seatrial.repo.repository import Repository
from tests.practices.applied import Applied

_CI = "vmshift/.github/workflows/ci-cd.yaml"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Applied:
    return Applied(tmp_path_factory.mktemp("pair"), "health-checks").carry_out()


def _steps(applied: Applied, path: str, job: str) -> list[dict[str, object]]:
    return list(yaml.safe_load(applied.text(path))["jobs"][job]["steps"])


def test_probes_ask_what_they_are_there_for(pair: Applied) -> None:
    chart = Repository((Root(pair.folder / "vmshift"),)).charts[0]
    for environment in ("dev", "staging", "production"):
        texts = chart.render_values(chart.overrides(environment))
        found = {
            one["metadata"]["name"].rpartition("-")[2]: one["spec"]["template"]["spec"][
                "containers"
            ][0]
            for text in texts.values()
            for one in yaml.safe_load_all(text)
            if one and one["kind"] == "Deployment"
        }
        api = found["api"]
        assert api["readinessProbe"]["httpGet"] == {"path": "/ready", "port": "http"}
        assert api["startupProbe"]["httpGet"]["path"] == "/health"
        assert api["livenessProbe"]["httpGet"]["path"] == "/health"
        assert "inspect ping" in found["worker"]["livenessProbe"]["exec"]["command"][2]
        assert "celerybeat-schedule" in found["beat"]["livenessProbe"]["exec"]["command"][2]


def test_the_endpoint_asks_with_the_objects_of_the_application(pair: Applied) -> None:
    text = pair.text("vmshift/app/health.py")
    assert "from app.db import engine\n" in text
    assert "from app.celery_app import celery_app\n" in text
    assert "add_health(app)\n" in pair.text("vmshift/app/main.py")
    # The application names its version itself, in the variable that the chart sets to the tag.
    assert "APP_VERSION" not in text


def test_each_deployment_waits_for_the_version_that_it_brought(pair: Applied) -> None:
    hosts = {"dev": "http://vmshift-dev", "staging": "https://vmshift-staging",
             "production": "https://vmshift"}  # fmt: skip
    for environment, host in hosts.items():
        steps = _steps(pair, _CI, f"deploy-{environment}")
        verify = next(s for s in steps if s.get("id") == "verify")
        assert verify["env"]["BASE_URL"] == f"{host}.example.com"  # type: ignore[index]
        assert verify["env"]["VERSION"] == "${{ needs.build.outputs.tag }}"  # type: ignore[index]
    text = pair.text(_CI)
    assert "${ENV}" not in text
    assert "|| true\n" not in text.partition("deploy-dev:")[2]


def test_a_command_that_handed_no_version_over_does_now(pair: Applied) -> None:
    deploy = next(s for s in _steps(pair, _CI, "deploy-dev") if s.get("name") == "Deploy")
    assert 'helm upgrade --set image.tag="$TAG" --install' in str(deploy["run"])
    assert deploy["env"] == {"TAG": "${{ needs.build.outputs.tag }}"}


def test_the_second_plan_is_empty(pair: Applied) -> None:
    assert pair.again() == []
