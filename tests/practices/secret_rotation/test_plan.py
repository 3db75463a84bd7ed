"""What the plan of practice 5 writes: an inventory, Secrets made in the cluster, rotations."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from seatrial.repo.files import Root
from seatrial.repo.repository import Repository
from tests.practices.applied import Applied


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Applied:
    return Applied(tmp_path_factory.mktemp("pair"), "secret-rotation").carry_out()


def _objects(pair: Applied, environment: str) -> dict[str, dict[str, object]]:
    chart = Repository((Root(pair.folder / "vmshift"),)).charts[0]
    texts = chart.render_values(chart.overrides(environment))
    return {
        f"{one['kind']}/{one['metadata']['name']}": one
        for text in texts.values()
        for one in yaml.safe_load_all(text)
        if one
    }


@pytest.mark.parametrize("environment", ["dev", "staging", "production"])
def test_the_secret_is_made_in_the_cluster(pair: Applied, environment: str) -> None:
    found = _objects(pair, environment)
    assert "Secret/vmshift-secrets" not in found
    job = str(found["Job/vmshift-credentials"])
    assert "${POSTGRESQL_PASSWORD}@vmshift-postgresql:5432" in job
    assert "FAKE-" not in str(found)
    role = found["Role/vmshift-credentials"]
    rules = role["rules"]
    assert isinstance(rules, list)
    assert [r["resourceNames"] for r in rules if "patch" in r["verbs"]] == [["vmshift-secrets"]]
    assert "mesh" not in str(found["NetworkPolicy/vmshift-credentials"])
    assert not [name for name in found if name.startswith("AuthorizationPolicy")]


def test_the_rotation_uses_the_databases_own_image_and_ends_in_time(pair: Applied) -> None:
    spec = _objects(pair, "production")["CronJob/vmshift-rotate-credentials"]["spec"]
    assert isinstance(spec, dict)
    assert spec["schedule"] == "17 3 1 */3 *"
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    names = [c["name"] for c in (*pod["initContainers"], *pod["containers"])]
    assert names == ["prepare", "distribute", "finish", "settle"]
    assert pod["initContainers"][0]["image"] == "postgres:16-alpine"
    assert pod["automountServiceAccountToken"] is False
    assert pair.again() == []


def test_the_inventory_names_everything_and_no_value(pair: Applied) -> None:
    text = pair.text("iac-vmshift/security/credentials.yaml")
    listed = yaml.safe_load(text)
    assert "FAKE-" not in text
    assert listed["credentials"]["linode_token"]["rotation"] == "workflow rotate-linode-token"
    assert listed["credentials"]["linode_token"]["max_age_days"] == 90
    assert listed["credentials"]["postgres_password"]["max_age_days"] == 180
    assert all(one["owner"] == "@example-org" for one in listed["credentials"].values())
    assert "terraform/terraform.tfvars" in listed["leaked"]


def test_scripts_and_pipelines_hold_no_credential(pair: Applied) -> None:
    script = pair.text("iac-vmshift/scripts/create-secrets.sh")
    assert '--from-literal=POSTGRES_PASSWORD="${POSTGRES_PASSWORD:?}"' in script
    assert "GH_PAT" not in pair.text("vmshift/.github/workflows/argocd-update.yaml")
    for change in pair.plan.files:
        assert "FAKE-" not in "\n".join(change.diff)


def test_a_value_of_another_system_is_left_and_said(tmp_path: Path) -> None:
    files = {
        "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
        "chart/values.yaml": "mail:\n  password: hunter2-Not-Real-9\n",
        "chart/templates/secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop\n"
        "stringData:\n  PASSWORD: {{ .Values.mail.password | quote }}\n",
    }
    for path, text in files.items():
        target = tmp_path / "shop" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    one = Applied(tmp_path, "secret-rotation", names=("shop",)).carry_out()
    assert one.text("shop/chart/values.yaml") == files["chart/values.yaml"]
    assert any("handed out by another system" in left.message for left in one.plan.left)
    assert one.again() == []
