"""Which environment a releasing job is bound to, by what the files show."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.kit.delivery.releases import releases
from seatrial.kit.planning.bindings import binding
from tests.kit.pipelines_repo import site_of

_VALUES = {f"chart/values-{name}.yaml": "a: 1\n" for name in ("dev", "staging", "production")}
_CHART = {"chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n", **_VALUES}
_JOB = "jobs:\n  go:\n    runs-on: ubuntu-latest\n"
_MATRIX = "    strategy:\n      matrix:\n        where: [dev, staging]\n"
_CHOICE = "  workflow_dispatch:\n    inputs:\n      environment: {type: choice}\n"
_APPLY = "    steps:\n      - run: kubectl apply -f k8s\n"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param(
            f"on: push\n{_JOB}    steps:\n      - run: helm upgrade shop chart"
            " -f chart/values-staging.yaml\n",
            "staging",
            id="the values file that it names",
        ),
        pytest.param(
            f"on: push\n{_JOB}{_MATRIX}{_APPLY}",
            "${{ matrix.where }}",
            id="a constant matrix",
        ),
        pytest.param(
            f"on:\n{_CHOICE}{_JOB}{_APPLY}",
            "${{ inputs.environment }}",
            id="the choice of a person",
        ),
        pytest.param(
            f"on: push\n{_JOB}    steps:\n      - run: docker push ghcr.io/acme/shop:1\n",
            "publish",
            id="what is for all",
        ),
        pytest.param(f"on: push\n{_JOB}{_APPLY}", "", id="nothing tells"),
    ],
)
def test_the_clearest_word_decides(tmp_path: Path, text: str, wanted: str) -> None:
    site = site_of(tmp_path, **_CHART, pipeline=text)
    assert binding(site, releases(site)[0]) == wanted
