"""What the plan of practice 14 writes: identities, Roles, and what takes cluster-admin's place."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from seatrial.repo.files import Root
from seatrial.repo.repository import Repository
from tests.practices.applied import Applied

MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web # the only one
          image: nginx:1.27.0
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: ops
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects:
  - {kind: ServiceAccount, name: ops-operator, namespace: ops}
"""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Applied:
    return Applied(tmp_path_factory.mktemp("pair"), "rbac").carry_out()


def test_each_workload_has_an_account_that_mounts_no_token(pair: Applied) -> None:
    chart = Repository((Root(pair.folder / "vmshift"),)).charts[0]
    for environment in ("dev", "staging", "production"):
        found = chart.render(environment).manifests
        accounts = {m.name: m.node for m in found if m.kind == "ServiceAccount"}
        used = [m.pod_spec.at("serviceAccountName").text for m in found if m.kind == "Deployment"]
        assert len(used) == len(set(used)) == 5
        assert all(accounts[u].at("automountServiceAccountToken").text == "false" for u in used)
        assert not [m for m in found if m.kind == "ClusterRoleBinding"]
    assert "rbac" not in yaml.safe_load(pair.text("vmshift/helm/vmshift/values.yaml"))
    assert pair.again() == []


def test_the_delivery_gets_what_the_chart_and_helm_need_in_one_namespace(pair: Applied) -> None:
    text = pair.text("iac-vmshift/terraform/ci-deployer-rbac.tf")
    assert 'resource "kubernetes_role" "ci_deployer"' in text
    assert "namespace = kubernetes_namespace.vmshift.metadata[0].name" in text
    for resource in ("deployments", "ingresses", "persistentvolumeclaims", "secrets"):
        assert f'"{resource}"' in text
    assert '"*"' not in text
    assert "escalate" not in text
    kept = pair.text("iac-vmshift/terraform/kubernetes.tf")
    assert "cluster-admin" not in kept
    assert "service-account-token" not in kept


def test_people_look_and_the_old_binding_is_named(pair: Applied) -> None:
    one = yaml.safe_load(pair.text("iac-vmshift/manifests/developers-rbac.yaml"))
    assert one["roleRef"]["name"] == "view"
    assert [s["name"] for s in one["subjects"]] == ["developers"]
    assert any("delete ClusterRoleBinding developers" in left.message for left in pair.plan.left)


def test_manifests_keep_their_comments_and_unknown_operators_their_rights(tmp_path: Path) -> None:
    target = tmp_path / "shop/k8s/web.yaml"
    target.parent.mkdir(parents=True)
    target.write_text(MANIFEST)
    one = Applied(tmp_path, "rbac", names=("shop",)).carry_out()
    text = one.text("shop/k8s/web.yaml")
    assert "# the only one" in text
    assert "serviceAccountName: web" in text
    assert text.count("kind: ServiceAccount\nmetadata:\n  name: web\n") == 1
    assert "name: cluster-admin" in text
    assert any("ops-operator" in left.message for left in one.plan.left)
    assert one.again() == []
