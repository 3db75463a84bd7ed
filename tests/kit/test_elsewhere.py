"""Pipelines elsewhere are told once for each place that one would have to look at."""

from datetime import UTC, datetime
from pathlib import Path

from seatrial.kit.delivery.comparing import is_comparison
from seatrial.kit.delivery.pipelines import elsewhere
from seatrial.kit.site import Site
from seatrial.model.fact import Facts
from seatrial.repo.files import Root
from seatrial.repo.repository import Repository


def site_of(folder: Path, files: dict[str, str]) -> Site[object]:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    repo = Repository([Root(folder)])
    return Site(repo, None, (), Facts({}), datetime.now(UTC))


def test_jobs_that_call_one_repository_are_one_unknown(tmp_path: Path) -> None:
    workflow = (
        "on: push\njobs:\n"
        "  build: {uses: org/flows/.github/workflows/build.yml@v1}\n"
        "  deploy: {uses: org/flows/.github/workflows/deploy.yml@v1}\n"
        "  publish: {uses: other/flows/.github/workflows/publish.yml@v1}\n"
    )
    site = site_of(tmp_path, {".github/workflows/ci.yml": workflow})
    found = [seen.credential for seen in elsewhere(site, "tests")]
    assert found == ["a checkout of org/flows", "a checkout of other/flows"]


def test_files_of_one_system_are_one_unknown(tmp_path: Path) -> None:
    files = {"a/cloudbuild.yaml": "steps: []\n", "b/cloudbuild.yaml": "steps: []\n"}
    (found,) = elsewhere(site_of(tmp_path, files), "tests")
    assert found.credential == "a look into a/cloudbuild.yaml, b/cloudbuild.yaml"


def test_a_query_that_names_both_versions_compares_them() -> None:
    assert is_comparison('errors{hash="{{args.canary}}"} - errors{hash="{{args.stable}}"}')
    assert not is_comparison('rate(errors{workload="{{ target }}"}[1m])')
    assert not is_comparison('errors{role="primary"}')
