"""What the plan of practice 17 writes: a Rollout that refers to the team's own Deployment."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from seatrial.repo.files import Root
from seatrial.repo.repository import Repository
from tests.practices.applied import Applied


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Applied:
    return Applied(tmp_path_factory.mktemp("pair"), "canary").carry_out()


def _objects(pair: Applied, environment: str) -> dict[str, dict[str, object]]:
    chart = Repository((Root(pair.folder / "vmshift"),)).charts[0]
    texts = chart.render_values(chart.overrides(environment))
    return {
        f"{one['kind']}/{one['metadata']['name']}": one
        for text in texts.values()
        for one in yaml.safe_load_all(text)
        if one
    }


def test_production_gets_a_rollout_and_the_others_render_as_before(pair: Applied) -> None:
    for environment in ("dev", "staging"):
        assert "Rollout/vmshift-api" not in _objects(pair, environment)
    found = _objects(pair, "production")
    assert "Deployment/vmshift-api" in found
    rollout = found["Rollout/vmshift-api"]
    spec = rollout["spec"]
    assert isinstance(spec, dict)
    assert spec["workloadRef"]["name"] == "vmshift-api"
    assert "template" not in spec
    steps = spec["strategy"]["canary"]["steps"]
    assert [s["setWeight"] for s in steps if "setWeight" in s] == [5, 25, 50]
    assert all(s["pause"].get("duration") for s in steps if "pause" in s)
    assert pair.again() == []


def test_no_data_is_never_a_success(pair: Applied) -> None:
    comparison = _objects(pair, "production")["AnalysisTemplate/vmshift-api-comparison"]
    spec = comparison["spec"]
    assert isinstance(spec, dict)
    assert all(m["successCondition"].startswith("len(result) > 0 &&") for m in spec["metrics"])
    queries = [m["provider"]["prometheus"]["query"] for m in spec["metrics"]]
    assert all("{{args.new}}" in query for query in queries)


def test_what_is_written_fits_the_controller(pair: Applied, contracts: Path) -> None:
    found = _objects(pair, "production")
    for name in ("Rollout/vmshift-api", "AnalysisTemplate/vmshift-api-errors"):
        kind = name.partition("/")[0].lower()
        path = contracts / "kubernetes" / "argoproj.io" / f"{kind}_v1alpha1.json"
        jsonschema.validate(found[name], json.loads(path.read_text(encoding="utf-8")))
