"""Policies where a mesh is there already: what is closed stays open for the jobs of the system."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from seatrial.repo.files import Root
from seatrial.repo.repository import Repository
from tests.applied import EXAMPLES, NAMES
from tests.practices.applied import Applied

LINKERD = """
resource "helm_release" "linkerd" {
  name       = "linkerd-control-plane"
  repository = "https://helm.linkerd.io/edge"
  chart      = "linkerd-control-plane"
  version    = "2025.10.7"
  namespace  = "linkerd"
}
"""


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the chart of production comes to, with a Linkerd that people installed."""
    folder = tmp_path_factory.mktemp("meshed")
    for name in NAMES:
        shutil.copytree(EXAMPLES / name, folder / name)
    file = folder / NAMES[1] / "terraform/helm.tf"
    file.write_text(file.read_text() + LINKERD)
    practices = ("service-mesh", "database-backups", "secret-rotation", "remote-state")
    applied = Applied(folder, *practices, names=NAMES).carry_out()
    assert applied.again() == []
    chart = Repository((Root(folder / "vmshift"),)).charts[0]
    texts = chart.render_values(chart.overrides("production")).values()
    return [one for text in texts for one in yaml.safe_load_all(text) if one]


def test_no_object_of_a_mesh_is_written_for_a_mesh_that_people_run(
    objects: list[dict[str, Any]],
) -> None:
    assert [o["kind"] for o in objects if "linkerd.io" in o["apiVersion"]] == []


def test_the_jobs_reach_the_database_that_a_policy_closes(objects: list[dict[str, Any]]) -> None:
    policies = [o["spec"] for o in objects if o["kind"] == "NetworkPolicy"]
    database = next(
        o["spec"]["template"]["metadata"]["labels"]
        for o in objects
        if o["kind"] in {"Deployment", "StatefulSet"} and "postgresql" in o["metadata"]["name"]
    )
    doors = [p for p in policies if "ingress" in p and _selects(p["podSelector"], database)]
    assert doors
    jobs = [
        o["spec"]["jobTemplate"]["spec"]["template"]["metadata"]["labels"]
        for o in objects
        if o["kind"] == "CronJob" and ("-backup" in _name(o) or "-credentials" in _name(o))
    ]
    assert len(jobs) == 2
    for labels in jobs:
        assert any(
            _selects(source["podSelector"], labels)
            for door in doors
            for rule in door["ingress"]
            for source in rule.get("from", [])
            if "podSelector" in source
        ), labels


def _name(one: dict[str, Any]) -> str:
    return Path(one["metadata"]["name"]).name


def _selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    wanted: dict[str, str] = selector.get("matchLabels", {})
    return wanted.items() <= labels.items()
