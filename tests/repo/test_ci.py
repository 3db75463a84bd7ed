"""CI systems other than GitHub Actions."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.repo import ci
from seatrial.repo.files import Root


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (".gitlab-ci.yml", "", ["GitLab CI"]),
        (".circleci/config.yml", "", ["CircleCI"]),
        ("ops/Jenkinsfile", "", ["Jenkins"]),
        ("ci/azure-pipelines-prod.yml", "", ["Azure Pipelines"]),
        ("buildspec.yml", "version: 0.2\nphases: {}\n", ["AWS CodeBuild"]),
        ("cloudbuild.yaml", "steps: []\n", ["Google Cloud Build"]),
        (".buildkite/pipeline.yml", "", ["Buildkite"]),
        (".woodpecker/test.yaml", "", ["Woodpecker CI"]),
        ("ci/pipeline.yml", "resources:\n- name: x\njobs: []\n", ["Concourse"]),
        ("ci/pipeline.yml", "resources: {}\njobs: []\n", []),
        ("pipeline.yml", "apiVersion: tekton.dev/v1\nkind: Pipeline\n", []),
        ("docs/.travis.yml", "", []),
        ("buildspec.md", "phases:\n", []),
    ],
)
def test_a_system_is_named_by_its_file(
    tmp_path: Path, path: str, text: str, expected: list[str]
) -> None:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text)
    found = list(ci.read(Root(tmp_path)))
    assert [system.name for system in found] == expected
    assert all(system.place.path == path for system in found)
