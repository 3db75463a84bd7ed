"""What the plan of practice 18 writes, and that its statistics keep their promise."""

from __future__ import annotations

import importlib.util
import random
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from tests.practices.applied import Applied


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Applied:
    return Applied(tmp_path_factory.mktemp("pair"), "performance-testing").carry_out()


@pytest.fixture(scope="module")
def compare(pair: Applied) -> ModuleType:
    path = pair.folder / "vmshift/load/compare.py"
    spec = importlib.util.spec_from_file_location("compare", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_scenario_asks_what_users_ask_at_a_fixed_rate(pair: Applied) -> None:
    text = pair.text("vmshift/load/routes.js")
    assert 'const ROUTES = ["/api/v1/migrations"];' in text
    assert "constant-arrival-rate" in text
    assert "p(95)<500" in text
    assert "rate<0.005" in text


def test_both_versions_start_from_the_compose_file(pair: Applied) -> None:
    start = pair.text("vmshift/load/start.sh")
    assert '!override ["127.0.0.1:$port:8000"]' in start
    assert (pair.folder / "vmshift/load/start.sh").stat().st_mode & 0o111
    job = yaml.safe_load(pair.text("vmshift/.github/workflows/load.yaml"))["jobs"]["load"]
    assert job["permissions"] == {"contents": "read"}
    assert pair.again() == []


def test_a_slower_build_is_told_from_a_noisy_one(compare: ModuleType) -> None:
    chance = random.Random(18)  # noqa: S311 (noise, no secret)
    slower = [1.2 * chance.lognormvariate(0, 0.03) for _ in range(12)]
    assert compare.p_value(slower) < compare.ALPHA / 2
    noisy = [[chance.lognormvariate(0, 0.3) for _ in range(9)] for _ in range(200)]
    assert sum(compare.p_value(one) < compare.ALPHA for one in noisy) <= 2


def test_a_load_test_of_the_team_stays(tmp_path: Path) -> None:
    job = "on: workflow_dispatch\njobs:\n  load:\n    runs-on: x\n    steps:\n"
    files = {
        ".github/workflows/load.yaml": job + "      - run: k6 run perf/a.js || true\n",
        "perf/a.js": "import http from 'k6/http';\nexport default () => http.get('http://a');\n",
        "main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/items')\n"
        "def items():\n    return []\n",
        "Dockerfile": "FROM python:3.12\nCOPY . .\nEXPOSE 8000\nCMD uvicorn main:app\n",
        "deploy/shop.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec:\n"
        "  template:\n    spec:\n      containers: [{name: a, image: shop:1}]\n",
    }
    for path, text in files.items():
        target = tmp_path / "shop" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    one = Applied(tmp_path, "performance-testing", names=("shop",)).carry_out()
    assert "run: k6 run perf/a.js\n" in one.text("shop/.github/workflows/load.yaml")
    assert '--publish "127.0.0.1:$port:8000"' in one.text("shop/load/start.sh")
    assert (tmp_path / "shop/.github/workflows/load-test.yaml").exists()
    assert one.again() == []
