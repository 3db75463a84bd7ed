"""What the plan of practice 20 writes: watch rules, tools, previews, buttons."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest
import yaml

from seatrial.repo.files import Root
from seatrial.repo.repository import Repository
from tests.conftest import PROJECT
from tests.practices.applied import Applied

CASES = PROJECT / "src/seatrial/practices/developer_experience/cases"
_SET = "iac-vmshift/previews/dev/applicationset.yaml"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Applied:
    return Applied(tmp_path_factory.mktemp("pair"), "developer-experience").carry_out()


def test_a_saved_file_reaches_each_service_that_has_it(pair: Applied) -> None:
    services = yaml.safe_load(pair.text("vmshift/docker-compose.yml"))["services"]
    rules = {name: one.get("develop", {}).get("watch", []) for name, one in services.items()}
    assert rules["migrate"] == rules["postgres"] == []
    assert {"action": "sync+restart", "path": "./app", "target": "/srv/app"} in rules["worker"]
    assert {"action": "rebuild", "path": "./requirements.txt"} in rules["api"]


def test_the_tools_name_the_same_images(pair: Applied) -> None:
    images = {"ghcr.io/example-org/vmshift-api", "ghcr.io/example-org/vmshift-worker"}
    skaffold = yaml.safe_load(pair.text("vmshift/skaffold.yaml"))
    assert {one["image"] for one in skaffold["build"]["artifacts"]} == images
    tiltfile = pair.text("vmshift/Tiltfile")
    assert all(f'"{image}"' in tiltfile for image in images)
    # Starlark has neither.
    assert "import " not in tiltfile
    assert 'f"' not in tiltfile
    container = json.loads(pair.text("vmshift/.devcontainer/devcontainer.json"))
    assert container["postStartCommand"].startswith("docker compose -f docker-compose.yml ")
    built = yaml.safe_load(pair.text("vmshift/.github/workflows/preview.yaml"))
    matrix = built["jobs"]["build"]["strategy"]["matrix"]["include"]
    assert {one["image"] for one in matrix} == images


def test_a_preview_runs_the_image_of_its_pull_request_and_ends_with_it(
    pair: Applied, contracts: Path
) -> None:
    found = yaml.safe_load(pair.text(_SET))
    schema = contracts / "kubernetes/argoproj.io/applicationset_v1alpha1.json"
    jsonschema.validate(found, json.loads(schema.read_text(encoding="utf-8")))
    template = found["spec"]["template"]
    assert template["metadata"]["finalizers"] == ["resources-finalizer.argocd.argoproj.io"]
    chart, namespace = template["spec"]["sources"]
    told = {one["name"]: one["value"] for one in chart["helm"]["parameters"]}
    assert told["image.tag"] == "{{ .head_sha }}"
    assert told["ingress.host"] == "vmshift-pr-{{ .number }}.example.com"
    # What is cluster-wide in the chart stays out of previews.
    assert told["rbac.create"] == "false"
    assert namespace["path"] == "previews/namespace"
    assert "CreateNamespace=true" not in template["spec"]["syncPolicy"]["syncOptions"]


def test_the_namespace_of_a_preview_is_an_object_with_limits(pair: Applied) -> None:
    charts = Repository((Root(pair.folder / "iac-vmshift"),)).charts
    chart = next(c for c in charts if c.name == "preview-namespace")
    texts = chart.render_values({"name": "preview-12"})
    objects = [o for text in texts.values() for o in yaml.safe_load_all(text) if o]
    assert {o["kind"] for o in objects} == {
        "Namespace", "ResourceQuota", "LimitRange", "NetworkPolicy"
    }  # fmt: skip
    assert next(o for o in objects if o["kind"] == "Namespace")["metadata"]["name"] == "preview-12"


def test_previews_are_no_environment_of_their_own(pair: Applied) -> None:
    roots = (Root(pair.folder / "vmshift"), Root(pair.folder / "iac-vmshift"))
    chart = next(c for c in Repository(roots).charts if c.name == "vmshift")
    overrides = chart.overrides("dev")
    assert "head_sha" not in json.dumps(overrides)


def test_the_environment_of_a_button_is_chosen(pair: Applied) -> None:
    workflow = yaml.safe_load(pair.text("vmshift/.github/workflows/deploy.yaml"))
    chosen = workflow[True]["workflow_dispatch"]["inputs"]["environment"]
    assert chosen["type"] == "choice"
    assert chosen["options"] == ["dev", "staging", "production"]
    assert workflow["jobs"]["deploy"]["environment"] == "${{ github.event.inputs.environment }}"
    assert pair.again() == []


def test_a_preview_that_a_workflow_makes_is_ended_by_one(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shutil.copytree(CASES / "half" / "repo", shop)
    half = Applied(tmp_path, "developer-experience", names=("shop",)).carry_out()
    end = yaml.safe_load(half.text("shop/.github/workflows/preview-end.yml"))
    assert end[True] == {"pull_request": {"types": ["closed"]}}
    last = end["jobs"]["end"]["steps"][-1]
    assert last["env"]["NAMESPACE"] == "pr-${{ github.event.number }}"
    assert 'helm uninstall "$RELEASE" --namespace "$NAMESPACE"' in last["run"]
    assert 'kubectl delete namespace "$NAMESPACE"' in last["run"]
    deploy = yaml.safe_load(half.text("shop/.github/workflows/deploy.yml"))
    chosen = deploy[True]["workflow_dispatch"]["inputs"]["environment"]
    assert chosen["type"] == "environment"
    assert half.again() == []


def test_without_any_start_a_compose_file_brings_the_database(
    tmp_path: Path, contracts: Path
) -> None:
    shutil.copytree(CASES / "nothing" / "repo", tmp_path / "shop")
    made = Applied(tmp_path, "developer-experience", names=("shop",)).carry_out()
    compose = yaml.safe_load(made.text("shop/compose.dev.yaml"))
    schema = contracts / "schemastore/compose-spec.json"
    jsonschema.validate(compose, json.loads(schema.read_text(encoding="utf-8")))
    services = compose["services"]
    assert services["shop"]["ports"] == ["127.0.0.1:8000:8000"]
    assert services["shop"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert services["shop"]["develop"]["watch"]
    assert any("which variable it reads" in one.message for one in made.plan.left)


def test_what_is_whole_stays_as_it_is(tmp_path: Path) -> None:
    shutil.copytree(CASES / "whole" / "repo", tmp_path / "shop")
    assert not Applied(tmp_path, "developer-experience", names=("shop",)).plan.files
